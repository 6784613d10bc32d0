"""What dbt says of its project on a real warehouse: where columns come from, what that promises, and pages without a value."""

import re
from collections.abc import Iterator
from copy import deepcopy

import pytest
from tests.integration.household.village import Village, empty_village, person

from wholefamily.catalogue import column_lineage, gate, lineage_page, properties
from wholefamily.catalogue.column_lineage import Lineage
from wholefamily.catalogue.documents import Documents, generate

SECRET_NAME = "Ysolde-Quillfeather"
MARTS = properties.read()


@pytest.fixture(scope="module")
def village(postgres_server, warehouse_template, tmp_path_factory) -> Iterator[Village]:  # type: ignore[no-untyped-def]
    """A warehouse in which somebody's name stands."""
    with empty_village(postgres_server, warehouse_template, tmp_path_factory.mktemp("described")) as village:
        village.send("walsall", "2026-09", people=[person("w1", SECRET_NAME, "Ockley", "1979-10-11")])
        yield village


@pytest.fixture(scope="module")
def documents(village: Village) -> Documents:
    return generate(village.settings, village.settings.home_dir / "dbt")


@pytest.fixture(scope="module")
def lineage(documents: Documents) -> Lineage:
    return column_lineage.read(documents.manifest, documents.catalog)


def test_the_page_of_lineage_says_what_the_models_do(lineage: Lineage) -> None:
    stale = "docs/lineage.md is stale: run `python -m wholefamily lineage --write`"
    assert lineage_page.PATH.read_text(encoding="utf-8") == lineage_page.markdown(MARTS, lineage), stale


def test_every_column_of_every_mart_is_followed_to_its_end(lineage: Lineage) -> None:
    origins = {
        f"{mart.name}.{column.name}": lineage.of((f"{mart.schema}.{mart.name}", column.name)) for mart in MARTS for column in mart.columns
    }
    assert {name: found.unknown for name, found in origins.items() if found.unknown} == {}
    ends = {ref[0].split(".")[0] for found in origins.values() for ref in found.all}
    assert ends == {"raw", "identity", "quality", "ops", "reference"}
    assert origins["dim_person.birth_year"].values == {("raw.people", "date_of_birth")}
    assert origins["bridge_family_member.role"].values == {("raw.programme", "role")}
    assert origins["fct_household_criterion.n_evidence"].counted == {"intermediate.int_criterion_evidence"}
    assert origins["bridge_household_member.household_id"].values == {("identity.household_member", "household_id")}


def test_nothing_that_identifies_reaches_a_mart_but_what_is_declared(documents: Documents, lineage: Lineage) -> None:
    assert gate.broken(MARTS, lineage, documents.manifest) == []


# What a model says, what it would say to leak, and what must then be said of a mart.
LEAKS = [
    ("dim_person", "sex as sex,", "to_char(date_of_birth, 'DDMM') as sex,", "dim_person.sex: comes from raw.people.date_of_birth"),
    (
        "int_person_record",
        "ethnic_groups.ethnic_group,",
        "records.upn as ethnic_group,",
        "dim_person.ethnic_group: comes from raw.people.upn",
    ),
    (
        "int_household_member",
        "members.basis,",
        "registered.home_key as basis,",
        "bridge_household_member.basis: comes from identity.household_member.home_key",
    ),
    ("int_programme_place", "role,", "person_ref as role,", "bridge_family_member.role: comes from raw.programme.person_ref"),
    (
        "dim_family",
        "lead_practitioner as lead_practitioner,",
        "'' as lead_practitioner,",
        "dim_family.lead_practitioner: declares raw.programme.lead_practitioner",
    ),
    ("stg_consent", "select", "selected", "bridge_family_member.is_consenting: cannot be followed beyond staging.stg_consent.decision"),
]


def test_a_leak_is_named(documents: Documents) -> None:
    manifest = deepcopy(documents.manifest)
    for model, honest, leak, _ in LEAKS:
        node = manifest["nodes"][f"model.wholefamily.{model}"]
        assert honest in node["compiled_code"], f"{model} does not say {honest}"
        node["compiled_code"] = node["compiled_code"].replace(honest, leak)
    found = gate.broken(MARTS, column_lineage.read(manifest, documents.catalog), manifest)
    assert [complaint for *_, complaint in LEAKS if not any(line.startswith(f"marts.{complaint}") for line in found)] == []


def test_dbts_pages_hold_every_mart_and_no_value(village: Village, documents: Documents) -> None:
    text = documents.page.read_text(encoding="utf-8")
    assert [mart.name for mart in MARTS if mart.name not in text] == []
    assert re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="https?://[^"]+', text) == [], "it needs no network"
    written = {path: path.read_bytes() for path in documents.page.parent.rglob("*") if path.is_file()}
    assert len(written) > len(MARTS)
    for secret in (SECRET_NAME, village.settings.secret("warehouse_password")):
        assert [path.name for path, held in written.items() if secret.encode() in held] == []

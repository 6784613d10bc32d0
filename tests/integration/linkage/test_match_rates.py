"""Match rates where there is no truth: the governance marts, and what a report says without one and with one."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.integration.household.village import Village, empty_village, person

from wholefamily.linkage.model import Model
from wholefamily.linkage.quality import report

MONTH = "2026-01"
CANARY = "Quillfeather"


@pytest.fixture(scope="module")
def village(postgres_server, warehouse_template, tmp_path_factory):  # type: ignore[no-untyped-def]
    """Two senders and the police: Ann is known to all, Bo to two, Cal to one; a protected Dee must not be found at another sender."""
    with empty_village(postgres_server, warehouse_template, tmp_path_factory.mktemp("village")) as village:
        ann = {"given": "Ann", "family": CANARY, "born": "1990-03-02", "nhs_number": "9434765919"}
        bo = {"given": "Bo", "family": "Oak", "born": "1981-07-09"}
        dee = {"given": "Dee", "family": "Elm", "born": "1977-05-06", "nhs_number": "4010232137"}
        village.send(
            "dudley",
            MONTH,
            people=[
                person("1", **ann, ethnicity="WBRI", uprn="1"),
                person("2", **bo, ethnicity="APKN", uprn="2"),
                person("3", "Cal", "Ash", "1966-01-09", ethnicity="APKN", uprn="3"),
                person("4", **dee, uprn="4"),
            ],
        )
        village.send("walsall", MONTH, people=[person("1", **ann, uprn="9"), person("4", **dee, uprn="8", protected="Y")])
        village.send("west_midlands_police", MONTH, people=[person("1", "Ann", CANARY, "1990-03-02"), person("2", **bo)])
        village.link(MONTH)
        village.dbt("tag:household", "path:models/marts/household", "dim_framework", "path:models/marts/governance", periods=[MONTH])
        yield village


def test_rates_by_sender_and_ethnic_group(village: Village) -> None:
    rates = village.rows(
        "select partner_code, other_partner_code, ethnic_group, n_records, n_linked, n_in_review, n_single from quality.fct_match_rate "
        "where partner_code in ('dudley', 'walsall') and other_partner_code <> partner_code order by 1, 3, 2"
    )
    assert rates == [
        ("dudley", "any", "ASIAN", 2, 1, 0, 1),
        ("dudley", "walsall", "ASIAN", 2, 0, 0, 1),
        ("dudley", "west_midlands_police", "ASIAN", 2, 1, 0, 1),
        ("dudley", "any", "NOT_KNOWN", 1, 0, 1, 1),
        ("dudley", "walsall", "NOT_KNOWN", 1, 0, 1, 1),
        ("dudley", "west_midlands_police", "NOT_KNOWN", 1, 0, 0, 1),
        ("dudley", "any", "WHITE", 1, 1, 0, 0),
        ("dudley", "walsall", "WHITE", 1, 1, 0, 0),
        ("dudley", "west_midlands_police", "WHITE", 1, 1, 0, 0),
        ("walsall", "any", "NOT_KNOWN", 1, 0, 1, 1),
        ("walsall", "dudley", "NOT_KNOWN", 1, 0, 1, 1),
        ("walsall", "west_midlands_police", "NOT_KNOWN", 1, 0, 0, 1),
        ("walsall", "any", "WHITE", 1, 1, 0, 0),
        ("walsall", "dudley", "WHITE", 1, 1, 0, 0),
        ("walsall", "west_midlands_police", "WHITE", 1, 1, 0, 0),
    ]


def test_records_by_what_joined_them_are_all_records(village: Village) -> None:
    bases = dict(village.rows("select match_basis, sum(n_records)::integer from quality.fct_match_basis group by 1"))
    assert bases["single_record"] == 3
    assert sum(bases.values()) == 8
    assert village.rows("select count(*) from quality.fct_match_basis where model_version is null or mean_probability = 0") == [0]


def test_governance_and_engineers_may_read_the_rates_and_analysts_may_not(village: Village) -> None:
    may = village.rows(
        "select role, has_table_privilege(role, 'quality.fct_match_rate', 'select') and has_schema_privilege(role, 'quality', 'usage') "
        "from unnest(array['governance', 'engineer', 'analyst', 'public_reader']) as role"
    )
    assert dict(may) == {"governance": True, "engineer": True, "analyst": False, "public_reader": False}


def test_a_month_built_again_replaces_itself(village: Village) -> None:
    before = sorted(village.rows("select to_jsonb(t)::text from quality.fct_match_rate as t"))
    village.dbt("path:models/marts/governance", periods=[MONTH])
    assert sorted(village.rows("select to_jsonb(t)::text from quality.fct_match_rate as t")) == before


def test_a_report_without_a_truth_is_one_page_of_counts(village: Village) -> None:
    page, figures = _report(village, None)
    assert figures["truth"] is None
    assert {(rate["partner_code"], rate["n_records"]) for rate in figures["match_rates"]} == {
        ("dudley", 4),
        ("walsall", 2),
        ("west_midlands_police", 2),
    }
    assert "<svg" in page
    assert re.findall(r"""(?:src|href|url\(|@import|<script|<link)\S*""", page) == [], "it needs nothing else"
    assert CANARY not in page + json.dumps(figures)
    rows = dict(re.findall(r'<tr><th scope="row">(dudley|walsall)</th><td>(.*?)</td>', page))
    assert rows == {"dudley": "under 10", "walsall": "under 10"}, "so few are not counted on the page"


def test_a_report_with_a_truth_says_what_is_right_and_what_is_missed(village: Village, tmp_path: Path) -> None:
    """Dee's two records are one person in truth, and are kept apart because one is protected."""
    persons = ["dudley,1,A", "dudley,2,B", "dudley,3,C", "dudley,4,D", "walsall,1,A", "walsall,4,D"]
    persons += ["west_midlands_police,1,A", "west_midlands_police,2,B"]
    (tmp_path / "persons.csv").write_text("\n".join(["partner_code,person_ref,true_person_id", *persons]) + "\n")
    lived = [f"{MONTH},A,HA", f"{MONTH},B,HB", f"{MONTH},C,HC", f"{MONTH},D,HC"]
    (tmp_path / "residence.csv").write_text("\n".join(["period,true_person_id,true_household_id", *lived]) + "\n")
    page, figures = _report(village, tmp_path)
    truth = figures["truth"]
    assert {name: truth["pairs"][name] for name in ("n_true", "n_found", "n_right")} == {"n_true": 5, "n_found": 4, "n_right": 4}
    assert truth["pairs"]["recall"] == pytest.approx(0.8)
    assert truth["by_partner_pair"]["dudley + walsall"]["recall"] == pytest.approx(0.5)
    assert truth["by_ethnic_group"]["ASIAN"] == {"n_true": 1, "n_found": 1, "n_right": 1, "precision": 1, "recall": 1, "f1": 1}
    assert (truth["n_persons"], truth["n_persons_exact"]) == (4, 3)
    assert {name: truth["households"][MONTH][name] for name in ("n_households", "n_exact")} == {"n_households": 3, "n_exact": 2}
    assert "80.00%" in page


def _report(village: Village, truth: Path | None) -> tuple[str, dict[str, Any]]:
    model = Model("test-1", 1e-4, {"given": {"exact": (0.9, 0.01), "else": (0.1, 0.99)}}, {})
    page = report.write(village.settings, truth, model)
    return page.read_text(encoding="utf-8"), json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))

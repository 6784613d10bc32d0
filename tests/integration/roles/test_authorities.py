"""An authority's people see their own authority and no other, also after everything was built anew."""

import re
from pathlib import Path

import psycopg
import pytest
from tests.integration.household.village import Village
from tests.integration.roles.conftest import AUTHORITIES, ONE, OTHER, PERIOD, Warehouse

from wholefamily import build
from wholefamily.settings import REPOSITORY

MARTS = REPOSITORY / "dbt_project" / "models" / "marts"
REFERENCE = {path.stem for path in MARTS.rglob("*.sql") if re.search(r"'row_security': 'reference'", path.read_text(encoding="utf-8"))}
NAMES_SOMEBODY = {"household_id", "family_id", "person_id", "lead_practitioner", "source_record"}


def columns(warehouse: Warehouse) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for mart, column in warehouse.rows("select table_name, column_name from information_schema.columns where table_schema = 'marts'"):
        found.setdefault(mart, set()).add(column)
    return found


def unguarded(warehouse: Warehouse) -> list[str]:
    """Marts that neither show an authority its own rows only, nor are about nobody, nor are views with their reader's rights."""
    guarded = {
        name
        for (name,) in warehouse.rows(
            "select relname from pg_class where relnamespace = 'marts'::regnamespace and ((relkind = 'v' and "
            "exists (select from unnest(reloptions) as option where option in ('security_invoker=true', 'security_invoker=on'))) "
            "or (relkind in ('r', 'p') and relrowsecurity and (select count(*) from pg_policy where polrelid = pg_class.oid) = 2))"
        )
    }
    return sorted(
        name for name, its in columns(warehouse).items() if name not in guarded and (name not in REFERENCE or its & NAMES_SOMEBODY)
    )


def of_authorities(warehouse: Warehouse) -> dict[str, str]:
    """The column of each mart that says whose a row is."""
    return {
        mart: next(column for column in ("authority_code", "partner_code") if column in its)
        for mart, its in columns(warehouse).items()
        if mart not in REFERENCE and its & {"authority_code", "partner_code"}
    }


def counts(warehouse: Warehouse, role: str) -> dict[str, dict[str | None, int]]:
    """How many rows of each authority somebody sees of each mart."""
    return {
        mart: dict(warehouse.rows(f"select {column}, count(*) from marts.{mart} group by 1", role))
        for mart, column in of_authorities(warehouse).items()
    }


def sees_its_own_alone(warehouse: Warehouse) -> None:
    region, own = counts(warehouse, "analyst"), counts(warehouse, f"analyst_{ONE}")
    assert counts(warehouse, "engineer") == region
    assert [mart for mart, seen in region.items() if not seen.get(OTHER)] == [], "there is something to hide"
    assert own == {mart: {ONE: seen[ONE]} for mart, seen in region.items()}
    for mart in columns(warehouse).keys() & REFERENCE:
        assert warehouse.rows(f"select count(*) from marts.{mart}", f"analyst_{ONE}") == warehouse.rows(
            f"select count(*) from marts.{mart}"
        )
    # A view sees with its reader's eyes.
    met = "select count(*) from marts.fct_criterion_known"
    (everything,), (mine,) = warehouse.rows(met, "analyst")[0], warehouse.rows(met, f"analyst_{ONE}")[0]
    assert 0 < mine < everything


def test_an_authoritys_analyst_sees_its_own_rows_of_every_mart(warehouse_of_two: Warehouse) -> None:
    assert unguarded(warehouse_of_two) == []
    sees_its_own_alone(warehouse_of_two)
    # Not by way of a join, an aggregate or an id that is known from elsewhere.
    ((household,),) = warehouse_of_two.rows(f"select household_id from marts.dim_household where authority_code = '{OTHER}' limit 1")
    assert warehouse_of_two.rows(f"select from marts.fct_household_criterion where household_id = '{household}'", f"analyst_{ONE}") == []


def test_it_is_the_same_when_the_marts_are_built_anew(warehouse_of_two: Warehouse) -> None:
    warehouse_of_two.remove_later_rows()
    build.run_dbt(warehouse_of_two.settings, "marts", [PERIOD])
    assert unguarded(warehouse_of_two) == []
    Village(warehouse_of_two.settings).dbt("tag:marts", "--full-refresh", "--exclude-resource-type", "test", "unit_test", periods=[PERIOD])
    warehouse_of_two.add_later_rows()
    assert unguarded(warehouse_of_two) == []
    sees_its_own_alone(warehouse_of_two)


def test_a_mart_that_nobody_guards_is_noticed(warehouse_of_two: Warehouse) -> None:
    warehouse_of_two.run("create view marts.open_view as select * from marts.dim_household")
    warehouse_of_two.run("create table marts.open_table as select * from marts.dim_household")
    try:
        assert unguarded(warehouse_of_two) == ["open_table", "open_view"]
    finally:
        warehouse_of_two.run("drop view marts.open_view; drop table marts.open_table")


def test_a_caseworker_sees_persons_of_their_own_register_without_the_protected(warehouse_of_two: Warehouse) -> None:
    caseworker = f"caseworker_{ONE}"
    everybody = warehouse_of_two.rows("select authority_code, family_name, is_protected from identity.person", "linker")
    assert {code for code, *_ in everybody} == {ONE, OTHER}
    assert any(is_protected for *_, is_protected in everybody)
    seen = warehouse_of_two.rows("select authority_code, family_name, is_protected from identity.person", caseworker)
    assert sorted(seen) == sorted(row for row in everybody if row[0] == ONE and not row[2])
    for table in ("person_xref", "household_xref", "family_xref"):
        assert {code for (code,) in warehouse_of_two.rows(f"select partner_code from identity.{table}", "linker")} == {ONE, OTHER}
        assert {code for (code,) in warehouse_of_two.rows(f"select partner_code from identity.{table}", caseworker)} == {ONE}


def test_a_further_authority_is_a_further_file(warehouse_of_two: Warehouse, tmp_path: Path) -> None:
    settings = warehouse_of_two.settings
    for path in settings.partners_dir.glob("*.yml"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    code = f"northshire_{warehouse_of_two.suffix}"
    text = (tmp_path / f"{AUTHORITIES[-1]}.yml").read_text(encoding="utf-8")
    (tmp_path / f"{code}.yml").write_text(re.sub(r"^code: .*$", f"code: {code}", text, flags=re.MULTILINE), encoding="utf-8")
    build.record_partners(settings.model_copy(update={"partners_dir": tmp_path}))
    further = Warehouse(settings.model_copy(update={"partners_dir": tmp_path}), warehouse_of_two.superuser_dsn)
    assert further.rows("select count(*) from marts.dim_household", f"analyst_{code}") == [(0,)]
    assert further.rows("select count(*) from identity.person", f"caseworker_{code}") == [(0,)]
    warehouse_of_two.made += further.made


@pytest.mark.parametrize("role", [f"analyst_{ONE}", f"caseworker_{ONE}"])
def test_nobody_takes_another_authoritys_part(warehouse_of_two: Warehouse, role: str) -> None:
    with warehouse_of_two.login(role) as connection:
        for other in (role.replace(ONE, OTHER), "analyst", "linker", "wholefamily", "postgres"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"set role {other}")  # type: ignore[call-overload]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("set session authorization wholefamily")

"""A month rebuilt from the deliveries that were known then has the same marts to the byte, and no other month is touched by it."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg import sql
from tests.integration.household.village import Rows, Village, empty_village, person, place

from wholefamily import build, linkage
from wholefamily.warehouse import connect

SEPTEMBER, OCTOBER = "2026-09", "2026-10"
HOME = {"uprn": "100071234567", "address": "4 Quarry Lane", "postcode": "WS1 1AA"}
NEXT_DOOR = {"uprn": "100071234568", "address": "6 Quarry Lane", "postcode": "WS1 1AA"}
# What was known when tells of the builds themselves.
_HISTORY = {"fct_correction", "fct_criterion_known"}
# Families that share a child are one, whenever they claimed; what is found out of a claim is compared with the month before.
_LOOKED_BACK_AT = {"bridge_family_member", "fct_household_eligibility", "fct_result_claim", "fct_result_evidenced"}
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

Marts = dict[str, tuple[str, ...]]
"""The rows of each mart as PostgreSQL writes them out, sorted."""


def _council(unauthorised: str) -> dict[str, Rows]:
    return {
        "people": [
            person("w1", "Oriel", "Tamsworth", "1988-02-03", **HOME),
            person("w2", "Perrin", "Tamsworth", "2013-05-06", **HOME),
            person("w3", "Quenby", "Ruddock", "1979-11-30", **NEXT_DOOR),
        ],
        "programme": [place("f1", "w1"), place("f1", "w2", "CHILD")],
        "asb_interventions": [{"intervention_ref": "a1", "person_ref": "w1", "intervention": "ABC", "start_date": "2025-12-01"}],
        "support_needs": [
            {"person_ref": "w1", "need": "MENTAL_HEALTH", "from_date": "2026-02-01"},
            {"person_ref": "w3", "need": "SUBSTANCE_MISUSE", "from_date": "2026-02-01"},
        ],
        "benefits": [{"person_ref": "w3", "benefit": "JSA", "start_date": "2026-01-05", "matched_on": "2026-09-20"}],
        "attendance": [
            {
                "person_ref": "w2",
                "school_urn": "104000",
                "academic_year": "2025/26",
                "term": "SUM",
                "sessions_possible": "100",
                "sessions_authorised_absence": "0",
                "sessions_unauthorised_absence": unauthorised,
            }
        ],
    }


POLICE = {
    "people": [person("n1", "Perrin", "Tamsworth", "2013-05-06", **HOME)],
    "asb_incidents": [{"incident_ref": "i1", "person_ref": "n1", "role": "PERPETRATOR", "occurred_on": "2026-01-09"}],
}


def _send(village: Village, period: str, unauthorised: str) -> None:
    village.send("walsall", period, **_council(unauthorised))
    village.send("west_midlands_police", period, **POLICE)


def _build(village: Village, *periods: str) -> None:
    untested = ("--exclude-resource-type", "test", "unit_test")
    village.dbt("resource_type:seed", "tag:staging", "tag:linkage", *untested, periods=periods)
    linkage.link(village.settings, list(periods))
    village.dbt("tag:household", "tag:criteria", "tag:progress", "tag:marts", *untested, periods=periods)


def _marts(village: Village, period: str) -> Marts:
    """All rows of the month; of marts that keep no months, all."""
    found: Marts = {}
    with connect(village.settings) as connection:
        columns = "select table_name, array_agg(column_name::text) from information_schema.columns where table_schema = 'marts' group by 1"
        for mart, names in connection.execute(columns).fetchall():
            if mart not in _HISTORY:
                of_month = sql.SQL("where period = {}").format(sql.Literal(period)) if "period" in names else sql.SQL("")
                query = sql.SQL("select t::text from {} as t {}").format(sql.Identifier("marts", mart), of_month)
                found[mart] = tuple(sorted(row for (row,) in connection.execute(query)))
    return found


def _partitions(village: Village, period: str) -> set[tuple[str, int, int]]:
    """Each table that holds the month, its file and how often it was written to since."""
    suffix = f"%\\_{period.replace('-', '_')}"
    query = (
        "select class.relname::text, class.relfilenode::bigint, stats.n_tup_ins + stats.n_tup_upd + stats.n_tup_del from pg_class as class "
        "inner join pg_stat_all_tables as stats on stats.relid = class.oid where schemaname = 'months' and class.relname like %s"
    )
    with connect(village.settings) as connection:
        connection.execute("select pg_stat_force_next_flush()")
        return set(connection.execute(query, [suffix]).fetchall())


def _reads(village: Village, period: str) -> Counter[str]:
    """How many rows of each table that holds the month have been read so far."""
    suffix = f"_{period.replace('-', '_')}"
    query = (
        "select left(relname, -length(%(suffix)s)), seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_all_tables "
        "where schemaname = 'months' and right(relname, length(%(suffix)s)) = %(suffix)s"
    )
    with connect(village.settings) as connection:
        connection.execute("select pg_stat_force_next_flush()")
        return Counter(dict(connection.execute(query, {"suffix": suffix}).fetchall()))


def _named(village: Village, marts: Marts) -> Marts:
    """With words in place of ids: two warehouses have no id in common."""
    with connect(village.settings) as connection:
        words = dict(
            connection.execute(
                "select person_id::text, min(partner_code || '/' || person_ref) from identity.person_xref group by 1 "
                "union all select family_id::text, partner_code || '/' || family_ref from identity.family_xref "
                "union all select household_id::text, 'home of ' || min(partner_code || '/' || person_ref) from identity.household_xref group by 1"
            ).fetchall()
        )
    return {mart: tuple(sorted(_ID.sub(lambda found: words[found[0]], row) for row in rows)) for mart, rows in marts.items()}


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("replay")


@pytest.fixture(scope="module")
def village(postgres_server, warehouse_template, homes) -> Iterator[Village]:  # type: ignore[no-untyped-def]
    """September and then October, each built when it came."""
    with empty_village(postgres_server, warehouse_template, homes / "in_order") as village:
        _send(village, SEPTEMBER, "20")
        _build(village, SEPTEMBER)
        before = _partitions(village, SEPTEMBER)
        assert len(before) > 10
        _send(village, OCTOBER, "20")
        _build(village, OCTOBER)
        assert _partitions(village, SEPTEMBER) == before, "a month that is not built is not written to"
        yield village


def test_a_month_costs_the_same_whatever_came_before_it(village: Village) -> None:
    """What a build and its data tests read does not grow with the months that are kept, but for what is declared."""
    before = _reads(village, SEPTEMBER)
    _build(village, OCTOBER)
    village.dbt("resource_type:test", periods=[OCTOBER])
    # A join that turns out to have nothing on its other side has taken a first row by then.
    assert {
        table: n - before[table]
        for table, n in _reads(village, SEPTEMBER).items()
        if n > before[table] + 1 and table not in _LOOKED_BACK_AT
    } == {}


def test_rebuilt_from_what_was_known_then(village: Village) -> None:
    known = {period: _marts(village, period) for period in (SEPTEMBER, OCTOBER)}
    assert any("education" in row and ",t," in row for row in known[SEPTEMBER]["fct_household_criterion"])
    filled = {"bridge_family_member", "bridge_household_member", "dim_person", "fct_authority_month", "fct_family_progress"}
    assert {mart for mart in filled | {"fct_household_eligibility"} if not known[OCTOBER][mart]} == set()
    before = _partitions(village, OCTOBER)
    village.send("walsall", SEPTEMBER, 2, **_council("10"))
    _build(village, SEPTEMBER)
    corrected = _marts(village, SEPTEMBER)
    assert corrected["fct_criterion_evidence"] != known[SEPTEMBER]["fct_criterion_evidence"]
    assert _partitions(village, OCTOBER) == before, "a later month that is not built is not written to either"
    _forget_the_correction(village)
    _build(village, SEPTEMBER, OCTOBER)
    assert {period: _marts(village, period) for period in known} == known


def _forget_the_correction(village: Village) -> None:
    """The ledger of before the second revision came. Nothing is ever taken out of it, so its guards are off meanwhile."""
    with connect(village.settings) as connection:
        (delivery,) = connection.execute("select delivery_id from quality.delivery where revision = 2").fetchone() or (0,)
        for (table,) in connection.execute(
            "select inhrelid::regclass::text from pg_inherits where inhrelid::regclass::text like %s", [f"raw.%\\_{delivery}"]
        ).fetchall():
            connection.execute(f"drop table {table}")
        for table in ("delivery_file", "delivery"):
            ledger = sql.Identifier("quality", table)
            connection.execute(sql.SQL("alter table {} disable trigger user").format(ledger))
            connection.execute(sql.SQL("delete from {} where delivery_id = %s").format(ledger), [delivery])
            connection.execute(sql.SQL("alter table {} enable trigger user").format(ledger))


def test_months_that_come_in_another_order(village: Village, postgres_server, warehouse_template, homes) -> None:  # type: ignore[no-untyped-def]
    with empty_village(postgres_server, warehouse_template, homes / "out_of_order") as other:
        _send(other, OCTOBER, "20")
        _build(other, OCTOBER)
        _send(other, SEPTEMBER, "20")
        with connect(other.settings) as connection:
            assert build.changed_periods(connection) == [SEPTEMBER, OCTOBER]
        _build(other, SEPTEMBER, OCTOBER)
        for period in (SEPTEMBER, OCTOBER):
            assert _named(other, _marts(other, period)) == _named(village, _marts(village, period))


def test_data_tests_look_at_the_months_that_are_built(village: Village) -> None:
    twice = "one_row_per_fct_household_criterion_period__framework_code__household_id__criterion_code"
    with connect(village.settings) as connection:
        connection.execute(
            "insert into marts.fct_household_criterion select * from marts.fct_household_criterion where period = %s limit 1", [SEPTEMBER]
        )
    village.dbt(twice, periods=[OCTOBER])
    with pytest.raises(AssertionError, match=twice):
        village.dbt(twice, periods=[SEPTEMBER])

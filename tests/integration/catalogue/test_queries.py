"""The worked queries and the metrics, on four homes whose answers are counted by hand."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import conninfo, sql
from tests.conftest import PostgresServer
from tests.integration.catalogue.homes import MONTHS, homes
from tests.integration.household.village import Village

from wholefamily.catalogue import charts, properties, queries
from wholefamily.catalogue.queries import Result

FRAMEWORKS = ("tf_2012", "tf_2015", "sf_2022")


@pytest.fixture(scope="module")
def village(postgres_server, warehouse_template, tmp_path_factory) -> Iterator[Village]:  # type: ignore[no-untyped-def]
    with homes(postgres_server, warehouse_template, tmp_path_factory.mktemp("homes")) as village:
        yield village


def superuser(server: PostgresServer, village: Village) -> psycopg.Connection[tuple[Any, ...]]:
    """A login that may take any role."""
    return psycopg.connect(conninfo.make_conninfo(server.admin_dsn, dbname=village.settings.warehouse_db))


def asked(server: PostgresServer, village: Village) -> dict[str, Result]:
    """What each worked query gives, to the role that it is for."""
    with superuser(server, village) as connection:
        return {query.name: queries.run(connection, query) for query in queries.read()}


@pytest.fixture(scope="module")
def results(postgres_server, village) -> dict[str, Result]:  # type: ignore[no-untyped-def]
    return asked(postgres_server, village)


def rows(results: dict[str, Result], name: str, *columns: str) -> list[tuple[object, ...]]:
    """These columns of what a query gave."""
    result = results[name]
    places = [list(result.columns).index(column) for column in columns]
    return [tuple(row[place] for place in places) for row in result.rows]


def test_the_page_shows_what_the_queries_give(results: dict[str, Result]) -> None:
    stale = "docs/queries.md is stale: run `python -m tests.integration.catalogue`"
    assert len(results) == 10
    assert queries.PATH.read_text(encoding="utf-8") == queries.markdown(queries.read(), results), stale


def test_eligible_households_and_their_share(results: dict[str, Result]) -> None:
    dudley, walsall = "Dudley Metropolitan Borough Council", "Walsall Metropolitan Borough Council"
    assert results["01_eligible_households"].rows == [
        ("2026-09", dudley, 0, 1, 0),
        ("2026-10", dudley, 0, 1, 0),
        ("2026-09", walsall, 1, 3, Decimal("0.333")),
        ("2026-10", walsall, 1, 3, Decimal("0.333")),
        ("2026-09", "all authorities", 1, 4, Decimal("0.250")),
        ("2026-10", "all authorities", 1, 4, Decimal("0.250")),
    ]


def test_criteria_that_come_together(results: dict[str, Result]) -> None:
    pairs = [row for row in results["02_criteria_together"].rows if row[0] == "tf_2012"]
    both = [("crime_asb", "education"), ("crime_asb", "local"), ("education", "local")]
    assert pairs == [("tf_2012", *pair, 1) for pair in both]


def test_why_a_household_is_eligible(results: dict[str, Result], village: Village) -> None:
    assert {row[0] for row in results["03_why_eligible"].rows} == {UUID(village.households("2026-10")["walsall/w3"])}
    assert rows(results, "03_why_eligible", "limb_code", "event_date", "source_record") == [
        ("asb_intervention", date(2026, 10, 5), "2026-10/r1/asb_interventions:4"),
        ("unauthorised_absence", date(2026, 7, 31), "2026-10/r1/attendance:3"),
        ("mental_health", date(2026, 2, 1), "2026-10/r1/support_needs:3"),
    ]


def test_families_that_stopped_meeting_the_criteria(results: dict[str, Result], village: Village) -> None:
    family = village.rows("select family_id from marts.dim_family")[0]
    assert results["04_no_longer_eligible"].rows == [("2026-10", "tf_2012", "walsall", family, date(2026, 4, 20), 3, 2, 3, False)]


def test_what_a_correction_changed(results: dict[str, Result]) -> None:
    changed = [row for row in results["05_what_a_correction_changed"].rows if row[2] == "tf_2012"]
    assert changed == [("2026-09", "walsall/2026-09/r2/attendance", "tf_2012", "education", 1, 0)]


def test_stale_feeds_and_whom_they_leave_uncertain(results: dict[str, Result], village: Village) -> None:
    assert results["06_stale_feeds"].rows == [("dudley", "attendance", "2026-09", 1, 1)]
    ockleys = UUID(village.households("2026-10")["dudley/d1"])
    assert results["08_not_yet_known"].rows == [("dudley", ockleys, 2, 3, "local, work")]


def test_claims_and_progress(results: dict[str, Result]) -> None:
    assert results["07_claimed_and_evidenced"].rows == [
        ("2026-09", "walsall", "tf_2012", 1, 1, 0, 0, 0, 0),
        ("2026-10", "walsall", "tf_2012", 2, 0, 0, 1, 0, 2100),
    ]
    progress = results["10_progress_over_time"].rows
    assert [row for row in progress if row[2] in {"asb", "education"}] == [
        ("2026-09", "tf_2012", "asb", 1, 0, 0, 0),
        ("2026-10", "tf_2012", "asb", 1, 0, 0, 0),
        ("2026-09", "tf_2012", "education", 0, 1, 0, 0),
        ("2026-10", "tf_2012", "education", 1, 0, 0, 0),
    ]


def test_the_polices_match_rate(results: dict[str, Result]) -> None:
    assert results["09_match_rate"].rows == [
        (period, *row) for period in MONTHS for row in (("not_known", 1, 0, 0, 0), ("walsall", 1, 1, 0, 1))
    ]


def metrics(village: Village, period: str, authority: str) -> dict[str, float | None]:
    """The month's metrics of `tf_2012`."""
    found = village.rows(
        "select metric_code, value from marts.fct_metric_month where period = %s and authority_code = %s and framework_code = 'tf_2012'",
        period,
        authority,
    )
    return {code: None if value is None else float(value) for code, value in found}


NOTHING: dict[str, float | None] = {
    "newly_eligible": 0,
    "no_longer_eligible": 0,
    "families_on_programme": 0,
    "eligible_on_programme": 0,
    "measures_passed": 0,
    "measures_failed": 0,
    "measures_not_evidenced": 0,
    "valid_claims": 0,
    "claims_in_review": 0,
    "amount_claimed": 0,
    "stale_feeds": 0,
    "not_known_share": 0,
}


def test_metrics_counted_by_hand(village: Village) -> None:
    walsall = NOTHING | {"households": 3, "eligible_households": 1, "eligibility_rate": 0.333333, "families_on_programme": 1}
    assert metrics(village, "2026-09", "walsall") == walsall | {
        "newly_eligible": None,
        "no_longer_eligible": None,
        "eligible_on_programme": 1,
        "programme_reach": 1,
        "measures_passed": 1,
        "measures_failed": 1,
    }
    assert metrics(village, "2026-10", "walsall") == walsall | {
        "newly_eligible": 1,
        "no_longer_eligible": 1,
        "programme_reach": 0,
        "measures_passed": 2,
        "valid_claims": 1,
        "amount_claimed": 2100,
    }
    assert metrics(village, "2026-10", "dudley") == NOTHING | {
        "households": 1,
        "eligible_households": 0,
        "eligibility_rate": 0,
        "programme_reach": None,
        "stale_feeds": 1,
        "not_known_share": 1,
    }


def test_the_charts_show_the_metrics(village: Village) -> None:
    drawn = {chart.name: chart for chart in charts.read(village.settings)}
    assert len(drawn) == village.rows("select count(*) from marts.dim_metric")[0]
    newly = drawn["Newly eligible"]
    assert (newly.unit, newly.months) == ("count", list(MONTHS))
    assert newly.values == {"Dudley Metropolitan Borough Council": [None, 0], "Walsall Metropolitan Borough Council": [None, 1]}
    assert "£2,100" in charts.write(village.settings).read_text(encoding="utf-8")


def test_no_point_of_a_chart_is_missing(village: Village) -> None:
    grid = {(period, authority, framework) for period in MONTHS for authority in ("dudley", "walsall") for framework in FRAMEWORKS}
    assert set(village.rows("select period, authority_code, framework_code from marts.fct_authority_month")) == grid
    n_metrics = village.rows("select count(*) from marts.dim_metric")[0]
    points = village.rows("select period, authority_code, framework_code, count(*) from marts.fct_metric_month group by 1, 2, 3")
    assert {tuple(point[:3]): point[3] for point in points} == dict.fromkeys(grid, n_metrics)


def test_who_may_read_marts_can_after_they_were_built_again(postgres_server: PostgresServer, village: Village) -> None:
    """The village was built twice; a view is dropped and made anew each time."""
    readers = {"marts": ("analyst", "engineer"), "quality": ("governance", "engineer")}
    with superuser(postgres_server, village) as connection:
        for mart in properties.read():
            table = sql.Identifier(mart.schema, mart.name)
            for role in readers[mart.schema]:
                with connection.transaction(force_rollback=True):
                    connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
                    connection.execute(sql.SQL("select from {} limit 1").format(table))
        connection.execute("set role analyst")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select from quality.fct_match_rate limit 1")

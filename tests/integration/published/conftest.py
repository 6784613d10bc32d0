"""A warehouse with marts made by hand: families of three authorities, as many as a test asks for."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from psycopg import sql

from wholefamily.settings import Settings

# Columns as warehouse.md and the intermediate layer name them; only those that are counted.
TABLES = """
create schema if not exists intermediate; create schema if not exists marts;
create table intermediate.int_family_month (period text, family_id uuid, partner_code text, framework_code text, attached_date date,
    closed_date date, lead_practitioner text, household_id uuid);
create table marts.bridge_family_member (period text, family_id uuid, person_id uuid, role text, is_consenting boolean);
create table marts.bridge_household_member (period text, household_id uuid, person_id uuid, is_main_residence boolean);
create table marts.fct_household_eligibility (period text, framework_code text, household_id uuid, authority_code text,
    is_eligible boolean, is_on_programme boolean);
create table marts.fct_household_criterion (period text, framework_code text, household_id uuid, criterion_code text, is_met boolean);
create table marts.fct_family_progress (period text, framework_code text, family_id uuid, measure_code text, result text);
-- As dbt_project grants them.
grant usage on schema marts to analyst; grant select on all tables in schema marts to analyst;
grant usage on schema intermediate to wholefamily_release; grant select on intermediate.int_family_month to wholefamily_release;
"""
MEASURES = ("education", "asb", "youth_offending", "progress_to_work", "continuous_employment")


class Marts:
    """Writes families into the marts, ``n`` alike at a time: each a household of one adult."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._connection = psycopg.connect(settings.dsn(), autocommit=True)
        self._connection.execute(TABLES)
        for period in ("2026-06", "2026-09"):
            self.run("insert into ops.build (period, planned, fingerprint) values (%s, 'as is', 'as is')", period)

    def close(self) -> None:
        self._connection.close()

    def run(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        cursor = self._connection.execute(sql.SQL(query), values)  # type: ignore[arg-type]
        return cursor.fetchall() if cursor.description else []

    def families(
        self,
        n: int,
        partner: str,
        *,
        closed: date | None = None,
        met: tuple[str, ...] = (),
        result: str | None = "pass",
        framework: str = "tf_2012",
        periods: tuple[str, ...] = ("2026-06", "2026-09"),
    ) -> None:
        """Families attached in May 2026, which met ``met`` then; ``result`` None: nothing is known of their progress."""
        self._make(n)
        self.run(
            "insert into intermediate.int_family_month select period, family, %s::text, %s::text, '2026-05-04'::date, %s::date, 'W. Orker', household "
            "from made cross join unnest(%s::text[]) as period",
            *(partner, framework, closed, list(periods)),
        )
        self.run(
            "insert into marts.bridge_family_member select period, family, person, 'ADULT', true from made cross join unnest(%s::text[]) as period",
            list(periods),
        )
        self.run(
            "insert into marts.bridge_household_member select period, household, person, true from made cross join unnest(%s::text[]) as period",
            list(periods),
        )
        self.run(
            "insert into marts.fct_household_criterion select period, %s::text, household, criterion, criterion = any(%s::text[]) and period = '2026-06' "
            "from made cross join unnest(%s::text[]) as period cross join unnest(%s::text[]) as criterion",
            *(framework, list(met), list(periods), ["education", "work", "crime_asb", "local"]),
        )
        self.run(
            "insert into marts.fct_family_progress select period, %s::text, family, measure, %s::text "
            "from made cross join unnest(%s::text[]) as period cross join unnest(%s::text[]) as measure where %s::text is not null",
            *(framework, result, list(periods), list(MEASURES), result),
        )

    def eligible(self, n: int, partner: str, framework: str = "tf_2012", *, of_a_family: bool = False) -> None:
        """Households that could be on the programme; ``of_a_family``: one of whose members is."""
        self._make(n)
        if of_a_family:
            self.run("update made set person = (select person_id from marts.bridge_family_member where period = '2026-09' limit 1)")
        self.run("insert into marts.bridge_household_member select '2026-09', household, person, true from made")
        self.run(
            "insert into marts.fct_household_eligibility select '2026-09', %s::text, household, %s::text, true, false from made",
            framework,
            partner,
        )

    def _make(self, n: int) -> None:
        self.run("drop table if exists made")
        self.run(
            "create temporary table made as select gen_random_uuid() as family, gen_random_uuid() as person, gen_random_uuid() as household "
            f"from generate_series(1, {n})"
        )


@pytest.fixture
def marts(warehouse: Settings) -> Iterator[Marts]:
    made = Marts(warehouse)
    yield made
    made.close()

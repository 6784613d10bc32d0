"""A small warehouse that tests fill by hand: rows believed for a month, and the models and linkage built from them."""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from wholefamily import build, linkage
from wholefamily.feeds import FEEDS
from wholefamily.settings import Settings
from wholefamily.warehouse import connect

Rows = Sequence[Mapping[str, object]]
_UNTESTED = ("--exclude-resource-type", "test", "unit_test")
_HOUSEHOLD = ("tag:household", "path:models/marts/household", "dim_framework")


def person(ref: str, given: str, family: str, born: str | None = None, **more: object) -> dict[str, object]:
    """A row of `people`: of full age and at home since 2020 unless said otherwise."""
    return {"person_ref": ref, "given_name": given, "family_name": family, "date_of_birth": born, "resident_from": "2020-01-01", **more}


def place(family: str, ref: str, role: str = "ADULT", **more: object) -> dict[str, object]:
    """A row of `programme`."""
    return {
        "family_ref": family,
        "person_ref": ref,
        "role": role,
        "attached_on": "2026-01-15",
        "framework": "tf_2012",
        "lead_practitioner": "W-7",
        **more,
    }


@contextmanager
def empty_village(server: Any, template: str, home: Path) -> Iterator["Village"]:
    """A village of its own on the tests' server, dropped at the end."""
    name = f"village_{secrets.token_hex(6)}"
    with psycopg.connect(server.admin_dsn, autocommit=True) as admin:
        admin.execute(sql.SQL("create database {} template {} owner {}").format(*map(sql.Identifier, (name, template, "wholefamily"))))
        yield Village(server.settings(name, home))
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


class Village:
    """A throw-away warehouse with the models of staging, linkage and households."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def send(self, partner: str, period: str, revision: int = 1, **feeds: Rows) -> None:
        """An accepted drop with these feeds."""
        with connect(self.settings) as connection:
            row = connection.execute(
                "insert into quality.delivery (partner_code, period, revision) values (%s, %s, %s) returning delivery_id",
                [partner, period, revision],
            ).fetchone()
            assert row is not None
            delivery = row[0]
            for feed, rows in feeds.items():
                connection.execute(
                    "insert into quality.delivery_file (delivery_id, partner_code, period, revision, feed, status, rows_loaded) "
                    "values (%s, %s, %s, %s, %s, 'receiving', %s)",
                    [delivery, partner, period, revision, feed, len(rows)],
                )
                connection.execute(
                    sql.SQL("create table raw.{} partition of raw.{} for values in ({})").format(
                        sql.Identifier(f"{feed}_{delivery}"), sql.Identifier(feed), sql.Literal(delivery)
                    )
                )
                unknown = {name for row in rows for name in row} - set(FEEDS[feed].columns)
                assert not unknown, f"{feed} has no {unknown}"
                columns = list(FEEDS[feed].columns)
                insert = sql.SQL("insert into raw.{} values ({})").format(
                    sql.Identifier(feed), sql.SQL(", ").join(sql.Placeholder() * (6 + len(columns)))
                )
                connection.cursor().executemany(
                    insert,
                    [
                        (delivery, partner, period, revision, line, "2026-01-01", *(row.get(column) for column in columns))
                        for line, row in enumerate(rows, start=2)
                    ],
                )
            for table in ("delivery_file", "delivery"):
                connection.execute(
                    sql.SQL("update quality.{} set status = 'accepted' where delivery_id = %s").format(sql.Identifier(table)), [delivery]
                )

    def dbt(self, *selectors: str, periods: Sequence[str]) -> None:
        """Build and test the selected models; what fails is named."""
        from dbt.cli.main import dbtRunner

        build.record_partners(self.settings)
        target: Path = self.settings.home_dir / "dbt"
        arguments = ["build", "--project-dir", str(build.PROJECT), "--profiles-dir", str(build.PROJECT), "--target-path", str(target)]
        arguments += ["--log-path", str(target / "logs"), "--log-level", "warn", "--indirect-selection", "buildable"]
        arguments += ["--vars", json.dumps({"periods": list(periods)}), "--select", *selectors]
        with build.dbt_environment(self.settings):
            outcome = dbtRunner().invoke(arguments)
        assert outcome.exception is None, outcome.exception
        failed = [f"{result.node.name}: {result.message}" for result in outcome.result if result.status not in {"success", "pass"}]
        assert not failed, failed

    def link(self, *periods: str) -> None:
        """Stage and link these months."""
        self.dbt("resource_type:seed", "tag:staging", "tag:linkage", periods=periods)
        linkage.link(self.settings, list(periods))

    def build(self, *periods: str) -> None:
        """Stage, link and build the households of these months, with the models' own tests."""
        self.link(*periods)
        self.dbt(*_HOUSEHOLD, periods=periods)

    def build_again(self, *periods: str) -> None:
        """The same without the models' own tests."""
        self.dbt("tag:staging", "tag:linkage", *_UNTESTED, periods=periods)
        linkage.link(self.settings, list(periods))
        self.dbt(*_HOUSEHOLD, *_UNTESTED, periods=periods)

    def rows(self, query: str, *parameters: object) -> list[Any]:
        """The rows of a query; of a query with one column, its values."""
        with connect(self.settings) as connection:
            rows: list[Any] = connection.execute(query, parameters).fetchall()
        return [row[0] for row in rows] if rows and len(rows[0]) == 1 else rows

    def persons(self) -> set[frozenset[str]]:
        """Who is who: the records of each person, as `partner/ref`."""
        rows = self.rows("select array_agg(partner_code || '/' || person_ref) from identity.person_xref group by person_id")
        return {frozenset(records) for records in rows}

    def one_person(self, *records: str) -> bool:
        """Whether these records, and no others, are one person."""
        return frozenset(records) in self.persons()

    def person_of(self, record: str) -> str:
        """The person_id of a record `partner/ref`."""
        return str(self.rows("select person_id from identity.person_xref where partner_code || '/' || person_ref = %s", record)[0])

    def households(self, period: str) -> dict[str, str]:
        """The household of each record that has one."""
        rows = self.rows(
            "select partner_code || '/' || person_ref, household_id::text from identity.household_xref where period = %s", period
        )
        return dict(rows)

    def lives_with(self, record: str, period: str) -> set[str]:
        """The records of the household of a record, itself included."""
        households = self.households(period)
        home = households.get(record)
        return {other for other, household in households.items() if home is not None and household == home}

    def member(self, record: str, period: str) -> dict[str, Any]:
        """The record's row of marts.bridge_household_member."""
        rows = self.rows(
            "select to_jsonb(member) from marts.bridge_household_member as member inner join identity.person_xref as xref using (person_id) "
            "where xref.partner_code || '/' || xref.person_ref = %s and member.period = %s",
            record,
            period,
        )
        assert len(rows) == 1, f"{len(rows)} memberships"
        return dict(rows[0])

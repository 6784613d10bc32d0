"""Linkage on records written by hand: the models' tables are made once, empty, and filled by each test."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from tests.integration.household.village import Village, empty_village

from wholefamily import linkage
from wholefamily.warehouse import connect

_FILLED = "intermediate.int_person_record, intermediate.int_residence, staging.stg_programme, intermediate.int_programme_place"
_WRITTEN = (
    "identity.person, identity.person_xref, identity.person_record, identity.person_node, identity.score, "
    "identity.cluster, identity.household, identity.household_member, identity.household_xref, identity.residence_contradiction, "
    "identity.family, identity.family_xref, identity.link_review, identity.merge_log, identity.twin, ops.build"
)
_DECIDED = ("identity.link_decision", "identity.unmerge_subject", "identity.unmerge", "exchange.disclosure_item", "exchange.disclosure")
"""Append-only for everyone but a test that begins."""


class Senders:
    """What senders say of persons, month by month, and the linkage of it."""

    def __init__(self, village: Village, superuser_dsn: str) -> None:
        self.village = village
        self._superuser_dsn = superuser_dsn
        self.rows = village.rows
        self.one_person = village.one_person
        self.person_of = village.person_of
        self.persons = village.persons

    def say(self, period: str, record: str, given: str, family: str, born: str | None = None, **more: object) -> None:
        """A record `partner/ref` of a month, and with `home` also where the person lives."""
        home = more.pop("home", None)
        partner, ref = record.split("/")
        values = {
            "period": period,
            "partner_code": partner,
            "is_authority": partner != "west_midlands_police",
            "person_ref": ref,
            "given_name": given,
            "family_name": family,
            "date_of_birth": born,
            "sex": "0",
            "resident_from": "2020-01-01",
            "is_protected": False,
            **more,
        }
        self._insert("intermediate.int_person_record", values)
        if home is not None:
            spell = {key: values[key] for key in ("period", "partner_code", "is_authority", "person_ref", "resident_from")}
            spell |= {"surname": family.lower(), "residence": "MAIN", "address_class": "RD", "has_uprn": True}
            self._insert("intermediate.int_residence", {**spell, "address_key": home, "is_current": True})

    def say_again(self, period: str, *of: str) -> None:
        """The same as in the month `of`, in another month."""
        for table in ("intermediate.int_person_record", "intermediate.int_residence"):
            with connect(self.village.settings) as connection:
                connection.execute(
                    f"insert into {table} select (jsonb_populate_record(t, jsonb_build_object('period', %s::text))).* "
                    f"from {table} as t where t.period = any(%s)",
                    [period, list(of)],
                )

    def unsay(self, record: str, *periods: str) -> None:
        """Withdraw what was said of a record: in the months given, else in all."""
        with connect(self.village.settings) as connection:
            for table in ("intermediate.int_person_record", "intermediate.int_residence"):
                connection.execute(
                    f"delete from {table} where partner_code || '/' || person_ref = %s and (%s or period = any(%s))",
                    [record, not periods, list(periods)],
                )

    def link(self, *periods: str) -> None:
        """Link these months."""
        linkage.link(self.village.settings, list(periods))

    def review(self) -> dict[tuple[str, str], str]:
        """The pairs that a person must decide, and why."""
        rows = self.rows(
            "select partner_code_a || '/' || person_ref_a, partner_code_b || '/' || person_ref_b, reason from identity.link_review"
        )
        return {(a, b): reason for a, b, reason in rows}

    def forget_identity(self) -> None:
        """Empty everything that linkage writes."""
        with connect(self.village.settings) as connection:
            connection.execute(f"truncate {_WRITTEN}")

    def start(self) -> None:
        """Empty everything."""
        self.forget_identity()
        with connect(self.village.settings) as connection:
            connection.execute(f"truncate {_FILLED}")
        with psycopg.connect(self._superuser_dsn, dbname=self.village.settings.warehouse_db) as connection:
            for table in _DECIDED:
                connection.execute(f"alter table {table} disable trigger append_only")
            connection.execute(f"truncate {', '.join(_DECIDED)}")
            for table in _DECIDED:
                connection.execute(f"alter table {table} enable trigger append_only")

    def everything(self) -> dict[str, list[Any]]:
        """All that linkage has written, to see whether it changes."""
        tables = _WRITTEN.split(", ")
        return {table: sorted(self.rows(f"select to_jsonb(t)::text from {table} as t")) for table in tables}

    def _insert(self, table: str, values: dict[str, object]) -> None:
        with connect(self.village.settings) as connection:
            connection.execute(
                f"insert into {table} ({', '.join(values)}) values ({', '.join(['%s'] * len(values))})", list(values.values())
            )


@pytest.fixture(scope="session")
def _tables(postgres_server, warehouse_template, tmp_path_factory) -> Iterator[Senders]:  # type: ignore[no-untyped-def]
    with empty_village(postgres_server, warehouse_template, tmp_path_factory.mktemp("village")) as village:
        village.dbt("resource_type:seed", "tag:staging", "tag:linkage", "--exclude-resource-type", "test", "unit_test", periods=[])
        yield Senders(village, postgres_server.admin_dsn)


@pytest.fixture
def senders(_tables: Senders) -> Senders:
    """Senders who have said nothing yet."""
    _tables.start()
    return _tables

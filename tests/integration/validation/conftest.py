"""Drops as the door lands them, from lines written out in a test: a line's number is its place in the text, the header is 1."""

import csv
from typing import Any

import psycopg
import pytest

from wholefamily.settings import Settings


class Warehouse:
    """A test's warehouse: lands drops, and answers what was found."""

    def __init__(self, settings: Settings, connection: psycopg.Connection[Any]) -> None:
        self.settings = settings
        self.connection = connection

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self.connection.execute(query, values).fetchall()

    def land(self, partner: str, period: str, files: dict[str, str], *, revision: int = 1, received: int | None = None) -> int:
        """Land a drop. ``files`` maps a feed to its lines, header first. Returns the arrival's id.

        ``received`` is the number of rows that each file is said to have had, where it is not the number of its lines.
        """
        [(delivery,)] = self.ask(
            "insert into quality.delivery (partner_code, period, revision) values (%s, %s, %s) returning delivery_id",
            partner,
            period,
            revision,
        )
        for feed, text in files.items():
            lines = text.strip().splitlines()
            self.connection.execute(
                "insert into quality.delivery_file (delivery_id, partner_code, period, revision, feed, status, rows_received) "
                "values (%s, %s, %s, %s, %s, 'receiving', %s)",
                [delivery, partner, period, revision, feed, received or len(lines) - 1],
            )
            table = f"landing.d{delivery}_{feed}"
            self.connection.execute(f"create table {table} (like raw.{feed})")
            header, *rows = csv.reader(lines)
            columns = ", ".join(("_delivery_id", "_partner", "_period", "_revision", "_line", "_loaded_at", *header))
            for line, row in enumerate(rows, start=2):
                assert len(row) == len(header), f"{feed} line {line} of this test"
                values = [delivery, partner, period, revision, line, "2026-11-02T03:10:00Z", *(value or None for value in row)]
                self.connection.execute(f"insert into {table} ({columns}) values ({', '.join(['%s'] * len(values))})", values)
        [(arrival,)] = self.ask(
            "insert into quality.arrival (delivery_id, partner_code, period, revision, sequence, listing_sha256) "
            "values (%s, %s, %s, %s, 1, '') returning arrival_id",
            delivery,
            partner,
            period,
            revision,
        )
        return int(arrival)

    def accept(self, arrival: int) -> None:
        """Take a drop as it landed, as the door does with one that is judged fit."""
        [(delivery,)] = self.ask("select delivery_id from quality.arrival where arrival_id = %s", arrival)
        for (feed,) in self.ask("select feed from quality.delivery_file where delivery_id = %s", delivery):
            self.connection.execute(f"alter table raw.{feed} attach partition landing.d{delivery}_{feed} for values in ({delivery})")
        self.connection.execute("update quality.delivery_file set status = 'accepted' where delivery_id = %s", [delivery])
        self.connection.execute("update quality.delivery set status = 'accepted' where delivery_id = %s", [delivery])

    def quarantined(self, arrival: int) -> dict[str, dict[int, str]]:
        """Feed -> line -> rule."""
        rows = self.ask(
            "select feed, line, rule from quality.quarantined_row inner join quality.arrival using (partner_code, period, revision) "
            "where arrival_id = %s order by feed, line",
            arrival,
        )
        found: dict[str, dict[int, str]] = {}
        for feed, line, rule in rows:
            found.setdefault(feed, {})[line] = rule
        return found

    def blanked(self, arrival: int) -> set[tuple[str, int, str]]:
        """Feed, line, column."""
        return set(
            self.ask(
                "select feed, line, column_name from landing.blank inner join quality.arrival using (delivery_id) where arrival_id = %s",
                arrival,
            )
        )

    def failed(self, feed: str) -> dict[tuple[str, str], int]:
        """(Rule, column) -> number of rows, of what a file did not meet."""
        rows = self.ask("select expectation, column_name, n_failed, is_met from quality.check_result where feed = %s", feed)
        assert all(is_met == (n_failed == 0) for _, _, n_failed, is_met in rows)
        return {(rule, column): n_failed for rule, column, n_failed, is_met in rows if not is_met}


@pytest.fixture
def house(warehouse: Settings):
    with psycopg.connect(warehouse.dsn("door"), autocommit=True) as connection:
        yield Warehouse(warehouse, connection)

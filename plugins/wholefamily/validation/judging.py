"""Judging a drop: each file that has landed against its suite, people first, and what was found into ``quality``."""

from typing import TYPE_CHECKING

from psycopg import sql

from wholefamily import feeds, partners
from wholefamily.door.ledger import last_accepted_rows
from wholefamily.errors import WholefamilyError
from wholefamily.feeds import SenderKind
from wholefamily.settings import Settings
from wholefamily.validation import context as gx
from wholefamily.validation import drift, findings
from wholefamily.validation.docs import build_docs
from wholefamily.validation.landed import LandedFile, landed_files, referable
from wholefamily.validation.rules import REFERENCES, rules
from wholefamily.validation.suites import DROP_SUITE, EXPECTATIONS, suite_name
from wholefamily.warehouse import Connection, connect

if TYPE_CHECKING:
    from great_expectations.data_context import EphemeralDataContext


def judge(settings: Settings, arrival_id: int) -> None:
    """Judge the files of an arrival that have landed; a drop that was refused, or is settled, has none.

    Writes ``quality.check_result``, ``quality.quarantined_row``, ``quality.column_share``, ``landing.blank`` and the drop's Data
    Docs, in place of what was found of the same rows before; changes no row of a file. Raises WholefamilyError when a file
    could not be judged.
    """
    with connect(settings, login="door") as connection:
        files = landed_files(connection, arrival_id)
    if not files:
        return
    partner_code, drop = files[0].partner_code, files[0].drop
    partner = partners.load(settings.partners_dir).get(partner_code)
    if partner is None:
        raise WholefamilyError(f"{partner_code} has no file in {settings.partners_dir}: put it back, then judge again")
    site = settings.data_docs / partner_code / drop
    with gx.open_context(settings, site, f"{partner_code} {drop}") as context:
        # Whether a file is held decides whether other files may refer to its rows.
        first = [file for file in files if file.feed in REFERENCES]
        for name, batch in (("first", first), ("rest", [file for file in files if file not in first])):
            for file in batch:
                _judge_file(settings, context, file, partner.sender_kind)
            if batch:
                _judge_drop(settings, context, batch, f"files_{name}")
        build_docs(context, site)


def _judge_file(settings: Settings, context: "EphemeralDataContext", file: LandedFile, kind: SenderKind) -> None:
    feed = feeds.feed(file.feed)
    with connect(settings, login="door") as connection:
        given = {
            "as_at": file.as_at,
            **{name: referable(connection, file.delivery_id, name) for name in REFERENCES if name != file.feed},
            **drift.arguments(rules(feed, kind), drift.last_shares(connection, file)),
        }
    found = gx.run_on_table(context, EXPECTATIONS / f"{suite_name(feed, kind)}.json", file.table, file.drop, given)
    with connect(settings, login="door") as connection:
        findings.record(connection, file, found)


def _judge_drop(settings: Settings, context: "EphemeralDataContext", files: list[LandedFile], name: str) -> None:
    """Which of the files wait for a person's decision: those whose row in this query breaks an expectation."""
    with connect(settings, login="door") as connection:
        rows = sql.SQL(", ").join(_as_row(connection, file) for file in files)
        query = sql.SQL("select * from (values {}) as file (feed, rows_received, rows_quarantined, last_rows_received)").format(rows)
        found = gx.run_on_query(context, EXPECTATIONS / f"{DROP_SUITE}.json", name, query.as_string(connection), "feed", files[0].drop)
        findings.record_holds(connection, files, found)


def _as_row(connection: Connection, file: LandedFile) -> sql.Composed:
    last = last_accepted_rows(connection, file.delivery_id, file.feed)
    return sql.SQL("({}, {}::bigint, {}::bigint, {}::bigint)").format(
        file.feed, file.rows_received, findings.n_quarantined(connection, file), last
    )


__all__ = ["judge"]

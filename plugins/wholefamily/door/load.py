"""From landing to raw: without what was quarantined or blanked, all accepted files of a drop in one step; held ones wait."""

import json
from dataclasses import asdict
from typing import NamedTuple

from psycopg import sql
from psycopg.rows import scalar_row

from wholefamily.door import ledger
from wholefamily.door.decide import hold_rules
from wholefamily.door.landing import LINES_TOLD, Reason, table_name
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection

# Whole files are read from raw, so that little depends on its statistics; with PostgreSQL's 100 they take a fifth of the loading.
_FEW_SAMPLES = "set local default_statistics_target = 20"


class _File(NamedTuple):
    partner_code: str
    period: str
    revision: int
    feed: str
    delivery_id: int
    n_rows: int

    @property
    def table(self) -> sql.Identifier:
        return sql.Identifier("landing", table_name(self.delivery_id, self.feed))

    @property
    def key(self) -> tuple[str, str, int, str]:
        return self.partner_code, self.period, self.revision, self.feed


def load(settings: Settings, arrival_id: int) -> None:
    """Attach what is accepted of a judged drop to ``raw``; ``hold_rules`` decides, file by file.

    A held file stays in its landing table until a person decides (``held.settle_held``). Quarantined lines and blanked
    identifiers are gone before that from either, and from the table's file on disk too.
    May be run again at any time; does nothing for an arrival that is refused, a duplicate, or loaded.
    """
    with ledger.session(settings) as connection:
        ledger.alone(connection, f"arrival/{arrival_id}")
        delivery_id = ledger.collected_arrival(connection, arrival_id).delivery_id
        files = _files(connection, delivery_id)
        held = {file.feed: _rules(connection, file) for file in files}
        with connection.transaction():
            connection.execute(_FEW_SAMPLES)
            for file in files:
                _strip(connection, file)
                _settle(connection, file, held[file.feed])
            connection.execute("delete from landing.blank where delivery_id = %s", [delivery_id])
            if files:
                connection.execute(
                    "update quality.delivery set data_docs = %s where delivery_id = %s", [_data_docs(settings, files[0]), delivery_id]
                )


def _data_docs(settings: Settings, file: _File) -> str | None:
    """The first page of the drop's Data Docs, from their folder; None where it was not judged."""
    page = f"{file.partner_code}/{file.period}-r{file.revision}/index.html"
    return page if (settings.data_docs / page).exists() else None


def _files(connection: Connection, delivery_id: int | None) -> list[_File]:
    # In order of feed: two drops that are loaded at once take their locks in the same order.
    rows = connection.execute(
        "select partner_code, period, revision, feed, delivery_id, rows_received from quality.delivery_file "
        "where delivery_id = %s and status = 'receiving' order by feed",
        [delivery_id],
    ).fetchall()
    return [_File(*row) for row in rows]


def _rules(connection: Connection, file: _File) -> list[str]:
    previous = ledger.last_accepted_rows(connection, file.delivery_id, file.feed)
    return hold_rules(file.n_rows, _n_quarantined(connection, file), previous)


def _n_quarantined(connection: Connection, file: _File) -> int:
    return _number(
        connection,
        sql.SQL("select count(*) from quality.quarantined_row where (partner_code, period, revision, feed) = (%s, %s, %s, %s)"),
        *file.key,
    )


def _number(connection: Connection, query: sql.Composable, *values: object) -> int:
    with connection.cursor(row_factory=scalar_row) as cursor:
        return int(cursor.execute(sql.Composed([query]), values).fetchone() or 0)


def _strip(connection: Connection, file: _File) -> None:
    """Write the table anew without quarantined lines and failed identifiers, where it has any; in the caller's transaction.

    A table that is made and filled in one transaction writes no WAL, and the file of the one in its place is gone with the commit.
    So no value is left behind; and until the commit a judgement that is repeated finds every row that it found before.
    """
    blanked = _blanked_columns(connection, file)
    quarantined = sql.SQL(
        "exists (select 1 from quality.quarantined_row as bad "
        "where (partner_code, period, revision, feed) = ({}, {}, {}, {}) and bad.line = landed._line)"
    ).format(*file.key)
    found = sql.SQL("select count(*) from (select 1 from {} as landed where {} limit 1) as found").format(file.table, quarantined)
    if blanked or _number(connection, found):
        new = sql.Identifier("landing", f"new_{table_name(file.delivery_id, file.feed)}")
        connection.execute(sql.SQL("create table {} (like {} including all)").format(new, file.table))
        values = sql.SQL(", ").join(_value(file, column, is_blanked=column in blanked) for column in _columns(connection, file))
        connection.execute(sql.SQL("insert into {} select {} from {} as landed where not {}").format(new, values, file.table, quarantined))
        connection.execute(sql.SQL("drop table {}").format(file.table))
        name = sql.Identifier(table_name(file.delivery_id, file.feed))
        connection.execute(sql.SQL("alter table {} rename to {}").format(new, name))
    else:
        connection.execute(sql.SQL("alter table {} reset (autovacuum_enabled)").format(file.table))
    connection.execute(sql.SQL("analyze {}").format(file.table))


def _columns(connection: Connection, file: _File) -> list[str]:
    query = (
        "select column_name from information_schema.columns where table_schema = 'landing' and table_name = %s order by ordinal_position"
    )
    return [str(column) for (column,) in connection.execute(query, [table_name(file.delivery_id, file.feed)])]


def _value(file: _File, column: str, *, is_blanked: bool) -> sql.Composable:
    if not is_blanked:
        return sql.Identifier(column)
    blank = sql.SQL(
        "exists (select 1 from landing.blank as blank where delivery_id = {} and feed = {} and column_name = {} and blank.line = landed._line)"
    ).format(file.delivery_id, file.feed, column)
    return sql.SQL("case when not {} then {} end").format(blank, sql.Identifier(column))


def _blanked_columns(connection: Connection, file: _File) -> list[str]:
    query = "select distinct column_name from landing.blank where delivery_id = %s and feed = %s order by column_name"
    return [str(column) for (column,) in connection.execute(query, [file.delivery_id, file.feed])]


def _settle(connection: Connection, file: _File, held: list[str]) -> None:
    n_quarantined = _n_quarantined(connection, file)
    blanked = sql.SQL("select count(*) from landing.blank where delivery_id = %s and feed = %s")
    n_blanked = _number(connection, blanked, file.delivery_id, file.feed)
    n_loaded = 0 if held else _number(connection, sql.SQL("select count(*) from {}").format(file.table))
    counts = {"too_many_quarantined": n_quarantined, "volume_changed": file.n_rows}
    reasons = [Reason(rule, None, counts[rule]) for rule in held]
    reasons += _quarantine_reasons(connection, file) + _blank_reasons(connection, file) + _warnings(connection, file)
    if not held:
        attach(connection, file.delivery_id, file.feed)
    connection.execute(
        "update quality.delivery_file set status = %s, accepted_at = case when %s then now() end, rows_loaded = %s, "
        "rows_quarantined = %s, identifiers_blanked = %s, reasons = %s where delivery_id = %s and feed = %s",
        [
            "held" if held else "accepted",
            not held,
            n_loaded,
            n_quarantined,
            n_blanked,
            json.dumps([asdict(reason) for reason in reasons]),
            file.delivery_id,
            file.feed,
        ],
    )


def attach(connection: Connection, delivery_id: int, feed: str) -> None:
    """Make the landing table of a file its partition of ``raw.<feed>``; in the caller's transaction."""
    name = sql.Identifier(f"{feed}_d{delivery_id}")
    landing = sql.Identifier(table_name(delivery_id, feed))
    connection.execute(sql.SQL("alter table landing.{} set schema raw").format(landing))
    connection.execute(sql.SQL("alter table raw.{} rename to {}").format(landing, name))
    connection.execute(
        sql.SQL("alter table raw.{} attach partition raw.{} for values in ({})").format(
            sql.Identifier(feed), name, sql.Literal(delivery_id)
        )
    )


def _quarantine_reasons(connection: Connection, file: _File) -> list[Reason]:
    """The broken row rules: the column where one check alone broke the rule, else null."""
    rows = connection.execute(
        "select rule, ("
        "select min(column_name) from quality.check_result as checked where checked.expectation = bad.rule and not checked.is_met "
        "and (checked.partner_code, checked.period, checked.revision, checked.feed) = (%s, %s, %s, %s) "
        "having count(*) = 1 and min(column_name) <> ''"
        "), count(*)::integer, (array_agg(line order by line))[1:%s] "
        "from quality.quarantined_row as bad where (partner_code, period, revision, feed) = (%s, %s, %s, %s) group by rule order by rule",
        [*file.key, LINES_TOLD, *file.key],
    ).fetchall()
    return [Reason(*row) for row in rows]


def _blank_reasons(connection: Connection, file: _File) -> list[Reason]:
    rows = connection.execute(
        "select 'identifier_fails_check', column_name, count(*)::integer, (array_agg(line order by line))[1:%s] "
        "from landing.blank where delivery_id = %s and feed = %s group by column_name order by column_name",
        [LINES_TOLD, file.delivery_id, file.feed],
    ).fetchall()
    return [Reason(*row) for row in rows]


def _warnings(connection: Connection, file: _File) -> list[Reason]:
    """What the sender is told of rows that are loaded all the same; a rule on the whole file has no lines."""
    rows = connection.execute(
        "select expectation, column_name, n_failed, lines from quality.check_result "
        "where (partner_code, period, revision, feed) = (%s, %s, %s, %s) and severity = 'warn' and not is_met "
        "order by expectation, column_name",
        file.key,
    ).fetchall()
    return [Reason(*row) for row in rows]


__all__ = ["attach", "load"]

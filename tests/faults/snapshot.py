"""The state that a chain leaves behind: all that may be compared between a run that was disturbed and one that was not."""

import re
from pathlib import Path
from typing import Any

from psycopg import sql

from wholefamily.settings import Settings
from wholefamily.warehouse import connect

State = dict[str, Any]
_SCHEMAS = ["quality", "raw", "landing", "exchange"]
_HISTORY = ("quality", "transition")
# How a drop got where it is may differ: what was begun twice stands there twice. Where it is, may not.
_LAST_TRANSITIONS = """
    select distinct on (what, partner_code, period, revision, sequence, feed)
        what, partner_code, period, revision, sequence, feed, to_status, reason
    from quality.transition order by what, partner_code, period, revision, sequence, feed, transition_id desc
"""
_NUMBERED = re.compile(r"^(\w+_)?d\d+(_\w+)?$")


def of_warehouse(settings: Settings) -> State:
    """Every table of the schemas by name, its rows sorted; ids and times left out, and of a time only whether there is one."""
    state: State = {}
    with connect(settings) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables where table_schema = any(%s) and table_type = 'BASE TABLE'",
            [_SCHEMAS],
        ).fetchall()
        for schema, table in tables:
            if (schema, table) == _HISTORY:
                continue
            columns = connection.execute(
                "select column_name, data_type from information_schema.columns where table_schema = %s and table_name = %s order by 1",
                [schema, table],
            ).fetchall()
            wanted = [
                sql.SQL("{} is null").format(sql.Identifier(name)) if kind.startswith("timestamp") else sql.Identifier(name)
                for name, kind in columns
                if not name.endswith(("delivery_id", "arrival_id"))
            ]
            query = sql.SQL("select md5(coalesce(string_agg(t::text, ';' order by t::text), '')), count(*) from (select {} from {}) as t")
            found = connection.execute(query.format(sql.SQL(", ").join(wanted), sql.Identifier(schema, table))).fetchone()
            state[f"{schema}.{_without_id(table)}"] = found
        state["last transitions"] = connection.execute(_LAST_TRANSITIONS).fetchall()
        attached = connection.execute(
            "select inhparent::regclass::text, inhrelid::regclass::text from pg_inherits order by 1, 2"
        ).fetchall()
        state["partitions"] = sorted((parent, _without_id(child.rpartition(".")[2])) for parent, child in attached if "_pkey" not in child)
    return state


def of_folder(folder: Path) -> State:
    """Every file of a folder, hidden ones too, with its content."""
    return {str(path.relative_to(folder)): of_file(path) for path in folder.rglob("*") if path.is_file()}


def of_file(path: Path) -> str:
    """A file's content: receipts are short, and hold no values."""
    return path.read_text()


def differences(expected: State, found: State) -> list[str]:
    """What differs, in words that a failed test shows."""
    return [
        f"{name}: {expected.get(name, 'nothing')} without the fault, {found.get(name, 'nothing')} after it"
        for name in sorted({*expected, *found})
        if expected.get(name) != found.get(name)
    ]


def _without_id(table: str) -> str:
    return re.sub(r"(^|_)d\d+(_|$)", r"\1d#\2", table) if _NUMBERED.match(table) else table

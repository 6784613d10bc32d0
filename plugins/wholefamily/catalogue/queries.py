"""Worked queries for analysts, ``docs/queries/*.sql``, and the page that shows them with what they give, ``docs/queries.md``.

A file begins with comments: the question in one line, remarks, and the role that may ask, ``-- As: analyst``. What follows can be
pasted into psql.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from psycopg import sql

from wholefamily.settings import REPOSITORY
from wholefamily.warehouse import Connection

FOLDER = REPOSITORY / "docs" / "queries"
PATH = REPOSITORY / "docs" / "queries.md"


@dataclass(frozen=True)
class Query:
    """A worked query; ``role`` is the least that may run it."""

    name: str
    question: str
    remarks: str
    role: str
    text: str


@dataclass(frozen=True)
class Result:
    """What a query gave: names of columns, and rows of values."""

    columns: Sequence[str]
    rows: Sequence[Sequence[object]]


def read(folder: Path = FOLDER) -> list[Query]:
    """All worked queries, in the order of their files' names."""
    return [_query(path) for path in sorted(folder.glob("*.sql"))]


def _query(path: Path) -> Query:
    header, text = re.fullmatch(r"((?:--[^\n]*\n)+)(.*)", path.read_text(encoding="utf-8"), re.DOTALL).groups()  # type: ignore[union-attr]
    question, *remarks, role = (line.removeprefix("--").strip() for line in header.splitlines())
    if not role.startswith("As: "):
        raise ValueError(f"{path.name}: the last line of comment is not `-- As: <role>`")
    return Query(path.stem, question, " ".join(filter(None, remarks)), role.removeprefix("As: "), text)


def run(connection: Connection, query: Query) -> Result:
    """What the query gives to its role; the connection's login must be a member of it. Nothing is written."""
    with connection.transaction(force_rollback=True), connection.cursor() as cursor:
        cursor.execute(sql.SQL("set local role {}").format(sql.Identifier(query.role)))
        cursor.execute(query.text.encode())
        return Result([column.name for column in cursor.description or ()], cursor.fetchall())


def markdown(queries: Sequence[Query], results: Mapping[str, Result]) -> str:
    """The page; ids, which are random, are numbered in the order in which they appear."""
    lines = [
        "# Ten questions, and the queries that answer them",
        "",
        "Each is a file under `docs/queries/` that can be run as it is, by `make psql` for example. What they give here is of the four homes",
        "that a test makes up and builds, `tests/integration/catalogue/homes.py`; `id 1` and the like stand for ids. Columns: [marts.md](marts.md).",
        "",
        "Written by `python -m tests.integration.catalogue`: do not edit.",
    ]
    ids: dict[str, str] = {}
    for number, query in enumerate(queries, start=1):
        result = results[query.name]
        lines += [
            "",
            f"## {number}. {query.question}",
            "",
            query.remarks,
            f"For `{query.role}`.",
            "",
            "```sql",
            *query.text.splitlines(),
            "```",
        ]
        lines += ["", f"| {' | '.join(result.columns)} |", f"|{'---|' * len(result.columns)}"]
        lines += [f"| {' | '.join(_cell(value, ids) for value in row)} |" for row in result.rows]
    return "\n".join(lines) + "\n"


def _cell(value: object, ids: dict[str, str]) -> str:
    text = "" if value is None else str(value)
    if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text):
        return ids.setdefault(text, f"id {len(ids) + 1}")
    return text.lower() if isinstance(value, bool) else text.replace("|", "\\|")


__all__ = ["FOLDER", "PATH", "Query", "Result", "markdown", "read", "run"]

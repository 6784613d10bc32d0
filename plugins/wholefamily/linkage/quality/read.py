"""What the quality is worked out from: the registry's links, the truth beside a synthetic region's drops, rates and counts of each stage."""

import io
from pathlib import Path
from typing import Any

import pyarrow as pa
from psycopg import sql
from pyarrow import csv

from wholefamily.errors import WholefamilyError
from wholefamily.warehouse import Connection

_LINKS = "select partner_code, person_ref, person_id, {ethnic_group} as ethnic_group from identity.person_xref"
# What is known of a person in the latest month that knows it; a record that no month's models hold is of no known group.
_ETHNIC_GROUP = """
    (select month.ethnic_group from intermediate.int_person_month as month
    where month.person_id = person_xref.person_id and month.ethnic_group is not null order by month.period desc limit 1)
"""
_MEMBERS = """
    select home.period, home.partner_code, home.person_ref, xref.person_id, home.household_id
    from identity.household_xref as home
    inner join identity.person_xref as xref using (partner_code, person_ref)
"""


def links(connection: Connection) -> pa.Table:
    """Every record's person: partner_code, person_ref, person_id, ethnic_group (null: nobody says)."""
    known = exists(connection, "intermediate.int_person_month")
    return table(connection, sql.SQL(_LINKS).format(ethnic_group=sql.SQL(_ETHNIC_GROUP if known else "null::text")))


def members(connection: Connection) -> pa.Table:
    """Who lives where: period, partner_code, person_ref, person_id, household_id."""
    return table(connection, sql.SQL(_MEMBERS))


def truth(folder: Path, name: str, columns: tuple[str, ...]) -> pa.Table:
    """``columns`` of a file of a region's truth, all text; an empty value is null. Raises WholefamilyError without the file."""
    path = folder / f"{name}.csv"
    if not path.is_file():
        raise WholefamilyError(f"there is no {path}: --truth is the folder that `python -m wholefamily generate` writes as truth/")
    return csv.read_csv(path, convert_options=_as_text(columns))


def table(connection: Connection, query: sql.SQL | sql.Composed) -> pa.Table:
    """The rows of a query, all text; null stays null."""
    sent = io.BytesIO()
    with (
        connection.cursor() as cursor,
        cursor.copy(sql.SQL("copy ({}) to stdout (format csv, header true, force_quote *)").format(query)) as copy,
    ):
        names = None
        for block in copy:
            names = names or bytes(block).split(b"\n", 1)[0].decode().strip().split(",")
            sent.write(block)
    sent.seek(0)
    return csv.read_csv(sent, convert_options=_as_text(tuple(names or ())))


def exists(connection: Connection, name: str) -> bool:
    """Whether there is a table of that name: dbt's are not there before the first build."""
    return bool(connection.execute("select to_regclass(%s) is not null", [name]).fetchall()[0][0])


def rows(connection: Connection, query: sql.SQL | sql.Composed) -> list[dict[str, Any]]:
    """The rows of a query, by column."""
    cursor = connection.execute(query)
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _as_text(columns: tuple[str, ...]) -> csv.ConvertOptions:
    return csv.ConvertOptions(
        include_columns=list(columns),
        column_types=dict.fromkeys(columns, pa.string()),
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )

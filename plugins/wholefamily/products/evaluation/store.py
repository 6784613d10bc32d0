"""A release in the schema ``evaluation``, and its files as they would leave."""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, cast

from psycopg import sql
from psycopg.types.json import Jsonb

from wholefamily.disclosure.diversity import Row
from wholefamily.errors import WholefamilyError
from wholefamily.products import releases
from wholefamily.products.evaluation.assemble import Release
from wholefamily.products.evaluation.columns import FILES
from wholefamily.products.formats import to_csv, to_parquet
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection

PRODUCT = "evaluation"
IDENTITY_FILE = "identity_file"
"""The product that names the people of a release to a trusted third party: it ends with the release."""
_ORDER = {"individuals": ("person_key",), "families": ("family_key",), "progress": ("family_key", "quarter", "measure")}


def warehouse(settings: Settings) -> AbstractContextManager[Connection]:
    """A connection to the warehouse whose errors say what happened and quote no row."""
    return releases.warehouse(settings, "the evaluation release")


def last_period(release: str) -> str:
    """The last month of a release (``2026-09`` of ``2026-Q3``). Raises WholefamilyError for anything but a quarter."""
    return releases.last_period(PRODUCT, release)


content_sha256 = releases.content_sha256


def save(connection: Connection, release: str, recipient: str, built: Release) -> None:
    """Put a release in place of what was built before under its name; it has not passed the gate yet."""
    connection.execute("delete from evaluation.release where release = %s", [release])
    connection.execute(
        "insert into evaluation.release (release, recipient, control) values (%s, %s, %s)", [release, recipient, Jsonb(built.control)]
    )
    for file, columns in FILES.items():
        names = ("release", *columns)
        statement = sql.SQL("copy evaluation.{} ({}) from stdin").format(
            sql.Identifier(file), sql.SQL(", ").join(map(sql.Identifier, names))
        )
        with connection.cursor().copy(statement) as copy:
            for row in built.rows[file]:
                copy.write_row([release, *(row[column] for column in columns)])


def control(connection: Connection, release: str) -> dict[str, Any]:
    """``disclosure_control.json`` as far as it is known. Raises WholefamilyError when the release was never built."""
    row = connection.execute("select control from evaluation.release where release = %s", [release]).fetchone()
    if row is None:
        raise WholefamilyError(f"evaluation {release} is not built: run release_evaluation from its first task")
    return cast("dict[str, Any]", row[0])


def is_built(connection: Connection, release: str) -> bool:
    """Whether the release was ever built, and not destroyed since."""
    return connection.execute("select from evaluation.release where release = %s", [release]).fetchone() is not None


def recipient(connection: Connection, release: str) -> str:
    """The partner whom the release was built for. Raises WholefamilyError when it was never built."""
    control(connection, release)
    row = connection.execute("select recipient from evaluation.release where release = %s", [release]).fetchone()
    return str(row[0]) if row else ""


def files(connection: Connection, release: str) -> dict[str, bytes]:
    """The release's files by name, without its manifest."""
    found: dict[str, bytes] = {}
    for file, columns in FILES.items():
        its_rows = rows(connection, release, file)
        found |= {f"{file}.csv": to_csv(columns, its_rows), f"{file}.parquet": to_parquet(columns, its_rows)}
    found["data_dictionary.csv"] = to_csv(("file", "column", "description", "values"), dictionary())
    found["disclosure_control.json"] = (json.dumps(control(connection, release), indent=2) + "\n").encode()
    return found


def dictionary() -> list[dict[str, str]]:
    """The rows of ``data_dictionary.csv``."""
    return [
        {"file": f"{file}.csv", "column": column, "description": description, "values": values}
        for file, columns in FILES.items()
        for column, (description, values) in columns.items()
    ]


def has_left(connection: Connection, release: str, content: str, receipt: Mapping[str, Any]) -> None:
    """Note the hash of what has left, and what was read back of it."""
    connection.execute(
        "update evaluation.release set (left_sha256, receipt) = (%s, %s) where release = %s", [content, Jsonb(receipt), release]
    )


def left_sha256(connection: Connection, release: str) -> str | None:
    """The hash of what has left, if the release has."""
    row = connection.execute("select left_sha256 from evaluation.release where release = %s", [release]).fetchone()
    return row[0] if row else None


def last_left(connection: Connection, release: str) -> str | None:
    """The latest earlier release that has left and was not destroyed since."""
    row = connection.execute(
        "select max(release) from evaluation.release where release < %s and left_sha256 is not null", [release]
    ).fetchone()
    return row[0] if row else None


def certificate(connection: Connection, release: str) -> list[str] | None:
    """The lines of the certificates of destruction of the release and of its identity file, if it was destroyed."""
    rows = connection.execute(
        "select certificate_id, product, recipient, reason, requested_by, approved_by, counts, content_sha256, key_fingerprint, has_left, "
        "disposed_at from exchange.disposal_certificate where product = any(%s) and release = %s order by product",
        [[PRODUCT, IDENTITY_FILE], release],
    )
    lines = []
    for number, product, recipient, reason, requested_by, approved_by, counts, content, key, has_left, at in rows:
        lines += [
            f"certificate of destruction {number}: {product} {release} for {recipient}, {at:%Y-%m-%dT%H:%M:%SZ}, {reason}",
            f"  requested by {requested_by}, approved by {approved_by}",
            f"  rows: {', '.join(f'{file} {n}' for file, n in counts.items())}; files {content}",
            f"  key {key or 'was gone already'}: destroyed",
            "  the recipient was told by a recall" if has_left else "  it had never left",
        ]
    return lines or None


def rows(connection: Connection, release: str, file: str) -> list[Row]:
    """The rows of one of the release's files, ascending by key."""
    columns = list(FILES[file])
    query = sql.SQL("select {} from evaluation.{} where release = %s order by {}").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.Identifier(file),
        sql.SQL(", ").join(sql.SQL('{} collate "C"').format(sql.Identifier(column)) for column in _ORDER[file]),
    )
    return [dict(zip(columns, map(str, row), strict=True)) for row in connection.execute(query, [release])]


def counts(connection: Connection, release: str, file: str) -> tuple[int, int]:
    """How many rows of a file are of families on the programme, and how many of comparison families."""
    found = [row.get("comparison", "N") for row in rows(connection, release, file)]
    return found.count("N"), found.count("Y")

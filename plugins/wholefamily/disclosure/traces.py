"""What is written on the way to a release, and must hold nothing of anybody; and what the software consists of, which must hold no key."""

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import sql

from wholefamily.errors import WholefamilyError
from wholefamily.settings import REPOSITORY, Settings
from wholefamily.warehouse import Connection

_PIECE = 64 << 20
_OVERLAP = 4096
_AIRFLOW = "airflow_db_password"
"""The secret without which Airflow's database cannot be read."""
_NO_SOFTWARE = {".git", ".home", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".spark", ".venv", ".venv-bench", "dist"}
_OWN = ("evaluation", "exchange", "ops", "published", "quality")
"""The schemas that the pipeline itself writes; the others hold what partners sent, and what dbt makes of it."""


def left_behind(settings: Settings) -> Iterator[tuple[str, bytes]]:
    """The name and the content of all that was written, in pieces where it is large: everything under ``HOME_DIR``, and Airflow's database.

    Left out is what holds people because that is what it is for: the database's own data folder, what partners put down, the drops of the
    demo and of the bench, and the folders of the secrets and of the custodian. Raises WholefamilyError when Airflow's database should be readable and is not.
    """
    home = settings.home_dir
    not_there = {home / "postgres" / "data", home / "drops", home / "bench", settings.secrets, settings.custodian}
    not_there |= {path for path in (home / "sftp").glob("*/*") if path.name != "inbound"}
    logs = Path(os.environ.get("AIRFLOW__LOGGING__BASE_LOG_FOLDER", home / "airflow" / "logs"))
    yield from _files("HOME_DIR", home, not_there)
    for what, folder in (("logs", logs), ("Data Docs", settings.data_docs), ("ledger", settings.ledger)):
        if not folder.is_relative_to(home):
            yield from _files(what, folder, not_there)
    if not unseen(settings):
        yield from _airflow(settings)


def unseen(settings: Settings) -> str:
    """What cannot be looked through where this runs, for want of the secret; empty: nothing."""
    return "" if (settings.secrets / _AIRFLOW).exists() else "Airflow's database, with its XComs"


def dumped(connection: Connection) -> Iterator[tuple[str, bytes]]:
    """The rows that the pipeline itself has written to the warehouse, as a dump would hold them, table by table."""
    yield from _tables("the warehouse", connection, _OWN)


def repository(settings: Settings) -> Iterator[tuple[str, bytes]]:
    """The name and the content of each file of the software, and so of all that images are built from."""
    yield from _files("the repository", REPOSITORY, {settings.home_dir, *(REPOSITORY / name for name in _NO_SOFTWARE)})


def secrets_of(settings: Settings) -> list[bytes]:
    """Every secret of the deployment that this process can read."""
    paths = (path for path in sorted(settings.secrets.glob("*")) if path.is_file() and path.suffix != ".pub")
    return [content for path in paths if (content := path.read_bytes().strip())]


def _files(what: str, top: Path, left_out: Collection[Path]) -> Iterator[tuple[str, bytes]]:
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if name != "__pycache__" and Path(folder, name) not in left_out)
        for path in sorted(Path(folder, name) for name in names):
            # Logs are rotated while they are read; a socket is no file.
            with suppress(FileNotFoundError):
                if path not in left_out and path.is_file():
                    yield from _pieces(f"{what}: {path.relative_to(top)}", path)


def _pieces(place: str, path: Path) -> Iterator[tuple[str, bytes]]:
    with path.open("rb") as file:
        before = b""
        while piece := file.read(_PIECE):
            yield place, before + piece
            before = piece[-_OVERLAP:]


def _airflow(settings: Settings) -> Iterator[tuple[str, bytes]]:
    host, port = settings.warehouse_address
    try:
        with psycopg.connect(
            host=host, port=port, dbname="airflow", user="airflow", password=settings.secret(_AIRFLOW), connect_timeout=10
        ) as connection:
            yield from _tables("Airflow's database", connection, ("public",))
    except psycopg.Error:
        raise WholefamilyError(
            f"Airflow's database at {host}:{port} cannot be read, so its XComs cannot be looked through: start it, then run again"
        ) from None


def _tables(what: str, connection: Connection, schemas: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Each table as `pg_dump` would write it, unpacked, unlike the database's own files; those that this login may read."""
    found = connection.execute(
        "select schemaname, tablename from pg_tables where schemaname = any(%s) "
        "and has_schema_privilege(schemaname, 'usage') and has_table_privilege(format('%%I.%%I', schemaname, tablename), 'select') "
        "order by 1, 2",
        [list(schemas)],
    ).fetchall()
    for schema, table in found:
        rows = sql.SQL("copy (select * from {}) to stdout").format(sql.Identifier(str(schema), str(table)))
        with connection.cursor().copy(rows) as copy:
            before = b""
            for block in copy:
                before += block
                if len(before) >= _PIECE:
                    yield f"{what}: {schema}.{table}", before
                    before = before[-_OVERLAP:]
        yield f"{what}: {schema}.{table}", before

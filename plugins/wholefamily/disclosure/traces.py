"""What is written on the way to a release, and must hold nothing of anybody: logs, Data Docs, dbt's artefacts, XComs; and the repository."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg

from wholefamily.errors import WholefamilyError
from wholefamily.settings import REPOSITORY, Settings

_PIECE = 64 << 20
_OVERLAP = 4096
_OF_THE_REPOSITORY = ("dags", "plugins", "dbt_project", "expectations", "migrations", "docs", "deploy", "docker-compose.yml", "Makefile")


def left_behind(settings: Settings) -> Iterator[tuple[str, bytes]]:
    """The name and the content of each, in pieces where it is large. XComs only where Airflow's database is ours to read."""
    logs = Path(os.environ.get("AIRFLOW__LOGGING__BASE_LOG_FOLDER", settings.home_dir / "airflow" / "logs"))
    for what, folder in (
        ("logs", logs),
        ("logs", settings.home_dir / "logs"),
        ("Data Docs", settings.data_docs),
        ("dbt's artefacts", settings.home_dir / "dbt"),
    ):
        yield from _files(what, folder)
    yield from _xcoms(settings)


def repository() -> Iterator[tuple[str, bytes]]:
    """The name and the content of each file that the software consists of; invented people stand in its tests."""
    for name in _OF_THE_REPOSITORY:
        yield from _files("the repository", REPOSITORY / name)


def secrets_of(settings: Settings) -> list[bytes]:
    """Every secret of the deployment that this process can read."""
    paths = (path for path in sorted(settings.secrets.glob("*")) if path.is_file() and path.suffix != ".pub")
    return [content for path in paths if (content := path.read_bytes().strip())]


def _files(what: str, top: Path) -> Iterator[tuple[str, bytes]]:
    paths = [top] if top.is_file() else sorted(path for path in top.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    for path in paths:
        # Logs are rotated while they are read.
        with suppress(FileNotFoundError), path.open("rb") as file:
            before = b""
            while piece := file.read(_PIECE):
                yield f"{what}: {path.relative_to(top.parent)}", before + piece
                before = piece[-_OVERLAP:]


def _xcoms(settings: Settings) -> Iterator[tuple[str, bytes]]:
    if not (settings.secrets / "airflow_db_password").exists():
        return
    host, port = settings.warehouse_address
    try:
        with psycopg.connect(
            host=host, port=port, dbname="airflow", user="airflow", password=settings.secret("airflow_db_password"), connect_timeout=10
        ) as connection:
            found = connection.execute("select dag_id, task_id, value::text from xcom").fetchall()
    except psycopg.Error:
        raise WholefamilyError(
            f"Airflow's database at {host}:{port} cannot be read, so its XComs cannot be looked through: start it, then run again"
        ) from None
    for dag_id, task_id, value in found:
        yield f"XComs: {dag_id}.{task_id}", str(value).encode()

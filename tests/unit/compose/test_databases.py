"""The script that makes Compose's databases, run by the real psql on a real server."""

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from wholefamily import warehouse
from wholefamily.demo import postgres
from wholefamily.settings import REPOSITORY, Settings

SCRIPT = REPOSITORY / "deploy" / "postgres" / "databases.sql"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A server of its own on a port that is written to ``port``: roles belong to the whole server."""
    home = tmp_path_factory.mktemp("server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        (home / "port").write_text(str(probe.getsockname()[1]))
    (home / "postgres_password").write_text("superuser")
    postgres.start(home / "data", int((home / "port").read_text()), home / "postgres_password", durable=False)
    yield home
    postgres.stop(home / "data")


def run_script(server: Path) -> "subprocess.CompletedProcess[str]":
    # In the container the secrets are under /run/secrets.
    script = server / "databases.sql"
    script.write_text(SCRIPT.read_text(encoding="utf-8").replace("/run/secrets", str(server)))
    command = [str(postgres.binaries() / "psql"), "-h", "127.0.0.1", "-p", (server / "port").read_text(), "-U", "postgres"]
    command += ["-v", "ON_ERROR_STOP=1", "-q", "-f", str(script)]
    return subprocess.run(command, check=False, capture_output=True, text=True, env={**os.environ, "PGPASSWORD": "superuser"})


def log_in(server: Path, role: str, password: str, database: str) -> Any:
    with psycopg.connect(
        host="127.0.0.1", port=int((server / "port").read_text()), user=role, password=password, dbname=database
    ) as connection:
        return connection.execute("select pg_get_userbyid(datdba) from pg_database where datname = current_database()").fetchone()


def passwords(server: Path, airflow: str, warehouse: str) -> None:
    (server / "airflow_db_password").write_text(airflow)
    (server / "warehouse_password").write_text(warehouse)
    for login in ("door", "release", "alerts"):
        (server / f"warehouse_{login}_password").write_text(f"{warehouse} {login}")


def test_both_owners_can_log_in_to_their_own_database_and_no_other(server: Path) -> None:
    passwords(server, "it's airflow's", "first")
    assert run_script(server).returncode == 0
    assert log_in(server, "airflow", "it's airflow's", "airflow") == ("airflow",)
    assert log_in(server, "wholefamily", "first", "warehouse") == ("wholefamily",)
    with pytest.raises(psycopg.OperationalError):
        log_in(server, "airflow", "it's airflow's", "warehouse")


def test_run_again_it_takes_over_a_changed_password_and_says_none(server: Path) -> None:
    passwords(server, "airflow", "first")
    run_script(server)
    passwords(server, "airflow", "second")
    done = run_script(server)
    assert (done.returncode, done.stderr) == (0, "")
    assert "second" not in done.stdout
    assert log_in(server, "wholefamily", "second", "warehouse") == ("wholefamily",)


def test_a_migrated_warehouse_lets_the_pipelines_logins_in_and_none_makes_roles(server: Path) -> None:
    passwords(server, "airflow", "third")
    run_script(server)
    settings = Settings(home_dir=server, secrets_dir=server, warehouse_port=int((server / "port").read_text()))
    warehouse.migrate(settings)
    run_script(server)
    for login in ("door", "release", "alerts"):
        assert log_in(server, f"wholefamily_{login}", f"third {login}", "warehouse") == ("wholefamily",)
    with warehouse.connect(settings) as connection:
        able = connection.execute(
            "select rolname from pg_roles where rolname ~ '^wholefamily' and (rolsuper or rolcreaterole or rolcreatedb)"
        )
        assert able.fetchall() == [("wholefamily",)]

"""The embedded stack: PostgreSQL, the partners' SFTP accounts and Airflow, all on 127.0.0.1, with everything under ``HOME_DIR``.

Starting twice is harmless: what runs as it should is left alone, what has crashed or changed is started anew.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

import psycopg

from wholefamily import partners as partner_files
from wholefamily import warehouse
from wholefamily.demo import airflow, postgres, secrets
from wholefamily.demo.airflow import AirflowApi
from wholefamily.demo.processes import Processes, Service, answers, is_free
from wholefamily.disclosure import custodian
from wholefamily.errors import WholefamilyError
from wholefamily.partners import Partner
from wholefamily.settings import REPOSITORY, Settings

_NEEDED_BYTES = 2_000_000_000
_PATIENCE_SECONDS = 300
"""A cold start takes about a minute on two free cores."""


@contextmanager
def one_at_a_time(settings: Settings, verb: str) -> Iterator[None]:
    """Hold ``HOME_DIR`` while ``verb`` changes it. Raises WholefamilyError when another command holds it."""
    _make_home(settings.home_dir)
    with (settings.home_dir / "lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "another command"
            raise WholefamilyError(f"{holder} is at work in {settings.home_dir}: wait until it ends, or stop it") from None
        lock.truncate(0)
        lock.write(f"`{verb}` (process {os.getpid()})")
        lock.flush()
        yield
        lock.truncate(0)


def up(settings: Settings, say: Callable[[str], None] = print) -> None:
    """Start what does not run yet, and wait until all of it is ready; ``say`` gets a line for each step.

    Raises WholefamilyError that says what is wrong and what to do; what this call has started is stopped again.
    """
    partners = partner_files.load(settings.partners_dir)
    _check_room(settings.home_dir)
    secrets.make(settings.secrets, partners)
    custodian.make_folder(settings.custodian)
    processes = _processes(settings)
    wanted = [s for s in [sftp_service(settings, partners), *airflow.services(settings)] if not processes.is_current(s)]
    processes.stop([service.name for service in wanted])
    _check_ports(settings, wanted)
    started: list[str] = []
    try:
        if _start_postgres(settings):
            started.append("postgres")
        say(f"PostgreSQL: 127.0.0.1:{settings.port_base}")
        _prepare_databases(settings, say)
        for service in wanted:
            started.append(service.name)
            processes.start(service)
        _wait_until_ready(settings, processes, partners, wanted)
    except BaseException:
        with suppress(WholefamilyError):
            processes.stop(started)
            if "postgres" in started:
                postgres.stop(_data(settings))
        raise
    say(f"SFTP:       127.0.0.1:{settings.port_base + 3}, {len(partners)} accounts")
    say(f"Airflow:    {airflow.url(settings)}")


def down(settings: Settings) -> list[str]:
    """Stop what ``up`` started, and nothing else. Returns the names of what ran."""
    processes = _processes(settings)
    ran = [name for name in processes.names() if processes.is_running(name)]
    processes.stop(processes.names())
    if postgres.is_running(_data(settings)):
        postgres.stop(_data(settings))
        ran.append("postgres")
    return ran


def status(settings: Settings) -> dict[str, bool]:
    """Each part of the stack, and whether it runs."""
    processes = _processes(settings)
    return {
        "postgres": postgres.is_running(_data(settings)),
        **{name: processes.is_running(name) for name in ("sftp", *airflow.COMPONENTS)},
    }


def _processes(settings: Settings) -> Processes:
    return Processes(settings.home_dir / "stack.json")


def _data(settings: Settings) -> Path:
    return settings.home_dir / "postgres" / "data"


def _make_home(folder: Path) -> None:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)  # it will hold people's data
    except OSError as error:
        raise WholefamilyError(f"HOME_DIR={folder} cannot be made: {error.strerror}; choose another") from None


def _check_room(folder: Path) -> None:
    _make_home(folder)
    free = shutil.disk_usage(folder).free
    if free < _NEEDED_BYTES:
        raise WholefamilyError(
            f"only {free // 1_000_000} MB are free where {folder} is, and {_NEEDED_BYTES // 1_000_000} MB are needed: "
            "free some, or choose another HOME_DIR"
        )


def _check_ports(settings: Settings, wanted: list[Service]) -> None:
    ports = {service.port: service.name for service in wanted if service.port is not None}
    if not _postgres_runs_there(settings):
        ports[settings.port_base] = "PostgreSQL"
    for port, name in sorted(ports.items()):
        if not is_free(port):
            raise WholefamilyError(
                f"port {port}, wanted for {name}, is in use by another program: choose another PORT_BASE, such as PORT_BASE=16400"
            )


def _postgres_runs_there(settings: Settings) -> bool:
    data = _data(settings)
    return postgres.is_running(data) and postgres.port_of(data) == settings.port_base


def _start_postgres(settings: Settings) -> bool:
    """Start PostgreSQL; False when it runs already."""
    if _postgres_runs_there(settings):
        return False
    postgres.stop(_data(settings))
    postgres.start(_data(settings), settings.port_base, settings.secret_path("postgres_password"))
    return True


def _prepare_databases(settings: Settings, say: Callable[[str], None]) -> None:
    admin = f"postgresql://postgres:{settings.secret('postgres_password')}@127.0.0.1:{settings.port_base}/postgres"
    postgres.create_warehouse(admin, settings)
    postgres.create_database(admin, "airflow", "airflow", settings.secret("airflow_db_password"))
    warehouse.migrate(settings)
    postgres.withdraw_ledger(admin, settings.warehouse_user)
    if not _airflow_is_migrated(settings):
        say("Airflow:    preparing its database")
        _migrate_airflow(settings)


def _migrated_mark(settings: Settings) -> Path:
    return settings.home_dir / "airflow" / "migrated"


def _airflow_version(settings: Settings) -> str:
    with psycopg.connect(airflow.database_dsn(settings)) as connection:
        if connection.execute("select to_regclass('alembic_version')::text").fetchone() != ("alembic_version",):
            return ""
        revisions = connection.execute("select string_agg(version_num, ',') from alembic_version").fetchone()
    return f"{version('apache-airflow-core')} {revisions[0] if revisions else ''}"


def _airflow_is_migrated(settings: Settings) -> bool:
    """Whether the last migration was for this version of Airflow; to ask Airflow itself takes ten seconds."""
    with suppress(FileNotFoundError):
        return _migrated_mark(settings).read_text(encoding="utf-8") == _airflow_version(settings)
    return False


def _migrate_airflow(settings: Settings) -> None:
    log = settings.home_dir / "logs" / "db-migrate.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        done = subprocess.run(
            airflow.command("db", "migrate"),
            env=airflow.inherited() | airflow.airflow_environment(settings),
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        raise WholefamilyError(f"Airflow could not prepare its database: the reason stands at the end of {log}")
    _migrated_mark(settings).parent.mkdir(parents=True, exist_ok=True)
    _migrated_mark(settings).write_text(_airflow_version(settings), encoding="utf-8")


def sftp_service(settings: Settings, partners: dict[str, Partner]) -> Service:
    """The SFTP server of the partners, one account each."""
    return Service(
        name="sftp",
        command=[sys.executable, "-m", "wholefamily.demo.sftp", *partners],
        environment={
            "HOME_DIR": str(settings.home_dir),
            "PORT_BASE": str(settings.port_base),
            "PYTHONPATH": str(REPOSITORY / "plugins"),
        },
        log=settings.home_dir / "logs" / "sftp.log",
        port=settings.port_base + 3,
    )


def _wait_until_ready(settings: Settings, processes: Processes, partners: dict[str, Partner], started: list[Service]) -> None:
    began = datetime.now(UTC) if started else None
    for service in started:
        if service.port is not None:
            processes.wait_until(partial(answers, service.port), service, _PATIENCE_SECONDS)
    api = AirflowApi(settings, "engineer")
    dags = {f"ingest_{code}" for code, partner in partners.items() if partner.sends}
    dags |= {"decide_held_drop", "build_warehouse", "release_evaluation", "release_published_tables"}
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while missing := api.unhealthy(began) or sorted(dags - api.dag_ids()):
        for service in started:
            if not processes.is_running(service.name):
                raise WholefamilyError(f"{service.name} ended soon after it was started: see the end of {service.log}")
        _check_dag_files(api, began)
        if time.monotonic() > deadline:
            logs = settings.home_dir / "logs"
            raise WholefamilyError(f"Airflow is not ready after {_PATIENCE_SECONDS} s, {', '.join(missing)} missing: see {logs}")
        time.sleep(0.5)


def _check_dag_files(api: AirflowApi, began: datetime | None) -> None:
    for error in api.import_errors():
        if began is None or datetime.fromisoformat(error["timestamp"]) >= began:
            reason = error["stack_trace"].strip().splitlines()[-1]
            raise WholefamilyError(f"the DAG file {error['filename']} cannot be imported: {reason}")

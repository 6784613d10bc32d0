"""Real services for tests: one PostgreSQL server a session, one throw-away warehouse for each test that asks for it."""

import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from psycopg import sql

from wholefamily import roles
from wholefamily import warehouse as schemas
from wholefamily.demo import postgres
from wholefamily.settings import LOGINS, Login, Settings, login_secret

OWNER = "wholefamily"
TEMPLATE = "warehouse_template"


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def only_password_of(login: Login, settings: Settings) -> Iterator[None]:
    """The secrets without the passwords of the other logins meanwhile, as a worker has them that runs steps of one login only."""
    paths = [settings.secrets / login_secret(other) for other in LOGINS if other != login]
    taken = {path: path.read_text(encoding="utf-8") for path in paths}
    for path in paths:
        path.unlink()
    try:
        yield
    finally:
        for path, password in taken.items():
            path.write_text(password, encoding="utf-8")


class PostgresServer:
    """The session's PostgreSQL server, and the password of its superuser and its warehouses' owner."""

    def __init__(self, home: Path) -> None:
        self.port = free_port()
        self.data = home / "data"
        self.password = secrets.token_hex(16)
        (home / "password").write_text(self.password)
        postgres.start(self.data, self.port, home / "password", durable=False)

    @property
    def admin_dsn(self) -> str:
        """The superuser's DSN."""
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/postgres"

    def settings(self, database: str, home: Path) -> Settings:
        """Settings of a warehouse on this server, with its secrets under ``home``: each login has a password of its own."""
        (home / "secrets").mkdir(parents=True, exist_ok=True)
        for login in LOGINS:
            (home / "secrets" / login_secret(login)).write_text(self.password + ("" if login == "owner" else login))
        return Settings(home_dir=home, warehouse_port=self.port, warehouse_db=database, warehouse_user=OWNER)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    server = PostgresServer(tmp_path_factory.mktemp("postgres"))
    yield server
    postgres.stop(server.data)


@pytest.fixture(scope="session")
def warehouse_template(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of an empty, migrated warehouse from which others are copied."""
    _make_template(postgres_server, tmp_path_factory.mktemp("template"))
    return TEMPLATE


def _make_template(server: PostgresServer, home: Path) -> None:
    settings = server.settings(TEMPLATE, home)
    postgres.create_warehouse(server.admin_dsn, settings)
    schemas.migrate(settings)
    postgres.withdraw_ledger(server.admin_dsn, OWNER)


@contextmanager
def server_with_template(home: Path) -> Iterator[PostgresServer]:
    """A server of its own with such a warehouse, for what is run from the command line beside the tests."""
    server = PostgresServer(home)
    try:
        _make_template(server, home / "template")
        yield server
    finally:
        postgres.stop(server.data)


@pytest.fixture
def warehouse(postgres_server: PostgresServer, warehouse_template: str, tmp_path: Path) -> Iterator[Settings]:
    """Settings of an empty warehouse of the test's own, dropped at its end."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_server.admin_dsn, autocommit=True) as admin:
        admin.execute(sql.SQL("create database {} template {} owner {}").format(*map(sql.Identifier, (name, warehouse_template, OWNER))))
        yield postgres_server.settings(name, tmp_path)
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


class People(NamedTuple):
    """Names of logins of people, none of whom is the pipeline."""

    analyst: str = "jane"
    governance: str = "john"


@pytest.fixture
def people(warehouse: Settings) -> People:
    """Two people who can sign in to the warehouse; one is of governance."""
    found = People()
    for role, name in found._asdict().items():
        roles.give_login(warehouse, name, role, secrets.token_hex(16))
    return found


@pytest.fixture
def verb(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """A verb of the command line: its exit code, and what it prints and complains of."""
    from wholefamily import cli

    def run(settings: Settings, *words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("wholefamily.settings.load", lambda: settings)
        code = cli.main(words)
        return code, *capsys.readouterr()

    return run

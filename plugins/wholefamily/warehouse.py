"""The warehouse: connections, and bringing its schemas up to date."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from wholefamily.errors import WholefamilyError
from wholefamily.feeds import FEEDS, Feed
from wholefamily.settings import REPOSITORY, Login, Settings

Connection = psycopg.Connection[tuple[Any, ...]]
"""Rows are what SQL gives; who reads them knows their types."""

MIGRATIONS = REPOSITORY / "migrations"
_ONE_AT_A_TIME = 814_201_5
_REFUSAL = re.compile(r"FATAL:\s+(.+)")
"""What a server that was reached says, without a value of a row."""


@contextmanager
def connect(settings: Settings, *, login: Login = "owner", application: str = "wholefamily") -> Iterator[Connection]:
    """A connection of one of the pipeline's logins, whose transaction is committed at the end, or rolled back on an error.

    Raises WholefamilyError when the warehouse cannot be reached, or refuses: a wrong password, no such database, a full disk.
    """
    try:
        connection = psycopg.connect(settings.dsn(login), application_name=application, connect_timeout=10)
    except psycopg.OperationalError as error:
        host, port = settings.warehouse_address
        if refusal := _REFUSAL.search(str(error)):
            raise WholefamilyError(f"the warehouse at {host}:{port} refuses the connection: {refusal[1]}") from None
        raise WholefamilyError(
            f"no warehouse at {host}:{port}: start it with `make demo`, or check WAREHOUSE_HOST and WAREHOUSE_PORT"
        ) from None
    with connection:
        yield connection


def migrate(settings: Settings) -> list[str]:
    """Apply what is new under ``migrations/``, then the raw tables of the feeds. Returns the names of what was applied."""
    applied = []
    with connect(settings, application="wholefamily-migrate") as connection:
        connection.execute("select pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        connection.execute(
            "create table if not exists public.migration (name text primary key, applied_at timestamptz not null default now())"
        )
        known = {name for (name,) in connection.execute("select name from public.migration")}
        for path in sorted(MIGRATIONS.glob("*.sql")):
            if path.name not in known:
                connection.execute(path.read_bytes())
                connection.execute("insert into public.migration (name) values (%s)", [path.name])
                applied.append(path.name)
        # Whoever attaches a delivery's table to a feed's must own both.
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(settings.login_name("door"))))
        for feed in FEEDS.values():
            connection.execute(raw_table(feed))
            for column in feed.columns:
                connection.execute(
                    sql.SQL("alter table raw.{} add column if not exists {} text").format(sql.Identifier(feed.feed), sql.Identifier(column))
                )
    return applied


def raw_table(feed: Feed) -> sql.Composed:
    """DDL of ``raw.<feed>``: text columns, one partition per delivery, so that a drop is replaced or destroyed in one step."""
    columns = [sql.SQL("{} text").format(sql.Identifier(name)) for name in feed.columns]
    return sql.SQL(
        "create table if not exists raw.{} (_delivery_id integer not null, _partner text not null, _period text not null, "
        "_revision integer not null, _line integer not null, _loaded_at timestamptz not null, {}) partition by list (_delivery_id)"
    ).format(sql.Identifier(feed.feed), sql.SQL(", ").join(columns))

"""A build that is killed in any of its steps, and goes on from that step as Airflow does: the same marts, the same ids."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import NamedTuple

import psycopg
import pytest
from psycopg import sql
from tests.conftest import OWNER, PostgresServer
from tests.faults.layers import LAYERS, run
from tests.integration.household.village import Village, empty_village, person, place

from wholefamily.settings import REPOSITORY, Settings
from wholefamily.warehouse import connect

FIRST, SECOND = "2026-05", "2026-06"
POINTS = [("staging", 60), ("link", 25), ("intermediate", 90), ("marts", 40)]
_KEPT = "kill_build_kept"


class Built(NamedTuple):
    """The database before the second month is built, and what its build leaves."""

    settings: Settings
    tables: dict[str, object]


def _send(village: Village, period: str, street: str) -> None:
    people = [
        person(f"S{n}", f"Given{n}", f"Family{n // 3}", f"{1980 + n % 3 * 15}-02-11", address=f"{n // 3} {street}", postcode="B70 1AA")
        for n in range(30)
    ]
    police = [person(f"N{n}", f"Given{n}", f"Family{n // 3}", f"{1980 + n % 3 * 15}-02-11") for n in range(0, 30, 3)]
    village.send("sandwell", period, people=people, programme=[place("F1", "S0"), place("F1", "S1"), place("F1", "S2", "CHILD")])
    village.send("west_midlands_police", period, people=police)


def _tables(settings: Settings) -> dict[str, object]:
    """Every table that a build writes but for the times at which it did."""
    found: dict[str, object] = {}
    with connect(settings) as connection:
        names = connection.execute(
            "select table_schema, table_name from information_schema.tables "
            "where table_schema in ('staging', 'intermediate', 'identity', 'marts') and table_type = 'BASE TABLE'"
        ).fetchall()
        for schema, name in names:
            columns = connection.execute(
                "select column_name from information_schema.columns where table_schema = %s and table_name = %s "
                "and data_type not like 'timestamp%%' and is_identity = 'NO' order by 1",
                [schema, name],
            ).fetchall()
            wanted = sql.SQL(", ").join(sql.Identifier(column) for (column,) in columns)
            query = sql.SQL("select count(*), md5(string_agg(t::text, ';' order by t::text)) from (select {} from {}) as t")
            found[f"{schema}.{name}"] = connection.execute(query.format(wanted, sql.Identifier(schema, name))).fetchone()
    return found


def _copy(server: PostgresServer, template: str, name: str) -> None:
    with psycopg.connect(server.admin_dsn, autocommit=True) as admin:
        admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
        admin.execute(sql.SQL("create database {} template {} owner {}").format(*map(sql.Identifier, (name, template, OWNER))))


@pytest.fixture(scope="module")
def built(postgres_server: PostgresServer, warehouse_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    with empty_village(postgres_server, warehouse_template, tmp_path_factory.mktemp("kill_build")) as village:
        _send(village, FIRST, "Mill Lane")
        for layer in LAYERS:
            run(village.settings, layer, FIRST)
        _send(village, SECOND, "Mill Street")
        _copy(postgres_server, village.settings.warehouse_db, _KEPT)
        for layer in LAYERS:
            run(village.settings, layer, SECOND)
        yield Built(village.settings, _tables(village.settings))


@pytest.mark.parametrize(("layer", "nth"), POINTS, ids=[layer for layer, _ in POINTS])
def test_killed_and_gone_on(postgres_server: PostgresServer, built: Built, layer: str, nth: int) -> None:
    _copy(postgres_server, _KEPT, "kill_build")
    settings = built.settings.model_copy(update={"warehouse_db": "kill_build"})
    before = LAYERS[: LAYERS.index(layer)]
    for done in before:
        run(settings, done, SECOND)
    told = json.dumps(settings.model_dump(mode="json", exclude_none=True))
    command = [sys.executable, "-m", "tests.faults.killed_build", told, layer, str(nth), SECOND]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(REPOSITORY / "plugins"), str(REPOSITORY)])}
    died = subprocess.run(command, cwd=REPOSITORY, env=environment, check=False, capture_output=True, text=True)
    assert died.returncode == -9, died.stdout + died.stderr
    for again in LAYERS[len(before) :]:
        run(settings, again, SECOND)
    found = _tables(settings)
    assert {name for name in {*found, *built.tables} if found.get(name) != built.tables.get(name)} == set()


def test_the_second_month_is_not_empty(built: Built) -> None:
    assert built.tables["marts.bridge_household_member"][0] == 60  # type: ignore[index]

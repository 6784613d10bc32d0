"""The marts of a month, against one hand-written statement per mart, and with 36 months of history: ``python -m bench.marts <what> <size>``.

What is measured are dbt's layers ``intermediate`` and ``marts``; staging and linkage come before (``marts_state``). The floor is
``floor/*.sql``: the heaviest marts, each by the statement that somebody would write who needs that mart alone, on the same tables. It must
give the same rows. The peer is ``dbt run`` of the same models, every one a plain table.
"""

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from bench import marts_history, marts_state, region
from wholefamily import build, periods, story
from wholefamily.settings import Settings
from wholefamily.warehouse import connect

HISTORY_OF = {"small": "small", "tenth": "tenth", "full": "tenth"}
"""The size at which 36 months are measured: those of the whole region would fill 150 GB."""

_FLOOR = Path(__file__).parent / "floor"
_BEST = "record.is_authority desc, record.resident_from desc, record.partner_code, record.person_ref"

_MONTHLY_ELSEWHERE = (
    ("intermediate", "int_person_month"),
    ("intermediate", "int_family_month"),
    ("quality", "fct_match_rate"),
    ("quality", "fct_match_basis"),
    *(table for table in marts_history.CARRIED if table[0] == "intermediate"),
)
"""What keeps every month and stands in another schema than ``marts``."""

Figures = dict[str, dict[str, float]]


def stages(size: str, measured: Callable[[str, str], dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of ``bench/results``. ``measured`` runs this module as a process of its own: what, and at which size."""
    with _warehouse(size):
        peer, ours, floor = (measured(what, size) for what in ("peer", "ours", "floor"))
    return [_month(ours, floor, peer)]


def stages_of_history(size: str, measured: Callable[[str, str], dict[str, Any]]) -> list[dict[str, Any]]:
    """The row of a month with 36 months of history, by that of the same region with one."""
    part = HISTORY_OF[size]
    with _warehouse(part):
        return [_growth(*(measured(what, part) for what in ("ours", "history")))]


@contextmanager
def _warehouse(size: str) -> Iterator[None]:
    settings = region.settings_of(size, marts_state.DATABASE)
    print(f"a warehouse of {region.HOUSEHOLDS[size]} households before its marts: {settings.home_dir} (made once)", flush=True)
    region.make_drops(size, settings)
    with region.servers(settings):
        marts_state.make(settings)
        yield


def _month(ours: dict[str, Any], floor: dict[str, Any], peer: dict[str, Any]) -> dict[str, Any]:
    month, bare = ours["stages"]["month"], floor["stages"]["month"]
    seconds = month["seconds"]
    return {
        "stage": "marts of a month",
        "rows": round(month["rows"]),
        "seconds": round(seconds, 2),
        "rows_per_second": round(month["rows"] / seconds),
        "with_data_tests": round(month["clock"], 2),
        "floor_seconds": round(bare["seconds"], 2),
        "to_floor": round(seconds / bare["seconds"], 2),
        "explain_seconds": round(month["explain"], 3),
        "peer": "dbt, every model a table",
        "peer_seconds": round(peer["stages"]["month"]["seconds"], 2),
        "peak_mib": round(ours["mib"]),
    }


def _growth(ours: dict[str, Any], history: dict[str, Any]) -> dict[str, Any]:
    one, many = ours["stages"]["again"], history["stages"]["again"]
    return {
        "stage": "marts of a month, 36 months of history",
        "rows": round(many["rows"]),
        "seconds": round(many["seconds"], 2),
        "to_one_month": round(many["seconds"] / one["seconds"], 2),
        "history_rows": round(many["history"]),
        "explain_seconds": round(many["explain"], 3),
        "peak_mib": round(history["mib"]),
    }


def make(settings: Settings) -> None:
    """Have the marts hold the month."""
    with connect(settings) as connection:
        is_there = connection.execute("select to_regclass('marts.fct_family_progress')").fetchone() != (None,)
        connection.execute(
            "insert into ops.build (period, planned, fingerprint) values (%s, 'bench', 'bench') on conflict do nothing", [region.PERIOD]
        )
    if not is_there:
        _build(settings)


def ours(settings: Settings) -> Figures:
    """The month built for the first time, and again."""
    _forget(settings)
    return {"month": _build(settings) | {"explain": _explain(settings)}, "again": _build(settings)}


def history(settings: Settings) -> Figures:
    """The month built again when the marts hold 36: twice, as it was with one month."""
    n_rows = marts_history.make(settings, region.PERIOD, 36)
    _build(settings)
    return {"again": _build(settings) | {"explain": _explain(settings), "history": n_rows}}


def _build(settings: Settings) -> dict[str, float]:
    """Build the month as the DAG does, by the clock; ``seconds`` is without the data's tests, of which two run at a time as of models."""
    began = time.perf_counter()
    for layer in ("intermediate", "marts"):
        build.run_dbt(settings, layer, [region.PERIOD])
    clock = time.perf_counter() - began
    with connect(settings) as connection:
        tests = _one(
            connection,
            "select coalesce(sum(seconds), 0) from ops.dbt_node_run where layer in ('intermediate', 'marts') and unique_id like 'test.%%'",
        )
        n_rows = _one(connection, "select count(*) from marts.fct_household_criterion where period = %s", region.PERIOD)
    return {"rows": n_rows, "seconds": clock - tests / 2, "clock": clock}


def _explain(settings: Settings) -> float:
    """The longest that one of twenty households' twelve months took to be told."""
    with connect(settings) as connection:
        homes = connection.execute(
            "select household_id from marts.fct_criterion_evidence where period = %s group by 1 order by count(*) desc, 1 limit 20",
            [region.PERIOD],
        ).fetchall()
    longest = 0.0
    for (home,) in homes:
        began = time.perf_counter()
        story.explain(settings, home, region.PERIOD, 12, None)
        longest = max(longest, time.perf_counter() - began)
    return longest


def floor(settings: Settings) -> Figures:
    """Each mart by its one statement, in the schema ``floor``. Stops when a mart does not have the same rows as ours."""
    as_at = periods.as_at(region.PERIOD)
    named = {"period": region.PERIOD, "as_at": as_at, "year_ago": as_at.replace(year=as_at.year - 1), "best": _BEST}
    seconds = 0.0
    with connect(settings) as connection:
        connection.execute("drop schema if exists floor cascade; create schema floor")
        connection.execute("set enable_nestloop = off; set enable_mergejoin = off")
        for path in sorted(_FLOOR.glob("*.sql")):
            mart = path.stem.split("_", 1)[1]
            statement = path.read_text(encoding="utf-8").format(**named)
            began = time.perf_counter()
            connection.execute(f"create table floor.{mart} as {statement}")
            connection.execute(f"analyze floor.{mart}")
            seconds += time.perf_counter() - began
            print(f"{mart}: {time.perf_counter() - began:.2f} s", file=sys.stderr, flush=True)
        n_rows = _one(connection, "select count(*) from floor.fct_household_criterion")
        for path in sorted(_FLOOR.glob("*.sql")):
            _compare(connection, path.stem.split("_", 1)[1])
        connection.execute("drop schema floor cascade")
    return {"month": {"rows": n_rows, "seconds": seconds}}


def _compare(connection: psycopg.Connection[Any], mart: str) -> None:
    """Whether a mart has the same rows in ``floor`` and ``marts``: their number, and the sum of their hashes."""
    columns = sql.SQL(", ").join(
        sql.Identifier(name)
        for (name,) in connection.execute(
            "select column_name from information_schema.columns where table_schema = 'floor' and table_name = %s order by ordinal_position",
            [mart],
        )
    )
    found = []
    for schema in ("floor", "marts"):
        query = sql.SQL("select count(*), sum(hashtextextended(t::text, 0)) from (select {} from {} as told {}) as t").format(
            columns,
            sql.Identifier(schema, mart),
            # A mart that keeps every month is compared in this one.
            sql.SQL("where period = {}" if schema == "marts" and not mart.startswith("dim_") else "").format(sql.Literal(region.PERIOD)),
        )
        found.append(connection.execute(query).fetchone())
    if found[0] != found[1]:
        raise SystemExit(f"{mart} is not the same by hand: {found[0]} by hand, {found[1]} in the mart")


def peer(settings: Settings) -> Figures:
    """``dbt run`` of the same models, each a plain table that is made anew."""
    _forget(settings)
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "dbt_project"
        shutil.copytree(build.PROJECT, project)
        for path in [project / "dbt_project.yml", *project.rglob("*.sql")]:
            text = path.read_text(encoding="utf-8")
            if path.parent.name != "macros":
                for kind in ("by_month", "incremental"):
                    text = text.replace(f"materialized: {kind}", "materialized: table").replace(f"'{kind}'", "'table'")
                path.write_text(text, encoding="utf-8")
        began = time.perf_counter()
        _run(settings, project, Path(folder) / "target")
        return {"month": {"seconds": time.perf_counter() - began}}


def _run(settings: Settings, project: Path, target: Path) -> None:
    from dbt.cli.main import dbtRunner

    place = ["--project-dir", str(project), "--profiles-dir", str(project), "--target-path", str(target), "--log-level", "error"]
    place += ["--log-path", str(target), "--vars", json.dumps({"periods": [region.PERIOD]}), "--full-refresh"]
    with build.dbt_environment(settings):
        outcome = dbtRunner().invoke(["run", *place, "--select", "tag:household", "tag:criteria", "tag:progress", "tag:marts"])
    if not outcome.success:
        raise SystemExit("the peer's dbt run failed")


def _forget(settings: Settings) -> None:
    """Leave no mart of any month, and nothing of what was published."""
    with connect(settings) as connection:
        connection.execute("drop schema if exists marts cascade")
        for schema, table in _MONTHLY_ELSEWHERE:
            connection.execute(sql.SQL("drop table if exists {} cascade").format(sql.Identifier(schema, table)))
        connection.execute("truncate ops.published_month, ops.published_file, ops.published_criterion")


def _one(connection: psycopg.Connection[Any], query: str, *values: object) -> float:
    row = connection.execute(query, values).fetchone()
    return float(row[0]) if row else 0.0


if __name__ == "__main__":
    WHAT = {"ours": ours, "floor": floor, "peer": peer, "history": history}
    print(json.dumps(WHAT[sys.argv[1]](region.settings_of(sys.argv[2], marts_state.DATABASE))))

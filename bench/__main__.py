"""``python -m bench small|full``: measure, print a table, and write ``bench/results/<date>.json``."""

import argparse
import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import psutil  # type: ignore[import-untyped]  # it has no types

from bench import ledger, linkage, marts, region, release
from wholefamily.settings import REPOSITORY, Settings

_ROUNDS = {"small": 3, "tenth": 1, "full": 1}
_MIB = 1 << 20

_Of = tuple[str, str]
"""A process, and a stage of it."""


def main() -> int:
    """Measure every stage; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("size", choices=region.HOUSEHOLDS)
    parser.add_argument("--date", default=datetime.now(UTC).date().isoformat(), help="of the record (default: today)")
    parser.add_argument("--only", choices=_PARTS, help="one part; what is known of the others stays in the record")
    options = parser.parse_args()
    for part in [options.only] if options.only else _PARTS:
        stages = _PARTS[part](options.size)
        _print(stages)
        _write(options.date, options.size, stages)
    return 0


def _door(size: str) -> list[dict[str, Any]]:
    settings = region.settings_of(size)
    print(f"drops of {region.HOUSEHOLDS[size]} households: {settings.home_dir} (made once)", flush=True)
    region.make_drops(size, settings)
    with region.servers(settings):
        return _stages([_round(settings, size) for _ in range(_ROUNDS[size])])


def _linkage(size: str) -> list[dict[str, Any]]:
    home = region.settings_of(size)
    home.home_dir.mkdir(parents=True, exist_ok=True)
    return linkage.stages(size, lambda what, households: _measured(home, "bench.linkage", what, households))


def _ledger(size: str) -> list[dict[str, Any]]:
    settings = region.settings_of(size)
    region.make_drops(size, settings)
    with region.servers(settings):
        return ledger.stages(size, settings)


def _marts(size: str) -> list[dict[str, Any]]:
    return marts.stages(size, _of_marts)


def _history(size: str) -> list[dict[str, Any]]:
    return marts.stages_of_history(size, _of_marts)


def _of_marts(what: str, size: str) -> dict[str, Any]:
    return _measured(region.settings_of(size), "bench.marts", what, size)


def _release(size: str) -> list[dict[str, Any]]:
    settings = region.settings_of(size)
    return release.stages(size, lambda what, part: _measured(settings, "bench.release", what, part))


_PARTS = {"door": _door, "linkage": _linkage, "marts": _marts, "history": _history, "release": _release, "ledger": _ledger}


def _round(settings: Settings, size: str) -> dict[str, Any]:
    region.new_warehouse(settings)
    floor = _measured(settings, "bench.stages", "floor", size)
    region.new_warehouse(settings)
    ours = _measured(settings, "bench.stages", "ours", size)
    peers = {}
    for peer in ("dlt", "gx"):
        region.new_warehouse(settings)
        peers[peer] = _measured(settings, "bench.stages", peer, size)
    return {"floor": floor, "ours": ours, **peers}


def _measured(settings: Settings, module: str, what: str, size: str) -> dict[str, Any]:
    """The figures that a process prints, and ``mib``: the highest peak of resident memory of it or of one that it starts."""
    environment = {**os.environ, "PYTHONPATH": f"plugins{os.pathsep}."}
    log = settings.home_dir / f"{what}.log"
    peaks, ended = [0], threading.Event()
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(
            [sys.executable, "-m", module, what, size],
            cwd=REPOSITORY,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        watch = threading.Thread(target=_watch, args=(psutil.Process(process.pid), ended, peaks))
        watch.start()
        told = process.communicate()[0]
        ended.set()
        watch.join()
    if process.returncode:
        raise SystemExit(f"{what} could not be measured: the reason stands at the end of {log}")
    return {"stages": json.loads(told.splitlines()[-1]), "mib": max(peaks) / _MIB}


def _watch(root: psutil.Process, ended: threading.Event, peaks: list[int]) -> None:
    while not ended.wait(0.2):
        try:
            peaks.extend(_peak(process.pid) for process in [root, *root.children(recursive=True)])
        except psutil.NoSuchProcess:
            continue


def _peak(pid: int) -> int:
    """The most that a process has had in memory since it began, in bytes."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0)


def _stages(rounds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        _stage("SFTP to raw", rounds, ("ours", "load"), ("floor", "load"), ("dlt", "load")),
        _stage("validation", rounds, ("ours", "judge"), ("ours", "scan"), ("gx", "judge")),
    ]


def _stage(name: str, rounds: list[dict[str, Any]], ours: _Of, floor: _Of, peer: _Of) -> dict[str, Any]:
    """A peer is given fewer rows: its time is scaled to ours."""
    n_rows = rounds[0][ours[0]]["stages"][ours[1]]["rows"]
    seconds, floor_seconds, peer_seconds = (_seconds(rounds, process, stage, n_rows) for process, stage in (ours, floor, peer))
    return {
        "stage": name,
        "rows": n_rows,
        "seconds": round(seconds, 2),
        "rows_per_second": round(n_rows / seconds),
        "floor_seconds": round(floor_seconds, 2),
        "to_floor": round(seconds / floor_seconds, 2),
        "peer": peer[0],
        "peer_rows": round(rounds[0][peer[0]]["stages"][peer[1]]["rows"]),
        "peer_seconds_scaled": round(peer_seconds, 1),
        "faster_than_peer": round(peer_seconds / seconds, 1),
        "peak_mib": round(max(each[ours[0]]["mib"] for each in rounds)),
    }


def _seconds(rounds: list[dict[str, Any]], process: str, stage: str, n_rows: float) -> float:
    measured = [each[process]["stages"][stage] for each in rounds]
    return float(median(each["seconds"] * n_rows / each["rows"] for each in measured))


def _print(stages: list[dict[str, Any]]) -> None:
    columns = list(dict.fromkeys(column for stage in stages for column in stage))
    rows = [[str(stage.get(column, "")) for column in columns] for stage in stages]
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    for row in [columns, *rows]:
        print("  ".join(value.rjust(width) for value, width in zip(row, widths, strict=True)))


def _write(date: str, size: str, stages: list[dict[str, Any]]) -> None:
    path = REPOSITORY / "bench" / "results" / f"{date}.json"
    path.parent.mkdir(exist_ok=True)
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    machine = {"cores": os.cpu_count(), "memory_gib": round(psutil.virtual_memory().total / (1 << 30))}
    measured = {(stage["stage"], stage["rows"]) for stage in stages}
    kept = [stage for stage in known.get(size, {}).get("stages", []) if (stage["stage"], stage["rows"]) not in measured]
    known[size] = {"machine": machine, "households": region.HOUSEHOLDS[size], "stages": [*kept, *stages]}
    path.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    print(f"written to {path.relative_to(REPOSITORY)}")


if __name__ == "__main__":
    sys.exit(main())

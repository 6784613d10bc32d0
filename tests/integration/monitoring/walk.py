"""Walking OpenLineage events backwards, from what was made to what it was made from."""

import json
from pathlib import Path
from typing import Any


def events(home: Path) -> list[dict[str, Any]]:
    """All events that were written under ``home``, oldest first."""
    path = home / "lineage" / "events.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def name(dataset: dict[str, Any]) -> str:
    """A dataset without where the test's own warehouse is: ``marts.dim_family``, ``sftp://sandwell/outbound/…``."""
    if dataset["namespace"].startswith("postgres://"):
        return str(dataset["name"].split(".", 1)[1])
    return f"{dataset['namespace']}/{dataset['name']}"


def sources(found: list[dict[str, Any]], of: str) -> set[str]:
    """All that ``of`` was made from, directly or not."""
    known: set[str] = set()
    waiting = [of]
    while waiting:
        output = waiting.pop()
        for event in found:
            if output in map(name, event["outputs"]):
                waiting += [read for read in map(name, event["inputs"]) if read not in known]
                known |= set(map(name, event["inputs"]))
    return known

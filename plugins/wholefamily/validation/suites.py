"""The expectation suites under ``expectations/``: generated from the feeds, one file a suite, the same bytes each time.

``python -m wholefamily.validation.suites`` writes them. They are Great Expectations suites: GX reads them as they are, once
``wholefamily.validation.expectations`` is imported.
"""

import json
import uuid
from pathlib import Path
from typing import Any

from wholefamily.feeds import FEEDS, Feed, SenderKind
from wholefamily.settings import REPOSITORY
from wholefamily.validation.rules import Rule, hold_rules, rules

EXPECTATIONS = REPOSITORY / "expectations"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:wholefamily:expectations")
DROP_SUITE = "drop"
"""The suite that judges a drop, a row for each of its files."""

_GX_SEVERITY = {"refuse": "critical", "hold": "critical", "quarantine": "critical", "blank": "warning", "warn": "info"}


def suite_name(feed: Feed, kind: SenderKind) -> str:
    """The name of the suite that judges a feed of a sender of ``kind``: the feed's, and the kind's where they differ."""
    differs = len({tuple(map(repr, rules(feed, sender))) for sender in feed.sent_by}) > 1
    return f"{feed.feed}.{kind}" if differs else feed.feed


def suites() -> dict[str, dict[str, Any]]:
    """Every suite by its name, as Great Expectations writes it."""
    return {
        DROP_SUITE: _suite(DROP_SUITE, hold_rules(), {}, "The files of a drop"),
        **{
            suite_name(feed, kind): _suite(suite_name(feed, kind), rules(feed, kind), {"feed": feed.feed}, feed.title)
            for feed in FEEDS.values()
            for kind in feed.sent_by
        },
    }


def write_suites(folder: Path) -> None:
    """Write every suite to ``<folder>/<name>.json``, and remove what else is there by that ending."""
    folder.mkdir(parents=True, exist_ok=True)
    written = {folder / f"{name}.json": suite for name, suite in suites().items()}
    for path in set(folder.glob("*.json")) - set(written):
        path.unlink()
    for path, suite in written.items():
        path.write_text(json.dumps(suite, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def _suite(name: str, judged: list[Rule], meta: dict[str, str], title: str) -> dict[str, Any]:
    return {
        "name": name,
        "id": str(uuid.uuid5(_NAMESPACE, name)),
        "expectations": [_expectation(name, rule) for rule in judged],
        "meta": meta,
        "notes": f"{title}. Generated from the definitions of the feeds: do not edit.",
    }


def _expectation(suite: str, rule: Rule) -> dict[str, Any]:
    return {
        "type": rule.kind,
        "id": str(uuid.uuid5(_NAMESPACE, f"{suite}/{rule.name}/{rule.column}")),
        "kwargs": rule.kwargs,
        "meta": {"rule": rule.name, "column": rule.column, "severity": rule.severity},
        "description": rule.says,
        "severity": _GX_SEVERITY[rule.severity],
    }


if __name__ == "__main__":
    write_suites(EXPECTATIONS)

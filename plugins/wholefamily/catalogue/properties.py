"""Marts as dbt's property files describe them: what a row is, columns, what is tested, and what refers to what."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from wholefamily.settings import REPOSITORY

PROJECT = REPOSITORY / "dbt_project"


@dataclass(frozen=True)
class Column:
    """A column; ``refers_to`` is (mart, column), and ``shows`` says of a direct identifier what of it the column may show."""

    name: str
    type: str
    description: str
    is_unique: bool
    is_mandatory: bool
    values: Sequence[str]
    refers_to: tuple[str, str] | None
    shows: Mapping[str, str]


@dataclass(frozen=True)
class Mart:
    """A mart; ``key`` are the columns that no two rows share, none where that is not tested."""

    name: str
    chapter: str
    schema: str
    description: str
    key: Sequence[str]
    columns: Sequence[Column]


def read(models: Path = PROJECT / "models" / "marts") -> list[Mart]:
    """Every mart of the property files, by chapter (the folder) and in their order."""
    settings = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["models"]["wholefamily"]["marts"]
    found = []
    for path in sorted(models.rglob("*.yml")):
        chapter = path.parent.name
        schema = settings.get(chapter, {}).get("+schema") or settings["+schema"]
        described = yaml.safe_load(path.read_text(encoding="utf-8")).get("models", [])
        found += [_mart(entry, chapter, schema) for entry in described]
    return found


def _mart(entry: dict[str, Any], chapter: str, schema: str) -> Mart:
    columns = [_column(column) for column in entry["columns"]]
    # A test with a condition says nothing of all rows.
    keys = [arguments["columns"] for name, arguments, config in _tests(entry) if name == "one_row_per" and "where" not in config]
    key = keys[0] if keys else [column.name for column in columns if column.is_unique][:1]
    return Mart(entry["name"], chapter, schema, _line(entry["description"]), key, columns)


def _column(entry: dict[str, Any]) -> Column:
    tests = {name: arguments for name, arguments, _ in _tests(entry)}
    reference = tests.get("relationships")
    return Column(
        name=entry["name"],
        type=entry["data_type"],
        description=_line(entry["description"]),
        is_unique="unique" in tests,
        is_mandatory="not_null" in tests,
        values=tests.get("accepted_values", {}).get("values", []),
        refers_to=(_referred(reference["to"]), reference["field"]) if reference else None,
        shows=entry.get("config", {}).get("meta", {}).get("shows", {}),
    )


def _tests(entry: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Name, arguments and configuration of each test."""
    for test in entry.get("data_tests", []):
        if isinstance(test, str):
            yield test, {}, {}
        else:
            ((name, body),) = test.items()
            yield name, body.get("arguments", {}), body.get("config", {})


def _referred(to: str) -> str:
    found = re.fullmatch(r"ref\('(\w+)'\)", to)
    if not found:
        raise ValueError(f"{to!r} is not ref('<model>')")
    return found[1]


def _line(text: str) -> str:
    return " ".join(text.split())


__all__ = ["PROJECT", "Column", "Mart", "read"]

"""What holds for every file of the repository."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from wholefamily.settings import REPOSITORY

NOT_OURS = {
    ".git",
    ".home",
    ".hypothesis",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".spark",
    ".venv",
    ".venv-bench",
    "__pycache__",
    "build",
    "dist",
    "logs",
    "node_modules",
    "target",
    "wholefamily.egg-info",
}
PICTURES = {".png", ".ico", ".woff2"}


def our_files() -> Iterator[Path]:
    for folder, names, files in os.walk(REPOSITORY):
        names[:] = sorted(set(names) - NOT_OURS)
        yield from (Path(folder, file) for file in sorted(files))


TEXTS = {
    path.relative_to(REPOSITORY).as_posix(): path.read_text(encoding="utf-8")
    for path in our_files()
    if path.suffix not in PICTURES | {".pyc"}
}


@pytest.mark.parametrize(
    "name",
    [
        "dags",
        "dbt_project",
        "expectations",
        "plugins",
        "tests",
        "migrations",
        "docs",
        "docker-compose.yml",
        "requirements.txt",
        "requirements.in",
        "README.md",
        "LICENSE",
        "Makefile",
        ".env.example",
        ".pre-commit-config.yaml",
        ".ci/run",
    ],
)
def test_it_stands_at_the_top(name: str) -> None:
    assert (REPOSITORY / name).exists()


def found(pattern: str) -> list[str]:
    """``file:line`` of each match."""
    expression = re.compile(pattern)
    return [
        f"{name}:{number}" for name, text in TEXTS.items() for number, line in enumerate(text.splitlines(), 1) if expression.search(line)
    ]


def test_no_path_of_anyones_machine() -> None:
    folders = "|".join(["work", "root", "home/[a-z]\\w*", "Users/\\w+", "tmp/\\w+/\\w+"])
    assert found(rf"(?<![\w.$}}-])/(?:{folders})/") == []


def test_no_address_but_loopback() -> None:
    names = found(r"\b[\w-]+\.(?:internal|local|lan|localdomain)\b(?!\()")
    numbers = found(r"\b(?!127\.|0\.0\.0\.0)(?:10|172\.(?:1[6-9]|2\d|3[01])|192\.168)(?:\.\d{1,3}){2,3}\b")
    versions = ("requirements.txt:", "requirements-dev.txt:", "requirements-spark.txt:")
    assert [place for place in names + numbers if not place.startswith(versions)] == []


def test_nothing_is_left_to_do() -> None:
    marks = "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"))
    assert found(rf"\b(?:{marks})\b") == []


def test_no_private_key() -> None:
    assert found("BEGIN [A-Z ]*PRIVATE " + "KEY-----$") == []


def test_texts_end_with_a_line_end_and_hold_no_tab_at_a_lines_start() -> None:
    texts = {name: text for name, text in TEXTS.items() if text and not name.endswith((".csv", ".json"))}
    assert [name for name, text in texts.items() if not text.endswith("\n")] == []
    indented = {name: text for name, text in texts.items() if name.endswith((".py", ".sql", ".yml", ".yaml"))}
    assert [name for name, text in indented.items() if re.search(r"^ *\t", text, re.MULTILINE)] == []

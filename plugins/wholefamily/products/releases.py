"""What a release is for every product: of a quarter, of files that do not change, attacked before it leaves."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg

from wholefamily.errors import WholefamilyError
from wholefamily.periods import last_period_of
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection, connect


@contextmanager
def warehouse(settings: Settings, what: str) -> Iterator[Connection]:
    """A connection to the warehouse whose errors say what happened to ``what``, and quote no row."""
    try:
        with connect(settings, login="release") as connection:
            yield connection
    except psycopg.Error as error:
        raise WholefamilyError(f"{what} met an error of the warehouse, SQLSTATE {error.sqlstate}: nothing was changed") from None


def last_period(product: str, release: str) -> str:
    """The last month of a release (``2026-09`` of ``2026-Q3``). Raises WholefamilyError for anything but a quarter."""
    try:
        return last_period_of(release)
    except ValueError as error:
        raise WholefamilyError(f"{product}: {error}") from None


def content_sha256(contents: Mapping[str, bytes]) -> str:
    """One hash of all files and their names."""
    each = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    return hashlib.sha256(json.dumps(each, sort_keys=True).encode()).hexdigest()


def attack_lines(attacks: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """What whoever must approve reads of the attacks, in Markdown, from what ``attacks.withstood`` returned; nothing: the gate has not passed."""
    attacks = list(attacks)
    if not attacks:
        yield "**the disclosure gate has not passed**"
        return
    yield "| attack | result | figure |"
    yield "|---|---|---|"
    for attack in attacks:
        yield f"| {attack['attack']} | {attack['result']} | {'–' if attack['figure'] is None else format(attack['figure'], 'g')} |"
    if unseen := sorted({str(attack["not_looked_through"]) for attack in attacks if "not_looked_through" in attack}):
        yield ""
        yield f"**not looked through**: {', '.join(unseen)}"

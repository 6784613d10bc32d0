"""Attack 1: whatever names somebody outright, in any byte that leaves or was written on the way."""

import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

import polars as pl

from wholefamily.disclosure import canaries
from wholefamily.disclosure.attacks.columns import TABLES, may_stand
from wholefamily.disclosure.attacks.markup import Page
from wholefamily.disclosure.attacks.model import Outcome, ReleaseFolder, Scene, verdict

# Shapes of domain.md section 4.1, and dates finer than a quarter; a word's end keeps them from matching inside a key.
_FORBIDDEN = {
    "date": r"\d{4}-\d{2}-\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}",
    "postcode": r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}",
    "UPRN or NHS number": r"\d{6,12}|\d{3}[ -]\d{3}[ -]\d{4}",
    "UPN": r"[A-Z]\d{11}[0-9A-Z]",
    "NINO": r"[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]?",
    "PNC id": r"(\d{2}|\d{4})/\d{1,7}[A-Z]|\d{3,11}[A-Z]",
    "internal id": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
}
_PATTERNS = {name: re.compile(rf"\b({pattern})\b", re.IGNORECASE) for name, pattern in _FORBIDDEN.items()}
_OF_NO_PERSON = {"sha256", "sha256_plain", "disclosure_id", "produced_at", "host_key"}
"""What a manifest tells of files."""
_FIGURES = "value"
"""The column of published tables that holds numbers of families."""
_WORD = re.compile(rb"[0-9A-Za-z/_-]{5,}")
_SHORTEST = 8
"""Shorter identifiers are found by chance."""


def identifiers(scene: Scene) -> Outcome:
    """Attack 1: the shape of an identifier in any file, a word that names somebody, or somebody's identifier in what was written on the way."""
    found = [*_shapes(scene.release), *_names(scene), *_known(scene)]
    known = scene.known
    return verdict("1 identifiers", len(found), found, is_whole=known is not None, unseen=known.unseen if known else "")


def _shapes(release: ReleaseFolder) -> Iterator[str]:
    for name, content in release.files.items():
        if name.endswith(".parquet"):
            continue  # the rows of a CSV again, which attack 16 sees to
        for kind, pattern in _PATTERNS.items():
            if any(pattern.search(text) for text in _texts(release, name, content)):
                yield f"something shaped like a {kind} stands in {name}"


def _texts(release: ReleaseFolder, name: str, content: bytes) -> Iterator[str]:
    if name.endswith(".csv"):
        table = release.tables[name.removesuffix(".csv")]
        yield "\n".join(table.columns)
        for column, values in distinct(table):
            if column != _FIGURES:
                yield "\n".join(values)
    elif name.endswith(".html"):
        yield from Page(content).texts
    else:
        text = content.decode("utf-8", "replace")
        try:
            # Numbers of JSON are counts and shares.
            yield from _strings(json.loads(text))
        except ValueError:
            yield text


def _strings(told: Any) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, list):
        for each in told:
            yield from _strings(each)
    elif isinstance(told, dict):
        for key, value in told.items():
            yield key
            if key not in _OF_NO_PERSON:
                yield from _strings(value)


def distinct(table: pl.DataFrame) -> Iterator[tuple[str, list[str]]]:
    """Each column with the values that stand in it."""
    for column in table.columns:
        yield column, table[column].unique().sort().to_list()


def _names(scene: Scene) -> Iterator[str]:
    words = {
        value
        for name in TABLES
        if name in scene.release.tables
        for column, values in distinct(scene.release.tables[name])
        for value in values
        # Colours are names too: what may stand in its column names nobody, unless it is a key.
        if column.endswith("_key") or not may_stand(column, value)
    }
    if scene.known is not None and (n := scene.known.are_identifying(sorted(words - {""}))):
        yield f"{n} names, partners' references or internal ids stand in a file"


def _known(scene: Scene) -> Iterator[str]:
    """Identifiers are looked for word by word: NHS numbers are as short as the numbers that logs are full of. Canaries are, byte by byte."""
    known = scene.known
    wanted = {one.encode() for person in (known.people if known else ()) for one in person.identifiers if len(one) >= _SHORTEST}
    planted = {canaries.NAME.lower().encode()}
    planted |= {one.lower().encode() for person in (known.canaries if known else ()) for one in person.identifiers if len(one) >= _SHORTEST}
    for place, content in chain(scene.release.files.items(), known.traces() if known else ()):
        if n := len(wanted.intersection(_WORD.findall(content))):
            yield f"{n} identifiers of known people stand in {place}"
        lowered = content.lower()
        if any(canary in lowered for canary in planted):
            yield f"a canary stands in {place}"

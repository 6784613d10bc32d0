"""Attacks 1 and 16: whatever names somebody outright, in any byte that leaves or was written on the way."""

import io
import re
from collections.abc import Iterable, Iterator

import polars as pl
import pyarrow.parquet as pq

from wholefamily.disclosure.attacks.columns import TABLES, is_column, may_stand
from wholefamily.disclosure.attacks.model import Known, Outcome, ReleaseFolder, Scene, verdict
from wholefamily.disclosure.policy import HIDDEN

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
_TOLD_BY_A_MANIFEST = re.compile(r'"(sha256|sha256_plain|disclosure_id|produced_at|host_key)": "[^"]*"')
_WORD = re.compile(rb"[0-9A-Za-z/_-]{5,}")


def identifiers(scene: Scene) -> Outcome:
    """Attack 1: the shape of an identifier in any file, a word that names somebody, or somebody's identifier in what was written on the way."""
    found = [*_shapes(scene.release)]
    if scene.known is not None:
        words = {
            value
            for name in TABLES
            for column, values in _distinct(scene.release.tables[name])
            for value in values
            # Colours are names too: what may stand in its column names nobody, unless it is a key.
            if column.endswith("_key") or not may_stand(column, value)
        }
        if n := scene.known.are_identifying(sorted(words - {""})):
            found.append(f"{n} names, partners' references or internal ids stand in a file")
        found += _in_traces(scene.known)
    return verdict("1 identifiers", len(found), found, is_whole=scene.known is not None)


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
        for _, values in _distinct(table):
            yield "\n".join(values)
    else:
        # Numbers of JSON are counts and shares; hashes and ids of files are of no person.
        yield re.sub(r"(?<=: )[\d.]+", "", _TOLD_BY_A_MANIFEST.sub("", content.decode("utf-8", "replace")))


def _distinct(table: pl.DataFrame) -> Iterator[tuple[str, list[str]]]:
    for column in table.columns:
        yield column, table[column].unique().sort().to_list()


def _in_traces(known: Known) -> Iterator[str]:
    """Identifiers are looked for word by word: NHS numbers are as short as the numbers that logs are full of, so no shape is."""
    wanted = {identifier.encode() for person in known.people for identifier in person.identifiers if len(identifier) >= 8}
    for place, content in known.traces():
        if n := len(wanted.intersection(_WORD.findall(content))):
            yield f"{n} identifiers of known people stand in {place}"


def granularity(scene: Scene) -> Outcome:
    """Attack 16: text, dates or geography finer than the interface allows, in values, columns or what a file says of itself."""
    found = [*_columns(scene.release), *_values(scene.release), *_areas(scene), *_parquet(scene.release)]
    return verdict("16 text, dates, geography", len(found), found)


def _columns(release: ReleaseFolder) -> Iterator[str]:
    for name in TABLES:
        if unknown := [column for column in release.tables[name].columns if not is_column(name, column)]:
            yield f"{name}.csv has {len(unknown)} columns that the interface does not name"


def _values(release: ReleaseFolder) -> Iterator[str]:
    for name in TABLES:
        for column, values in _distinct(release.tables[name]):
            if is_column(name, column) and not all(may_stand(column, value) for value in values):
                yield f"{name}.csv: {column} has a value that is not allowed there"


def _areas(scene: Scene) -> Iterable[str]:
    if scene.known is not None:
        for name in ("individuals", "families"):
            told = {area for value in scene.release.tables[name]["authority"].unique() for area in value.split("+")}
            if told - scene.known.areas - {HIDDEN}:
                yield f"{name}.csv: authority names an area that is not a partner's"


def _parquet(release: ReleaseFolder) -> Iterator[str]:
    for name, content in release.files.items():
        if name.endswith(".parquet"):
            file = pq.ParquetFile(io.BytesIO(content))
            if (file.metadata.metadata or {}).keys() - {b"ARROW:schema"}:
                yield f"{name} says more of itself than its columns"
            as_csv = release.tables.get(name.removesuffix(".parquet"))
            if as_csv is None or not as_csv.equals(pl.read_parquet(io.BytesIO(content))):
                yield f"{name} does not hold the rows of the CSV file of its name"

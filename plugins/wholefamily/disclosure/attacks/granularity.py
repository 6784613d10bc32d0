"""Attack 16: text, dates or geography finer than the interface allows, in values, columns or what a file says of itself."""

import io
import json
import re
from collections.abc import Iterable, Iterator

import polars as pl
import pyarrow.parquet as pq

from wholefamily.disclosure.attacks.columns import OF_TABLES, TABLES, is_column, may_stand
from wholefamily.disclosure.attacks.identifiers import distinct
from wholefamily.disclosure.attacks.markup import Page
from wholefamily.disclosure.attacks.model import Outcome, ReleaseFolder, Scene, verdict
from wholefamily.disclosure.attacks.tables import PAGE
from wholefamily.disclosure.policy import HIDDEN
from wholefamily.disclosure.tables.table import ALL, CONTROL

_ATTACK = "16 text, dates, geography"
_TELLS_OF = {"hidden": {"file", "cell", "interval"}, "structural": {"file", "cell"}, "carried_forward": {"file", "cell"}}
"""What ``disclosure_control.json`` of published tables says of a cell."""
_FINER = re.compile(r"\b\d{4}-\d{2}\b|\b\d{1,2}:\d{2}\b|https?:|(?<!\w)/\w+/|\\\\|[\w.]@\w")
"""Months and times, and where or by whom something was written: addresses and paths."""


def granularity(scene: Scene) -> Outcome:
    """Attack 16 on record-level files."""
    found = [*_columns(scene.release), *_values(scene.release), *_areas(scene), *_parquet(scene.release)]
    return verdict(_ATTACK, len(found), found)


def _columns(release: ReleaseFolder) -> Iterator[str]:
    for name in TABLES:
        if unknown := [column for column in release.tables[name].columns if not is_column(name, column)]:
            yield f"{name}.csv has {len(unknown)} columns that the interface does not name"


def _values(release: ReleaseFolder) -> Iterator[str]:
    for name in TABLES:
        for column, values in distinct(release.tables[name]):
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


def of_tables(scene: Scene) -> Outcome:
    """Attack 16 on published tables and their page; what files hold beside tables, too."""
    release = scene.release
    found = [f"{name} is no file of such a release" for name in sorted(release.files.keys() - {*OF_TABLES, CONTROL, PAGE})]
    for name, columns in OF_TABLES.items():
        if name in release.files:
            found += _labels(release.tables[name.removesuffix(".csv")], name, columns, scene.known.areas if scene.known else None)
    found += [*_control(release.files.get(CONTROL, b"{}")), *_page(release.files.get(PAGE, b""))]
    return verdict(_ATTACK, len(found), found)


def _labels(table: pl.DataFrame, name: str, columns: dict[str, str], areas: frozenset[str] | None) -> Iterator[str]:
    if table.columns != list(columns):
        yield f"{name} has other columns than the interface names"
        return
    for column, values in distinct(table):
        if not all(re.fullmatch(columns[column], value) for value in values):
            yield f"{name}: {column} has a value that is not allowed there"
    if areas is not None and set(table["authority"]) - areas - {ALL}:
        yield f"{name}: authority names an area that is not a partner's"


def _control(content: bytes) -> Iterator[str]:
    told = json.loads(content)
    if told.keys() - _TELLS_OF.keys() or any(cell.keys() - _TELLS_OF[key] for key, cells in told.items() for cell in cells):
        yield f"{CONTROL} says more than the interface names"


def _page(content: bytes) -> Iterator[str]:
    page = Page(content)
    if page.n_foreign:
        yield f"{PAGE} has {page.n_foreign} tags, attributes or comments that a page of tables and charts does not need"
    if any(_FINER.search(text) for text in page.texts):
        yield f"{PAGE} tells when or where it was made, or of a time finer than a quarter"

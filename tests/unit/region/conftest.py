"""A region of the demo's size, written once, and a reader of its drops that knows exchange.md and nothing of the code that wrote them."""

import csv
import gzip
import io
import json
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from wholefamily import partners, periods
from wholefamily.demo.region import write_drops
from wholefamily.feeds import FEEDS, Column

PARTNERS = partners.load(Path(__file__).parents[3] / "dags" / "partners")
Row = dict[str, str]


class Drops:
    """The drops under a folder, read as their manifests and the partners' files say."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.read = cache(self._read)
        self.day = cache(self._day)

    def folder(self, sender: str, period: str) -> Path:
        """Where a drop is."""
        return self.root / sender / "outbound" / period / "r1"

    def manifest(self, sender: str, period: str) -> dict[str, Any]:
        """A drop's manifest."""
        return json.loads((self.folder(sender, period) / "manifest.json").read_text())  # type: ignore[no-any-return]

    def feeds(self, sender: str) -> list[str]:
        """The feeds that a sender is expected to send each month."""
        return [feed.feed for feed in PARTNERS[sender].expected_feeds()]

    def _read(self, sender: str, period: str, feed: str) -> list[Row]:
        drop = self.manifest(sender, period)
        dialect = PARTNERS[sender].dialect_named(drop["dialect"])
        assert dialect is not None
        path = self.folder(sender, period) / next(file["path"] for file in drop["files"] if file["feed"] == feed)
        content = path.read_bytes()
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode(dialect.encoding)
        ours = {theirs: name for name, theirs in dialect.headings.items()}
        found = []
        for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=dialect.delimiter, strict=True):
            named = {ours.get(name, name): value for name, value in row.items()}
            found.append({name: dialect.codes.get(name, {}).get(value, value) for name, value in named.items()})
        return found

    def _day(self, sender: str, text: str) -> date:
        dialect = PARTNERS[sender].dialect_named(None)
        assert dialect is not None
        return datetime.strptime(text, dialect.date_format).date()  # noqa: DTZ007 - a date has no zone

    def _is_wrong(self, value: str, column: Column, sender: str, as_at: date) -> bool:
        if value == "":
            return column.mandatory
        if column.type == "date":
            try:
                found = self.day(sender, value)
            except ValueError:
                return True
            return found.year < 1900 or (found > as_at and not column.may_be_future)
        codes = column.allowed_codes(PARTNERS[sender].sender_kind)
        return (codes is not None and value not in codes) or (column.type == "integer" and not value.isdigit())

    def wrong_lines(self, sender: str, period: str, feed: str) -> Iterator[int]:
        """Numbers of the rows that break a row rule of exchange.md section 5."""
        definition, seen = FEEDS[feed], set()
        known = {row["person_ref"] for row in self.read(sender, period, "people")}
        columns = definition.columns_from(PARTNERS[sender].sender_kind)
        for line, row in enumerate(self.read(sender, period, feed)):
            key = tuple(row[name] for name in definition.key)
            nobody = definition.references_people and row["person_ref"] not in known
            cells = any(self._is_wrong(row[name], columns[name], sender, periods.as_at(period)) for name in columns)
            if key in seen or nobody or cells or any(self._ends_early(sender, row, *spell) for spell in definition.spells):
                yield line
            seen.add(key)

    def _ends_early(self, sender: str, row: Row, start: str, end: str) -> bool:
        return bool(row[start] and row[end]) and self.day(sender, row[start]) > self.day(sender, row[end])

    def good(self, sender: str, period: str, feed: str) -> list[Row]:
        """The rows that break no rule."""
        wrong = set(self.wrong_lines(sender, period, feed))
        return [row for line, row in enumerate(self.read(sender, period, feed)) if line not in wrong]


@pytest.fixture(scope="session")
def drops(tmp_path_factory: pytest.TempPathFactory) -> Drops:
    out = tmp_path_factory.mktemp("region")
    write_drops(out, PARTNERS, households=2000, first_period="2026-07", months=4, seed=7)
    return Drops(out)


@pytest.fixture
def written(tmp_path: Path) -> Drops:
    """A small region without errors, of one month."""
    write_drops(tmp_path, PARTNERS, households=700, first_period="2027-01", months=1, seed=3, errors=0)
    return Drops(tmp_path)

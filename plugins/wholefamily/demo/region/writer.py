"""A drop as its sender writes it: files in the sender's dialect, rows that are wrong on purpose at their end, the manifest last."""

import gzip
import hashlib
import json
import shutil
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl

from wholefamily import periods
from wholefamily.feeds import Feed
from wholefamily.partners import Dialect, Partner

Seal = Callable[[Path], Path]
"""Replaces a file by its encrypted and signed one, whose path it returns."""

_BLOCK = 1 << 22


class Drop:
    """A drop in the making: add each feed, then close it. ``seal`` is how the sender encrypts its files, if it does."""

    def __init__(self, out: Path, partner: Partner, period: str, seal: Seal | None = None) -> None:
        self.folder = out / partner.code / "outbound" / (f"daily/{period}" if periods.is_day(period) else f"{period}/r1")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.partner, self.period, self.seal = partner, period, seal
        found = partner.dialect_named(None)
        if found is None:
            raise ValueError(f"{partner.code}: no dialect {partner.dialect}")
        self.dialect = found
        self.files: list[dict[str, Any]] = []

    def add(self, feed: Feed, rows: pl.DataFrame, wrong: pl.DataFrame) -> None:
        """Write a feed: ``rows`` in canonical columns and types, then ``wrong`` ones, all text, dates in the sender's format."""
        columns = list(feed.columns_from(self.partner.sender_kind))
        path = self.folder / f"{feed.feed}.csv"
        frame = _coded(rows.select(columns), self.dialect).rename({c: self.dialect.headings.get(c, c) for c in columns})
        with path.open("wb") as file:
            frame.write_csv(
                file,
                separator=self.dialect.delimiter,
                date_format=self.dialect.date_format,
                include_bom=self.dialect.encoding == "utf-8-sig",
            )
            _coded(wrong.select(columns), self.dialect).write_csv(file, separator=self.dialect.delimiter, include_header=False)
        if self.dialect.encoding in ("cp1252", "iso-8859-1"):
            _encode(path, self.dialect.encoding)
        if self.dialect.compression == "gzip":
            path = _pack(path)
        if self.seal is not None:
            path = self.seal(path)
        self.files.append({"feed": feed.feed, "path": path.name, "rows": len(rows) + len(wrong), "sha256": _sha256(path)})

    def close(self) -> None:
        """Write the manifest: with it the drop is there."""
        agreement = self.partner.agreements[0]
        daily = periods.is_day(self.period)
        of_when: dict[str, object] = {"date": self.period} if daily else {"period": self.period, "revision": 1}
        manifest = {
            "schema_version": 1,
            "sender": self.partner.code,
            **of_when,
            "produced_at": f"{periods.as_at(self.period) + timedelta(days=1 if daily else 2)}T03:10:00Z",
            "marking": "OFFICIAL-SENSITIVE",
            "agreement": agreement.code,
            "gateway": agreement.gateways[0],
            "dialect": self.partner.dialect,
            "files": self.files,
        }
        (self.folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def _coded(frame: pl.DataFrame, dialect: Dialect) -> pl.DataFrame:
    """Our codes as the sender writes them."""
    maps = {column: {ours: theirs for theirs, ours in codes.items()} for column, codes in dialect.codes.items() if column in frame.columns}
    return frame.with_columns(pl.col(column).cast(pl.String).replace(codes) for column, codes in maps.items())


def encodable(text: str, encoding: str) -> str:
    """``text`` with the letters that the sender's code page lacks written plain (Łukasz as Lukasz)."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(letter if _fits(letter, encoding) else _plain(letter) for letter in text)
    return text


def _fits(letter: str, encoding: str) -> bool:
    try:
        letter.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _plain(letter: str) -> str:
    return {"Ł": "L", "ł": "l"}.get(letter) or unicodedata.normalize("NFD", letter)[0]


def _encode(path: Path, encoding: str) -> None:
    draft = path.with_suffix(".draft")
    with path.open(encoding="utf-8", newline="") as source, draft.open("w", encoding=encoding, newline="") as target:
        while block := source.read(_BLOCK):
            target.write(encodable(block, encoding))
    draft.replace(path)


def _pack(path: Path) -> Path:
    packed = path.with_name(path.name + ".gz")
    with path.open("rb") as source, packed.open("wb") as raw, gzip.GzipFile("", "wb", 5, raw, mtime=0) as target:
        shutil.copyfileobj(source, target, _BLOCK)
    path.unlink()
    return packed


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""From bytes as transferred to rows: gunzip, decode, CSV, header, dialect; one pass, in fixed memory (exchange.md section 2)."""

import codecs
import csv
import re
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache, partial
from typing import NamedTuple

from wholefamily.feeds import Feed, SenderKind
from wholefamily.partners import Dialect

MAX_RECORD = 1 << 20  # characters of a record, its line breaks included
MAX_EXPANDED = 16 << 30
_MAX_RATIO = 100  # of expanded to transferred bytes; CSV of real drops stays below 20
_FREE_BYTES = 16 << 20  # below this the ratio does not matter
_PIECE = 1 << 18
_MAX_COLUMNS = 200
_HEADING = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")

Row = list[str]


class UnreadableError(Exception):
    """The file is not the CSV that it should be. The text is ours and holds nothing of the file."""


class Header(NamedTuple):
    """The columns that a file has, in its own order and by our names, or why the file is refused: (rule, heading or None)."""

    columns: tuple[str, ...]
    wrong: list[tuple[str, str | None]]


def gunzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The content of a gzip file of one or more members. Raises UnreadableError for a torn, false or swollen one."""
    transferred = expanded = 0
    inflater = zlib.decompressobj(wbits=31)
    for chunk in chunks:
        transferred += len(chunk)
        rest = chunk
        while rest:
            if inflater.eof:
                inflater = zlib.decompressobj(wbits=31)
            try:
                piece = inflater.decompress(rest, _PIECE)
            except zlib.error:
                raise UnreadableError("not gzip, or torn") from None
            rest = inflater.unconsumed_tail or inflater.unused_data
            expanded += len(piece)
            if expanded > MAX_EXPANDED or (expanded > _FREE_BYTES and expanded > transferred * _MAX_RATIO):
                raise UnreadableError("expands to too much")
            yield piece
    if not inflater.eof:
        raise UnreadableError("gzip, torn")


def lines(chunks: Iterable[bytes], encoding: str) -> Iterator[str]:
    """Lines with their line feeds. Raises UnreadableError for NUL, bytes of another encoding, or a line without end."""
    decoder = codecs.getincrementaldecoder(encoding)()
    rest = ""
    for chunk in chunks:
        if b"\0" in chunk:
            raise UnreadableError("holds NUL")
        *whole, rest = (rest + _decoded(decoder, chunk)).split("\n")
        if len(rest) > MAX_RECORD:
            raise UnreadableError("has a line that is too long")
        for line in whole:
            yield line + "\n"
    rest += _decoded(decoder, b"", final=True)
    if rest:
        yield rest


def _decoded(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> str:
    try:
        return decoder.decode(chunk, final)
    except UnicodeDecodeError:
        raise UnreadableError("is not in the encoding of its dialect") from None


def records(text: Iterable[str], delimiter: str) -> Iterator[tuple[int, Row]]:
    """Records and the physical line on which each starts, the first line being 1; empty lines are no records.

    Raises UnreadableError for quoting that RFC 4180 does not know, or a record of more than 1 MiB.
    """
    length = 0

    def bounded() -> Iterator[str]:
        nonlocal length
        for line in text:
            length += len(line)
            if length > MAX_RECORD:
                raise UnreadableError("has a record that is too long")
            yield line

    reader = csv.reader(bounded(), delimiter=delimiter, strict=True)
    start = 1
    try:
        for row in reader:
            length = 0
            if row:
                yield start, row
            start = reader.line_num + 1
    except csv.Error:
        raise UnreadableError("is not CSV as in RFC 4180") from None


def read_header(headings: Row, feed: Feed, kind: SenderKind, dialect: Dialect) -> Header:
    """What the header row says. A heading is repeated to the sender only when the row is plainly a header, as it may be data."""
    if len(headings) > _MAX_COLUMNS:
        raise UnreadableError("has too many columns")
    ours = {dialect.headings.get(name, name): name for name in feed.columns_from(kind)}
    columns = tuple(ours.get(heading, "") for heading in headings)
    missing = [name for name in feed.mandatory_from(kind) if name not in columns]
    unknown = [heading for heading, name in zip(headings, columns, strict=True) if not name]
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    wrong: list[tuple[str, str | None]] = [("mandatory_column_missing", name) for name in missing]
    wrong += [("unknown_column", None if missing or not _HEADING.fullmatch(heading) else heading) for heading in unknown]
    wrong += [("unknown_column", name) for name in twice]
    return Header(columns, wrong)


def translators(columns: tuple[str, ...], feed: Feed, dialect: Dialect) -> list[tuple[int, Callable[[str], str]]]:
    """How to make the canonical value of each column that the dialect writes otherwise; a value that does not fit stays as sent."""
    found: list[tuple[int, Callable[[str], str]]] = []
    for position, name in enumerate(columns):
        if name in dialect.codes:
            found.append((position, partial(_code, dialect.codes[name])))
        elif feed.columns[name].type == "date" and dialect.date_format != "%Y-%m-%d":
            found.append((position, partial(_iso_date, dialect.date_format)))
    return found


def _code(codes: dict[str, str], value: str) -> str:
    return codes.get(value, value)


@lru_cache(maxsize=1 << 16)
def _iso_date(date_format: str, value: str) -> str:
    try:
        return date(*time.strptime(value, date_format)[:3]).isoformat()
    except ValueError:
        return value


__all__ = ["Header", "Row", "UnreadableError", "gunzipped", "lines", "read_header", "records", "translators"]

"""From bytes as transferred to blocks of text, and what a header and a dialect say; one pass, in fixed memory (exchange.md section 2).

Every limit has a rule of its own, so that a sender is told what was wrong with the file.
"""

import re
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

from wholefamily.feeds import Feed, SenderKind
from wholefamily.partners import Dialect

MAX_LINE = 1 << 17  # bytes of a line; csv's own limit of a field is the same
MAX_EXPANDED = 16 << 30
MAX_COLUMNS = 200
MAX_LINES = 20_000_000  # seven times the residents of the whole region
_MAX_RATIO = 100  # of expanded to transferred bytes; CSV of real drops stays below 20
_FREE_BYTES = 16 << 20  # below this the ratio does not matter
_MAX_MEMBERS = 1 << 18  # of a gzip file; bgzip starts one every 64 KiB
_PIECE = 1 << 17
_BLOCK = 1 << 18
_HEADING = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")

Row = list[str]
Unreadable = Literal[
    "expands_to_too_much",
    "holds_nul",
    "line_too_long",
    "not_csv",
    "not_decryptable",
    "not_gzip",
    "not_in_its_encoding",
    "not_signed",
    "openpgp_compression",
    "record_too_long",
    "too_many_columns",
    "too_many_persons",
    "too_many_rows",
    "wrong_signature",
]
"""Rules by which a file is refused for what it is, rather than for what its rows say."""


class UnreadableError(Exception):
    """The file is not the CSV that it should be: ``rule`` says why. Nothing of the file is in it."""

    def __init__(self, rule: Unreadable) -> None:
        super().__init__(rule)
        self.rule = rule


class Header(NamedTuple):
    """The columns that a file has, in its own order and by our names, or why the file is refused: (rule, heading or None)."""

    columns: tuple[str, ...]
    wrong: list[tuple[str, str | None]]


def gunzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The content of a gzip file of one or more members. Raises UnreadableError for a torn, false or swollen one."""
    transferred = expanded = 0
    members = 1
    inflater = zlib.decompressobj(wbits=31)
    for chunk in chunks:
        transferred += len(chunk)
        rest = chunk
        while rest:
            if inflater.eof:
                inflater = zlib.decompressobj(wbits=31)
                members += 1
            try:
                piece = inflater.decompress(rest, _PIECE)
            except zlib.error:
                raise UnreadableError("not_gzip") from None
            rest = inflater.unconsumed_tail or inflater.unused_data
            expanded += len(piece)
            if _is_too_much(transferred, expanded, members):
                raise UnreadableError("expands_to_too_much")
            yield piece
    if not inflater.eof:
        raise UnreadableError("not_gzip")


def _is_too_much(transferred: int, expanded: int, members: int) -> bool:
    return expanded > MAX_EXPANDED or members > _MAX_MEMBERS or expanded > max(_FREE_BYTES, transferred * _MAX_RATIO)


def blocks(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """UTF-8 in blocks of whole lines; only the last line of all may lack its line feed.

    Raises UnreadableError for NUL, bytes of another encoding, or a line that is too long.
    """
    held: list[bytes] = []
    size = unended = 0  # bytes held, and how many of them stand after the last line feed
    for chunk in chunks:
        if b"\0" in chunk:
            raise UnreadableError("holds_nul")
        first, last = chunk.find(b"\n"), chunk.rfind(b"\n")
        if unended + (len(chunk) if first < 0 else first) > MAX_LINE:
            raise UnreadableError("line_too_long")
        size += len(chunk)
        unended = len(chunk) - last - 1 if last >= 0 else unended + len(chunk)
        held.append(chunk)
        if size - unended >= _BLOCK:
            whole = b"".join(held)
            text = _utf8(whole[: size - unended], encoding)
            held, size = [whole[size - unended :]], unended
            encoding = _AFTER_FIRST.get(encoding, encoding)
            yield text
    if size:
        yield _utf8(b"".join(held), encoding)


_AFTER_FIRST = {"utf-8-sig": "utf-8"}  # only the first block has a byte order mark


def _utf8(whole_lines: bytes, encoding: str) -> bytes:
    # A line feed is a line feed in every encoding of a dialect, and never a part of another character.
    try:
        text = whole_lines.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableError("not_in_its_encoding") from None
    return whole_lines if encoding == "utf-8" else text.encode()


def read_header(headings: Row, feed: Feed, kind: SenderKind, dialect: Dialect) -> Header:
    """What the header row says. A heading is repeated to the sender only when the row is plainly a header, as it may be data."""
    if len(headings) > MAX_COLUMNS:
        raise UnreadableError("too_many_columns")
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
            found.append((position, _code(dialect.codes[name])))
        elif feed.columns[name].type == "date" and dialect.date_format != "%Y-%m-%d":
            found.append((position, _iso_date(dialect.date_format)))
    return found


def _code(codes: dict[str, str]) -> Callable[[str], str]:
    return lambda value: codes.get(value, value)


@lru_cache(maxsize=16)
def _iso_date(date_format: str) -> Callable[[str], str]:
    """One function a format, as it remembers what it has read: dates are few."""
    usual = _pattern(date_format)

    @lru_cache(maxsize=1 << 16)
    def iso_date(value: str) -> str:
        found = usual.fullmatch(value)
        try:
            if found:
                return date(int(found["Y"]), int(found["m"]), int(found["d"])).isoformat()
            return date(*time.strptime(value, date_format)[:3]).isoformat()
        except ValueError:
            return value

    return iso_date


def _pattern(date_format: str) -> re.Pattern[str]:
    """Dates with all their digits, of a format of numbers: strptime, which reads every other, takes five times as long."""
    pattern = re.escape(date_format)
    for code, n_digits in (("%d", 2), ("%m", 2), ("%Y", 4)):
        pattern = pattern.replace(code, f"(?P<{code[1]}>[0-9]{{{n_digits}}})", 1)
    return re.compile(pattern if "%" not in pattern and pattern.count("(?P<") == 3 else "(?!)")


__all__ = ["MAX_LINE", "MAX_LINES", "Header", "Row", "Unreadable", "UnreadableError", "blocks", "gunzipped", "read_header", "translators"]

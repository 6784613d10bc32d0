"""What the door's parsers should find, by the shortest way that holds all in memory; property tests and fuzzers compare with it."""

import csv
import gzip
import io
import re
from collections.abc import Iterable, Iterator

from wholefamily.door import parse
from wholefamily.door.parse import UnreadableError
from wholefamily.door.received import Received
from wholefamily.door.records import Plain, Records
from wholefamily.door.sieve import Sieve
from wholefamily.feeds import FEEDS, SenderKind
from wholefamily.partners import Dialect

Rows = list[tuple[int, list[str]]]
"""The line on which a record starts, and its values."""

DIALECTS = {
    "canonical": Dialect(),
    "semicolon": Dialect(delimiter=";", date_format="%d/%m/%Y"),
    "case_system": Dialect(encoding="cp1252", codes={"decision": {"G": "GIVEN", "R": "REFUSED"}}),
    "spreadsheet": Dialect(encoding="utf-8-sig"),
    "tabs": Dialect(delimiter="\t", encoding="iso-8859-1"),
}


def pieces(content: bytes, size: int) -> Iterator[bytes]:
    """Content as it may come from a server."""
    return (content[start : start + size] for start in range(0, len(content), size))


def rows_plainly(content: bytes, dialect: Dialect) -> Rows | None:
    """All records of a file, header included; None where it is not readable. Its size must be below every limit."""
    if b"\0" in content:
        return None
    rows: Rows = []
    line = 1
    try:
        lines = io.StringIO(content.decode(dialect.encoding), newline="\n")
        reader = csv.reader(lines, delimiter=dialect.delimiter, strict=True)
        for row in reader:
            if row:
                rows.append((line, row))
            line = reader.line_num + 1
    except (UnicodeDecodeError, csv.Error):
        return None
    return rows


def rows_of_the_door(content: bytes, dialect: Dialect, size: int) -> Rows | None:
    """The same, by the door's own parser, from pieces of ``size`` bytes; None where it says that it is not readable."""
    try:
        records = Records(parse.blocks(pieces(content, size), dialect.encoding), dialect.delimiter)
        header = records.header()
        rows = list(_of_batches(records.batches(len(header))))
    except UnreadableError:
        return None
    # The header's own line is not told: it is where the first record is.
    return [(0, header), *rows] if header else rows


def _of_batches(batches: Iterable[Plain | Iterator[tuple[int, list[str]]]]) -> Iterator[tuple[int, list[str]]]:
    for batch in batches:
        if isinstance(batch, Plain):
            yield from enumerate((text.decode().split("\t") for text in batch.texts), start=batch.first_line)
        else:
            yield from batch


def same_rows(content: bytes, dialect: Dialect, size: int) -> None:
    """Assert that the door reads what is there, or refuses what is not readable."""
    plainly = rows_plainly(content, dialect)
    if plainly:
        plainly[0] = (0, plainly[0][1])
    assert rows_of_the_door(content, dialect, size) == plainly


def unpacked_plainly(content: bytes) -> bytes | None:
    """What a gzip file holds, or None."""
    try:
        return gzip.decompress(content) if content else None
    except (OSError, EOFError, gzip.zlib.error):  # type: ignore[attr-defined]
        return None


def unpacked_at_the_door(content: bytes, size: int) -> bytes | None:
    """The same, by the door's own way."""
    try:
        return b"".join(parse.gunzipped(pieces(content, size)))
    except UnreadableError:
        return None


def copied(
    content: bytes, feed: str, kind: SenderKind, dialect: Dialect, referred: frozenset[str] = frozenset()
) -> tuple[Rows, Received] | None:
    """What the door would store of a file, as PostgreSQL would read it, and what it noted; None where it refuses the file."""
    found = Received(feed)
    try:
        records = Records(parse.blocks([content], dialect.encoding), dialect.delimiter)
        header = parse.read_header(records.header(), FEEDS[feed], kind, dialect)
        if header.wrong:
            return None
        sieve = Sieve(header.columns, FEEDS[feed], kind, dialect, referred, found)
        text = b"".join(sieve.copy_text(records)).decode()
    except UnreadableError:
        return None
    return [_copied_line(line) for line in text.removesuffix("\n").split("\n") if line], found


def _copied_line(line: str) -> tuple[int, list[str]]:
    number, *values = line.split("\t")
    return int(number), [
        re.sub(r"\\(.)", lambda found: {"t": "\t", "n": "\n", "r": "\r"}.get(found[1], found[1]), value) for value in values
    ]

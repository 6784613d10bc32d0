"""CSV block by block: what needs no undoing is taken apart in bulk, the rest record by record by csv (RFC 4180).

Both ways give the same values and line numbers; a block that leaves any doubt goes the slow one.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from wholefamily.door.parse import MAX_LINE, MAX_LINES, Row, UnreadableError


class Plain(NamedTuple):
    """Records on lines of their own, the first on the physical line ``first_line``; tabs part their values, and are in none of them."""

    first_line: int
    texts: list[bytes]


class Records:
    """The records of a file of UTF-8, in order; empty lines are no records.

    Raises UnreadableError for quoting that RFC 4180 does not know, a record that is too long, or too many lines.
    """

    def __init__(self, blocks: Iterable[bytes], delimiter: str) -> None:
        self._blocks = iter(blocks)
        self._delimiter = delimiter
        self._next_line = 1
        self._source = io.StringIO()
        self._size = self._length = 0

    def header(self) -> Row:
        """The first record; none where the file holds none."""
        for block in self._blocks:
            for _, row in self._one_by_one(block):
                rest = self._source.read()
                self._blocks = chain([rest.encode()] if rest else [], self._blocks)
                return row
        return []

    def batches(self, width: int) -> Iterator[Plain | Iterator[tuple[int, Row]]]:
        """What is left, in batches: plain records of ``width`` values, or each record and the line on which it starts.

        A batch is to be read to its end before the next is asked for.
        """
        for block in self._blocks:
            texts = _plain(block, self._delimiter.encode(), width)
            if texts is None:
                yield self._one_by_one(block)
            else:
                yield Plain(self._advance(self._next_line + len(texts)), texts)

    def count(self, width: int) -> int:
        """How many records are left."""
        n_records = 0
        for batch in self.batches(width):
            n_records += len(batch.texts) if isinstance(batch, Plain) else sum(1 for _ in batch)
        return n_records

    def _one_by_one(self, block: bytes) -> Iterator[tuple[int, Row]]:
        """The records that start in ``block``, and those of the block in which the last of them ends."""
        before = self._next_line
        reader = csv.reader(self._lines(block), delimiter=self._delimiter, strict=True)
        try:
            for row in reader:
                self._length = 0
                start = self._advance(before + reader.line_num)
                if row:
                    yield start, row
                if self._source.tell() == self._size:
                    return
        except csv.Error:
            raise UnreadableError("not_csv") from None

    def _advance(self, next_line: int) -> int:
        """Go on to ``next_line``; returns the line from which. Empty lines count: reading them takes as long."""
        start, self._next_line = self._next_line, next_line
        if next_line > MAX_LINES:
            raise UnreadableError("too_many_rows")
        return start

    def _lines(self, block: bytes) -> Iterator[str]:
        self._length = 0  # of a record so far
        for text in map(bytes.decode, chain([block], self._blocks)):
            # Of all line ends that Unicode knows, only the line feed is one.
            self._source, self._size = io.StringIO(text, newline="\n"), len(text)
            for line in self._source:
                self._length += len(line)
                if self._length > MAX_LINE:
                    raise UnreadableError("record_too_long")
                yield line


def _plain(block: bytes, delimiter: bytes, width: int) -> list[bytes] | None:
    """The lines of a block with tabs for delimiters, or None where a record is not simply a line of ``width`` values."""
    text = block.replace(b"\r\n", b"\n") if b"\r" in block else block
    if width < 2 or b"\r" in text or b"\\" in text or (b"\t" in text and delimiter != b"\t"):
        return None
    tabbed = _unquoted(text, delimiter) if b'"' in text else text.replace(delimiter, b"\t")
    if tabbed is None or tabbed.endswith(b"\n") != text.endswith(b"\n"):  # a last line of nothing but quotes
        return None
    tabbed = tabbed.removesuffix(b"\n")
    n_lines = tabbed.count(b"\n") + 1
    # What is left of the text without its values shows at once whether each line has as many as it should.
    if tabbed.translate(None, _NO_SEPARATORS) + b"\n" != (b"\t" * (width - 1) + b"\n") * n_lines:
        return None
    return tabbed.split(b"\n")


_NO_SEPARATORS = bytes(set(range(256)) - set(b"\t\n"))


def _unquoted(text: bytes, delimiter: bytes) -> bytes | None:
    """Whole lines without their quotes and with tabs for delimiters; None where quotes hold a quote, a tab or a line feed."""
    parts = text.split(b'"')
    outside, quoted = parts[::2], b"".join(parts[1::2])
    if len(parts) % 2 == 0 or b"\n" in quoted or b"\t" in quoted:
        return None
    # Each quote must open or close a whole value. Where there is nothing between two, they stand for one quote.
    before = {part[-1:] for part in outside[1:-1]} | {outside[0][-1:] or b"\n"}
    after = {part[:1] for part in outside[1:-1]} | {outside[-1][:1] or b"\n"}
    if not before | after <= {delimiter, b"\n"}:
        return None
    parts[::2] = [part.replace(delimiter, b"\t") for part in outside]
    return b"".join(parts)


__all__ = ["Plain", "Records"]

"""What of a file's rows may be stored, as lines of COPY's text format; each row is judged here, in memory, before that.

Left out are rows not for disclosure, and rows without the right number of fields.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from functools import lru_cache

from wholefamily.door.disclosure_rule import DisclosureRule
from wholefamily.door.parse import Row, UnreadableError, translators
from wholefamily.door.received import Received
from wholefamily.door.records import Plain, Records
from wholefamily.feeds import Feed, SenderKind
from wholefamily.partners import Dialect

_PIECE = 1 << 16  # characters
_PERSONS_BYTES = 48 << 20  # enough for half a million persons; the region's police knows 300,000
_PERSON_BYTES = 90  # of a short text in a set
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Sieve:
    """For one file, whose ``columns`` are ours in the file's order. ``referred`` is for ``DisclosureRule``; ``found`` is filled."""

    def __init__(
        self, columns: tuple[str, ...], feed: Feed, kind: SenderKind, dialect: Dialect, referred: Set[str], found: Received
    ) -> None:
        self._width = len(columns)
        self._translators = translators(columns, feed, dialect)
        self._in_bytes = [(position, _in_bytes(translate)) for position, translate in self._translators]
        self._rule = DisclosureRule(feed, kind, columns, referred)
        self._found = found
        self._n_rows = 0
        self._referred: set[str] = set()
        self._left = _PERSONS_BYTES

    def copy_text(self, records: Records) -> Iterator[bytes]:
        """Lines of COPY with ``_line`` first and a null where a value is empty. Raises UnreadableError as ``Records`` does."""
        for batch in records.batches(self._width):
            yield from [self._plain(batch)] if isinstance(batch, Plain) else self._one_by_one(batch)
        self._found.n_rows = self._n_rows

    def _plain(self, batch: Plain) -> bytes:
        self._n_rows += len(batch.texts)
        texts = self._translated(batch.texts) if self._translators else batch.texts
        numbered: Iterable[tuple[int, bytes]] = enumerate(texts, start=batch.first_line)
        if self._rule.applies or self._rule.refers is not None:
            numbered = [(line, text) for line, text in numbered if self._may_be_stored(text.decode().split("\t"))]
        return b"".join([b"%d\t%b\n" % each for each in numbered])

    def _translated(self, texts: Sequence[bytes]) -> list[bytes]:
        values = b"\t".join(texts).split(b"\t")
        for position, translate in self._in_bytes:
            values[position :: self._width] = map(translate, values[position :: self._width])
        return list(map(b"\t".join, zip(*[iter(values)] * self._width, strict=True)))

    def _one_by_one(self, records: Iterable[tuple[int, Row]]) -> Iterator[bytes]:
        pieces: list[str] = []
        length = 0
        for line, sent in records:
            self._n_rows += 1
            # The fields of a ragged row are judged where they stand: what may not be disclosed comes before any other rule.
            row = sent if len(sent) == self._width else (sent + [""] * self._width)[: self._width]
            for position, translate in self._translators:
                row[position] = translate(row[position])
            if not self._may_be_stored(row, is_ragged=row is not sent):
                continue
            if row is not sent:
                self._found.ragged.append(line)
                continue
            pieces.append("\t".join([str(line), *(value.translate(_ESCAPES) for value in row)]) + "\n")
            length += len(pieces[-1])
            if length > _PIECE:
                yield "".join(pieces).encode()
                pieces.clear()
                length = 0
        yield "".join(pieces).encode()

    def _may_be_stored(self, row: Row, *, is_ragged: bool = False) -> bool:
        reason = self._rule.withheld(row)
        if reason is not None:
            self._found.withheld[reason] += 1
            return False
        if self._rule.refers is not None and not is_ragged:
            self._refer(row[self._rule.refers])
        return True

    def _refer(self, person: str) -> None:
        """Count the persons to whom kept rows refer: whoever reads ``people`` must hold all of them in memory."""
        if person not in self._referred:
            self._referred.add(person)
            self._left -= _PERSON_BYTES + len(person)
            if self._left < 0:
                raise UnreadableError("too_many_persons")


def _in_bytes(translate: Callable[[str], str]) -> Callable[[bytes], bytes]:
    return lru_cache(maxsize=1 << 16)(lambda value: translate(value.decode()).encode())


__all__ = ["Sieve"]

"""One file of a drop, streamed from its sender's server into a landing table; one pass, in fixed memory.

What may not be stored is left out on the way: rows not for disclosure, and rows without the right number of fields.
"""

import hashlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from typing import NamedTuple

import paramiko
from psycopg import sql

from wholefamily.door import parse
from wholefamily.door.disclosure_rule import DisclosureRule
from wholefamily.door.manifest import File
from wholefamily.feeds import FEEDS, Feed
from wholefamily.partners import Dialect, Partner
from wholefamily.warehouse import Connection

_CHUNK = 1 << 16
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
LINES_TOLD = 100  # line numbers of a reason in a receipt


@dataclass(frozen=True)
class Reason:
    """Why a file, or some of its rows, were not taken. Never a value."""

    rule: str
    column: str | None = None
    count: int = 1
    lines: tuple[int, ...] = ()


@dataclass
class Received:
    """What came of a file. ``n_rows`` is None where the rows could not be counted."""

    feed: str
    sha256: str | None = None
    n_rows: int | None = None
    reasons: list[Reason] = field(default_factory=list)
    withheld: Counter[str] = field(default_factory=Counter)
    ragged: "array[int]" = field(default_factory=lambda: array("i"))
    referred: set[str] = field(default_factory=set)

    @property
    def is_refused(self) -> bool:
        """Whether the file as such is refused: ``reasons`` say why."""
        return bool(self.reasons)


class Landing(NamedTuple):
    """Where the files of one delivery go, and how their sender writes."""

    connection: Connection
    partner: Partner
    dialect: Dialect
    covered: frozenset[str]
    delivery_id: int
    period: str
    revision: int

    def receive(self, file: File, chunks: Iterable[bytes], referred: Set[str]) -> Received:
        """Read a file to its end, and store what may be stored of it in ``landing.d<delivery_id>_<feed>``.

        The table is there afterwards if, and only if, the file is not refused. ``referred`` is for ``DisclosureRule``.
        """
        transfer = _Transfer(chunks)
        refused = self._refused_unread(file)
        received = Received(file.feed, reasons=[Reason(refused)] if refused else [])
        if not refused:
            try:
                with self.connection.transaction():
                    self._store(file, transfer, received, referred)
            except parse.UnreadableError:
                received = Received(file.feed, reasons=[Reason("not_readable")])
        received.sha256 = transfer.sha256_of_all()
        return received

    def _refused_unread(self, file: File) -> str | None:
        if file.feed not in self.covered or FEEDS[file.feed].daily:
            return "not_covered_by_agreement"
        if file.path.endswith(".gpg"):
            return "encryption_not_supported"
        if self.partner.encryption == "required":
            return "encryption_required"
        return None if file.path.endswith((".csv", ".csv.gz")) else "not_readable"

    def _store(self, file: File, transfer: "_Transfer", received: Received, referred: Set[str]) -> None:
        feed, kind = FEEDS[file.feed], self.partner.sender_kind
        content: Iterable[bytes] = parse.gunzipped(transfer) if file.path.endswith(".gz") else transfer
        records = parse.records(parse.lines(content, self.dialect.encoding), self.dialect.delimiter)
        _, headings = next(records, (1, []))
        header = parse.read_header(headings, feed, kind, self.dialect)
        received.reasons = [Reason(rule, column, 1, (1,)) for rule, column in header.wrong]
        if received.is_refused:
            received.n_rows = sum(1 for _ in records)
            return
        received.n_rows = 0
        rule = DisclosureRule(feed, kind, header.columns, referred)
        rows = _kept(records, header.columns, feed, self.dialect, rule, received)
        self._copy(feed, header.columns, rows)

    def _copy(self, feed: Feed, columns: tuple[str, ...], rows: Iterator[tuple[int, parse.Row]]) -> None:
        table = sql.Identifier("landing", table_name(self.delivery_id, feed.feed))
        for statement in _create(table, feed.feed, self):
            self.connection.execute(statement)
        names = sql.SQL(", ").join(map(sql.Identifier, ("_line", *columns)))
        failure: Exception | None = None
        with (
            self.connection.cursor() as cursor,
            cursor.copy(sql.SQL("copy {} ({}) from stdin (format text, null '', freeze)").format(table, names)) as copy,
        ):
            try:
                for chunk in _copy_text(rows):
                    copy.write(chunk)
            except (parse.UnreadableError, paramiko.SSHException, OSError, EOFError) as error:
                # Were it to end here, PostgreSQL would log the line that it was at, with its values.
                failure = error
        if failure is not None:
            raise failure


def table_name(delivery_id: int, feed: str) -> str:
    """The landing table of a file, in the schema ``landing``."""
    return f"d{delivery_id}_{feed}"


def _create(table: sql.Identifier, feed: str, landing: Landing) -> Iterator[sql.Composed]:
    constants = {
        "_delivery_id": sql.Literal(landing.delivery_id),
        "_partner": sql.Literal(landing.partner.code),
        "_period": sql.Literal(landing.period),
        "_revision": sql.Literal(landing.revision),
        "_loaded_at": sql.SQL("now()"),
    }
    yield sql.SQL("create table {} (like raw.{})").format(table, sql.Identifier(feed))
    defaults = [sql.SQL("alter {} set default {}").format(sql.Identifier(name), value) for name, value in constants.items()]
    # With this, PostgreSQL need not read the table to know that it is the delivery's partition.
    defaults.append(sql.SQL("add check (_delivery_id = {})").format(constants["_delivery_id"]))
    yield sql.SQL("alter table {} {}").format(table, sql.SQL(", ").join(defaults))


def _kept(
    records: Iterator[tuple[int, parse.Row]],
    columns: tuple[str, ...],
    feed: Feed,
    dialect: Dialect,
    rule: DisclosureRule,
    received: Received,
) -> Iterator[tuple[int, parse.Row]]:
    width = len(columns)
    translators = parse.translators(columns, feed, dialect)
    withheld = rule.withheld if rule.applies else None
    person = rule.refers
    for number, (line, sent) in enumerate(records, start=1):
        received.n_rows = number
        # The fields of a ragged row are judged where they stand: what may not be disclosed comes before any other rule.
        row = sent if len(sent) == width else (sent + [""] * width)[:width]
        for position, translate in translators:
            row[position] = translate(row[position])
        if withheld and (reason := withheld(row)):
            received.withheld[reason] += 1
        elif row is not sent:
            received.ragged.append(line)
        else:
            if person is not None:
                received.referred.add(row[person])
            yield line, row


def _copy_text(rows: Iterable[tuple[int, parse.Row]]) -> Iterator[bytes]:
    """Lines of COPY's text format in pieces of about 64 KiB: tabs between fields, and a null where a value is empty."""
    pieces: list[str] = []
    length = 0
    for line, row in rows:
        fields = "\t".join(row)
        # Few rows hold what must be escaped: this tells them from the others at a third of the cost of csv.writer.
        if "\\" in fields or "\n" in fields or "\r" in fields or fields.count("\t") >= len(row):
            fields = "\t".join(value.translate(_ESCAPES) for value in row)
        pieces.append(f"{line}\t{fields}\n")
        length += len(fields)
        if length >= _CHUNK:
            yield "".join(pieces).encode()
            pieces.clear()
            length = 0
    yield "".join(pieces).encode()


class _Transfer:
    """The bytes of a file as transferred, hashed as they pass."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._hash = hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self._hash.update(chunk)
            yield chunk

    def sha256_of_all(self) -> str:
        """The sha256 of the whole file; what was not read yet is read for it."""
        for _ in self:
            pass
        return self._hash.hexdigest()


__all__ = ["LINES_TOLD", "Landing", "Reason", "Received", "table_name"]

"""One file of a drop, streamed from its sender's server into a landing table; one pass, in fixed memory.

What may not be stored is left out on the way: rows not for disclosure, and rows without the right number of fields.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from contextlib import closing, contextmanager
from typing import NamedTuple

import paramiko
from psycopg import sql

from wholefamily.door import openpgp, parse
from wholefamily.door.manifest import File
from wholefamily.door.received import LINES_TOLD, Reason, Received
from wholefamily.door.records import Records
from wholefamily.door.sieve import Sieve
from wholefamily.errors import WholefamilyError
from wholefamily.feeds import FEEDS, Feed
from wholefamily.partners import Dialect, Partner
from wholefamily.periods import is_day
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection

READ_ON = 1 << 30
"""Bytes of a file that are still read, for its sha256 alone, once it is refused: enough to tell a torn transfer from a file that is
bad in itself, and not hours for one that only wastes them. A file of which more is left is refused unverified, and it alone."""


class Landing(NamedTuple):
    """Where the files of one delivery go, and how their sender writes."""

    connection: Connection
    partner: Partner
    dialect: Dialect
    covered: frozenset[str]
    delivery_id: int
    period: str
    revision: int
    settings: Settings

    def receive(self, file: File, chunks: Iterable[bytes], referred: Set[str]) -> Received:
        """Read a file to its end, and store what may be stored of it in ``landing.d<delivery_id>_<feed>``.

        The table is there afterwards if, and only if, the file is not refused. ``referred`` is for ``DisclosureRule``.
        """
        transfer = _Transfer(chunks)
        refused = self._refused_unread(file)
        received = Received(file.feed, reasons=[Reason(refused)] if refused else [])
        if not refused:
            try:
                with self.connection.transaction(), self._decrypted(file, transfer) as content:
                    self._store(file, content, received, referred)
            except parse.UnreadableError as error:
                received = Received(file.feed, reasons=[Reason(error.rule)])
        received.sha256 = transfer.sha256_of_all()
        return received

    def _refused_unread(self, file: File) -> str | None:
        if file.feed not in self.covered or FEEDS[file.feed].daily != is_day(self.period):
            return "not_covered_by_agreement"
        is_encrypted = file.path.endswith(".gpg")
        if is_encrypted and self.partner.certificate is None:
            return "no_certificate"
        if not is_encrypted and self.partner.encryption == "required":
            return "encryption_required"
        return None if file.path.removesuffix(".gpg").endswith((".csv", ".csv.gz")) else "not_readable"

    @contextmanager
    def _decrypted(self, file: File, transfer: "_Transfer") -> Iterator[Iterable[bytes]]:
        if not file.path.endswith(".gpg"):
            yield transfer
            return
        with closing(openpgp.decrypted(transfer, openpgp.keys(self.settings, self.partner))) as content:
            try:
                yield content
            except parse.UnreadableError:
                for _ in content:  # who has signed a file comes before what is wrong with it
                    pass
                raise

    def _store(self, file: File, content: Iterable[bytes], received: Received, referred: Set[str]) -> None:
        feed, kind = FEEDS[file.feed], self.partner.sender_kind
        if file.path.removesuffix(".gpg").endswith(".gz"):
            content = parse.gunzipped(content)
        records = Records(parse.blocks(content, self.dialect.encoding), self.dialect.delimiter)
        headings = records.header()
        header = parse.read_header(headings, feed, kind, self.dialect)
        received.reasons = [Reason(rule, column, n, (1,)) for (rule, column), n in Counter(header.wrong).items()]
        if received.is_refused:
            received.n_rows = records.count(len(headings))
            return
        sieve = Sieve(header.columns, feed, kind, self.dialect, referred, received)
        self._copy(feed, header.columns, sieve.copy_text(records))

    def _copy(self, feed: Feed, columns: tuple[str, ...], text: Iterator[bytes]) -> None:
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
                for piece in text:
                    copy.write(piece)
            except (parse.UnreadableError, WholefamilyError, paramiko.SSHException, OSError, EOFError) as error:
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
    # PostgreSQL's statistics are samples of values: of rows that may yet be quarantined it takes none.
    yield sql.SQL("create table {} (like raw.{}) with (autovacuum_enabled = false)").format(table, sql.Identifier(feed))
    defaults = [sql.SQL("alter {} set default {}").format(sql.Identifier(name), value) for name, value in constants.items()]
    # With this, PostgreSQL need not read the table to know that it is the delivery's partition.
    defaults.append(sql.SQL("add check (_delivery_id = {})").format(constants["_delivery_id"]))
    yield sql.SQL("alter table {} {}").format(table, sql.SQL(", ").join(defaults))


class _Transfer:
    """The bytes of a file as transferred, hashed as they pass."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._hash = hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self._hash.update(chunk)
            yield chunk

    def sha256_of_all(self) -> str | None:
        """The sha256 of the whole file; what was not read yet is read for it, or, when that is more than 1 GiB, it is None."""
        left = READ_ON
        for chunk in self:
            left -= len(chunk)
            if left < 0:
                return None
        return self._hash.hexdigest()


__all__ = ["LINES_TOLD", "Landing", "Reason", "Received", "table_name"]

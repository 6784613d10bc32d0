"""One notice: to the recipient of one push, which of its files, or which of their rows, must no longer be used, and why."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import psycopg

from wholefamily.disclosure import anchor, ledger
from wholefamily.disclosure.ledger import SubjectKind
from wholefamily.door import sftp
from wholefamily.errors import WholefamilyError
from wholefamily.partners import Partner
from wholefamily.products.formats import to_csv
from wholefamily.products.push import enter, send
from wholefamily.products.recall.order import Order
from wholefamily.products.sealing import forget, sealed
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection, connect

PRODUCT = "recall"
COLUMNS = ("disclosure_id", "reason", "key", "row_number")


@contextmanager
def warehouse(settings: Settings) -> Iterator[Connection]:
    """A connection to the warehouse whose errors say what happened and quote no row."""
    try:
        with connect(settings, login="release") as connection:
            yield connection
    except psycopg.Error as error:
        raise WholefamilyError(
            f"a recall met an error of the warehouse, SQLSTATE {error.sqlstate}: it is not entered, so run it again"
        ) from None


class Line(NamedTuple):
    """What is recalled: by its key or its number a row of a file, else all of the file."""

    disclosure_id: UUID
    key: str = ""
    """The pseudonym that the recipient has."""
    row_number: int | None = None
    """Counted from 1, without the header."""
    subject: tuple[SubjectKind, UUID] | None = None
    """Whom the row is about: for the ledger, never for the recipient."""


@dataclass(frozen=True)
class Notice:
    """What of one push is recalled, on whose order."""

    name: str
    """Such as ``evaluation-2026-Q3``; it names nobody."""
    period: str
    lines: Sequence[Line]
    gateway: str
    agreement: str
    order: Order

    @property
    def folder(self) -> str:
        """Where its recipient finds it."""
        return f"inbound/{self.period}/{PRODUCT}/{self.name}"

    def content(self) -> bytes:
        """The notice as CSV."""
        return to_csv(COLUMNS, map(self._row, self.lines))

    def _row(self, line: Line) -> dict[str, str]:
        number = "" if line.row_number is None else str(line.row_number)
        return {"disclosure_id": str(line.disclosure_id), "reason": self.order.reason, "key": line.key, "row_number": number}


def send_notice(settings: Settings, partner: Partner, notice: Notice) -> None:
    """Write the notice to its folder, and enter it in the ledger. The same again is a no-op.

    Raises WholefamilyError when it does not reach the recipient: then nothing was recalled.
    """
    what = ledger.Disclosure(PRODUCT, notice.name, partner.code, notice.gateway, notice.agreement, notice.order.approved_by)
    with warehouse(settings) as connection:
        is_told = bool(ledger.entries(connection, PRODUCT, notice.name))
        if not is_told:
            # Committed before anything leaves: sealed again it would be other bytes.
            sent = sealed(connection, settings, partner, PRODUCT, notice.name, {"recall.csv": notice.content()})["recall.csv"]
    if not is_told:
        with warehouse(settings) as connection:
            subjects = tuple(line.subject for line in notice.lines if line.subject)
            file = ledger.File(sent.name, sent.content, len(notice.lines), COLUMNS, subjects)
            its_manifest = enter(connection, what, notice.period, notice.order.at, [file], {sent.name: sent.sha256_plain})
            _note(connection, ledger.disclosure_id(what, file.name), partner.code, notice)
            # Entered first, committed last: nobody is told what could not be entered.
            with sftp.connect(settings, partner) as account:
                send(account, notice.folder, [file], its_manifest)
            forget(connection, partner, PRODUCT, notice.name)
    anchor.write(settings)


def _note(connection: Connection, recall_id: UUID, recipient: str, notice: Notice) -> None:
    ids = sorted({line.disclosure_id for line in notice.lines})
    connection.execute(
        "insert into exchange.recall (recall_id, recipient, period, reason, disclosure_ids, recalled_at, order_id) "
        "values (%s, %s, %s, %s, %s, %s, %s)",
        [recall_id, recipient, notice.period, notice.order.reason, ids, notice.order.at, notice.order.number],
    )
    items = sorted({(line.disclosure_id, *line.subject) for line in notice.lines if line.subject})
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into exchange.recall_item (recall_id, disclosure_id, subject_kind, subject_id) values (%s, %s, %s, %s)",
            [(recall_id, *item) for item in items],
        )

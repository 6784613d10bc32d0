"""The disclosure ledger: what left, file by file and row by row (exchange.md section 6).

A product calls ``enter`` for each file, ``head`` for its manifest, and after its transaction has ended ``anchor.write``.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from wholefamily.warehouse import Connection

_NAMESPACE = UUID("6f1d3f0e-6f0a-4bb4-9a53-0c8e1e2f7a10")


@dataclass(frozen=True)
class Disclosure:
    """What is the same for all files of one push."""

    product: str
    release: str
    recipient: str
    gateway: str
    agreement: str
    approved_by: str


SubjectKind = Literal["person", "family", "household"]


@dataclass(frozen=True)
class File:
    """One file that leaves, and whom each of its rows is about, in order; none in a file that is about nobody."""

    name: str
    content: bytes
    n_rows: int = 0
    fields: tuple[str, ...] = ()
    subjects: tuple[tuple[SubjectKind, UUID], ...] = ()

    @property
    def sha256(self) -> str:
        """The hash of the file as it leaves."""
        return hashlib.sha256(self.content).hexdigest()


def disclosure_id(what: Disclosure, name: str) -> UUID:
    """The id of a file's entry: a release never changes, so an interrupted push finds the same id again."""
    return uuid.uuid5(_NAMESPACE, "|".join((what.product, what.release, what.recipient, name)))


def entries(connection: Connection, product: str, release: str) -> dict[str, tuple[str, str]]:
    """Recipient and hash of each file of a release that has left, by name."""
    rows = connection.execute(
        "select file, recipient, file_sha256 from exchange.disclosure where (product, release) = (%s, %s)", [product, release]
    )
    return {str(file): (str(recipient), str(sha256)) for file, recipient, sha256 in rows}


def enter(connection: Connection, what: Disclosure, file: File) -> None:
    """Enter a file and each of its rows. In the caller's transaction, which ends when the file has left.

    Nobody else can enter until it ends. The database chains the entry to the one before it (migrations/0020_ledger_chain.sql).
    """
    connection.execute(
        "select exchange.enter_disclosure(%s, %s, %s, %s, %s, %s, %s, %s::text[], %s, %s, %s, %s::text[], %s::uuid[])",
        [
            disclosure_id(what, file.name),
            what.product,
            what.release,
            what.recipient,
            what.gateway,
            what.agreement,
            what.approved_by,
            list(file.fields),
            file.name,
            file.sha256,
            file.n_rows,
            [kind for kind, _ in file.subjects],
            [subject for _, subject in file.subjects],
        ],
    )


class Head(NamedTuple):
    """The last entry of the ledger, as it stood at some time; of an empty ledger ``Head(0, "000…")``."""

    sequence: int
    sha256: str


NOTHING = Head(0, "0" * 64)


def head(connection: Connection, what: Disclosure, at: datetime) -> Head:
    """The ledger's head at ``at``, when the push was approved: what the recipient's manifest says, so that they could prove it.

    Called after ``enter``, when nobody else can enter: a push that broke off finds the same head, and so the same manifest, again.
    """
    row = connection.execute(
        "select sequence, entry_sha256 from exchange.disclosure "
        "where disclosed_at <= %s and (product, release, recipient) <> (%s, %s, %s) order by sequence desc limit 1",
        [at, what.product, what.release, what.recipient],
    ).fetchone()
    return Head(*row) if row else NOTHING

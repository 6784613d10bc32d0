"""The disclosure ledger: what left, file by file and row by row (exchange.md section 6)."""

import hashlib
import uuid
from dataclasses import dataclass
from typing import Literal
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
    """Enter a file and each of its rows. In the caller's transaction, which ends when the file has left."""
    id_ = disclosure_id(what, file.name)
    connection.execute(
        "insert into exchange.disclosure (disclosure_id, product, release, recipient, gateway, agreement, approved_by, fields, file, "
        "file_sha256, row_count) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            id_,
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
        ],
    )
    with connection.cursor().copy("copy exchange.disclosure_item (disclosure_id, row_number, subject_kind, subject_id) from stdin") as copy:
        for number, (kind, subject) in enumerate(file.subjects, start=1):
            copy.write_row([id_, number, kind, subject])

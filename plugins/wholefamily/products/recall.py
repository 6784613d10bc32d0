"""The product ``recall``: a notice to a recipient that what was sent must no longer be used (exchange.md section 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from wholefamily.disclosure import ledger
from wholefamily.door import sftp
from wholefamily.partners import Partner
from wholefamily.products.formats import to_csv
from wholefamily.products.push import enter, send
from wholefamily.products.sealing import forget, sealed
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection

PRODUCT = "recall"
COLUMNS = ("disclosure_id", "reason")

Reason = Literal["PURPOSE_ENDED", "AGREEMENT_ENDED", "SENT_IN_ERROR", "BREACH"]
REASONS: tuple[Reason, ...] = get_args(Reason)


@dataclass(frozen=True)
class Notice:
    """What is recalled: entries of the disclosure ledger, and why."""

    name: str
    """Of what is recalled, such as ``evaluation-2026-Q3``."""
    period: str
    disclosure_ids: Sequence[UUID]
    reason: Reason
    gateway: str
    agreement: str
    approved_by: str
    at: datetime


def send_notice(connection: Connection, settings: Settings, partner: Partner, notice: Notice) -> None:
    """Write the notice to ``inbound/<period>/recall/<name>/``, and enter it in the ledger; in the caller's transaction, after which it calls ``anchor.write``.

    The same notice again is a no-op. Raises WholefamilyError when it does not reach the recipient: then nothing was recalled.
    """
    what = ledger.Disclosure(PRODUCT, notice.name, partner.code, notice.gateway, notice.agreement, notice.approved_by)
    if ledger.entries(connection, PRODUCT, notice.name):
        return
    rows = [{"disclosure_id": str(id_), "reason": notice.reason} for id_ in sorted(notice.disclosure_ids)]
    sent = sealed(connection, settings, partner, PRODUCT, notice.name, {"recall.csv": to_csv(COLUMNS, rows)})["recall.csv"]
    file = ledger.File(sent.name, sent.content, len(rows), COLUMNS)
    its_manifest = enter(connection, what, notice.period, notice.at, [file], {sent.name: sent.sha256_plain})
    connection.execute(
        "insert into exchange.recall (recall_id, recipient, period, reason, disclosure_ids, recalled_at) values (%s, %s, %s, %s, %s, %s)",
        [ledger.disclosure_id(what, file.name), partner.code, notice.period, notice.reason, sorted(notice.disclosure_ids), notice.at],
    )
    with sftp.connect(settings, partner) as account:
        send(account, f"inbound/{notice.period}/{PRODUCT}/{notice.name}", [file], its_manifest)
    forget(connection, partner, PRODUCT, notice.name)

"""Destroying a release: its recipient is told, its rows and its key go, and a certificate stays."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from wholefamily import partners
from wholefamily.disclosure import anchor, custodian
from wholefamily.disclosure.custodian import Use
from wholefamily.errors import WholefamilyError
from wholefamily.products.evaluation import store
from wholefamily.products.evaluation.columns import FILES
from wholefamily.products.evaluation.store import PRODUCT, last_period, warehouse
from wholefamily.products.recall import Notice, Reason, send_notice
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection


@dataclass(frozen=True)
class Order:
    """Why a release is destroyed, who wants it, and who else has approved it."""

    reason: Reason
    requested_by: str
    approved_by: str
    at: datetime


def destroy(settings: Settings, release: str, order: Order) -> list[str]:
    """Recall the release, if it has left, and destroy its rows and its key; the lines of the certificate.

    Destroying it again gives the same certificate. Raises WholefamilyError when one person both asks and approves, when the release was
    never built, or when its recipient cannot be told: then nothing was destroyed.
    """
    if order.requested_by.casefold() == order.approved_by.casefold():
        raise WholefamilyError("four eyes: who wants a release destroyed cannot approve it; name somebody else")
    last = last_period(release)
    with warehouse(settings) as connection:
        if (certificate := store.certificate(connection, release)) is not None:
            return certificate
        partner = partners.load(settings.partners_dir).get(store.recipient(connection, release))
        if partner is None:
            raise WholefamilyError(
                f"evaluation {release} went to a partner without a partner file: nobody could be told; put the file back"
            )
        if left := _left(connection, release):
            ids, gateway, agreement = left
            name = f"{PRODUCT}-{release}"
            notice = Notice(name, last, ids, order.reason, gateway, agreement, order.approved_by, order.at)
            send_notice(connection, settings, partner, notice)
        _certify(connection, settings, release, partner.code, order, has_left=left is not None)
        connection.execute("delete from evaluation.release where release = %s", [release])
        connection.execute("delete from exchange.sealed where (product, release) = (%s, %s)", [PRODUCT, release])
        # Last, and before the certificate stands: it must not say what is not so.
        custodian.destroy(settings, PRODUCT, release, Use(order.requested_by, f"release destroyed: {order.reason}"))
        certificate = store.certificate(connection, release) or []
    anchor.write(settings)
    return certificate


def _left(connection: Connection, release: str) -> tuple[list[UUID], str, str] | None:
    """The entries of the files that have left, and on which basis."""
    rows = connection.execute(
        "select disclosure_id, gateway, agreement from exchange.disclosure where (product, release) = (%s, %s) order by file",
        [PRODUCT, release],
    ).fetchall()
    return ([row[0] for row in rows], str(rows[0][1]), str(rows[0][2])) if rows else None


def _certify(connection: Connection, settings: Settings, release: str, recipient: str, order: Order, *, has_left: bool) -> None:
    fingerprint = None
    if custodian.has_key(settings, PRODUCT, release):
        use = Use(order.requested_by, "fingerprint for the certificate of destruction")
        fingerprint = custodian.fingerprint(custodian.open_key(settings, PRODUCT, release, use))
    connection.execute(
        "insert into exchange.disposal_certificate (product, release, recipient, reason, requested_by, approved_by, counts, content_sha256, "
        "key_fingerprint, has_left, disposed_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            PRODUCT,
            release,
            recipient,
            order.reason,
            order.requested_by,
            order.approved_by,
            Jsonb({file: sum(store.counts(connection, release, file)) for file in FILES}),
            store.left_sha256(connection, release) or store.content_sha256(store.files(connection, release)),
            fingerprint,
            has_left,
            order.at,
        ],
    )

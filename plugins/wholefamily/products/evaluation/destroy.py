"""Destroying a release: its recipients are told, its rows and its keys go, and a certificate stays."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from wholefamily import partners
from wholefamily.disclosure import custodian
from wholefamily.disclosure.custodian import Use
from wholefamily.errors import WholefamilyError
from wholefamily.partners import Partner
from wholefamily.products.evaluation import store
from wholefamily.products.evaluation.columns import FILES
from wholefamily.products.evaluation.store import IDENTITY_FILE, PRODUCT, last_period, warehouse
from wholefamily.products.recall import order as orders
from wholefamily.products.recall.notice import Line, Notice, send_notice
from wholefamily.products.recall.order import Order
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection


class _Left(NamedTuple):
    """A product of the release that has left: to whom, as which entries of the ledger, and on which basis."""

    product: str
    recipient: str
    ids: list[UUID]
    gateway: str
    agreement: str


def destroy(settings: Settings, release: str, order: Order) -> list[str]:
    """Recall the release and its identity file, as far as they have left, and destroy its rows and both keys; the lines of the certificates.

    Destroying it again gives the same certificates. Raises WholefamilyError when who asks or approves is not somebody who may, when the
    release was never built, or when a recipient cannot be told: then nothing was destroyed, and who has been told is not told again.
    """
    last = last_period(release)
    with warehouse(settings) as connection:
        if (certificate := store.certificate(connection, release)) is not None:
            return certificate
        recipient = store.recipient(connection, release)
        order = orders.kept(connection, "release", f"{PRODUCT} {release}", order)
        left = list(_left(connection, release))
    everyone = partners.load(settings.partners_dir)
    if failed := list(_not_told(settings, everyone, release, last, left, order)):
        raise WholefamilyError("; ".join([*failed, "nothing was destroyed: run it again"]))
    with warehouse(settings) as connection:
        _certify(connection, settings, release, recipient, order, has_left=any(one.product == PRODUCT for one in left))
        for one in left:
            if one.product == IDENTITY_FILE:
                _certify_identity_file(connection, settings, release, one, order)
        connection.execute("delete from evaluation.release where release = %s", [release])
        products = [PRODUCT, IDENTITY_FILE]
        connection.execute("delete from exchange.sealed where product = any(%s) and release = %s", [products, release])
        # Last, and before the certificates stand: they must not say what is not so.
        for product in products:
            if product == PRODUCT or custodian.has_key(settings, product, release):
                custodian.destroy(settings, product, release, Use(order.requested_by, f"release destroyed: {order.reason}"))
        return store.certificate(connection, release) or []


def _left(connection: Connection, release: str) -> Iterator[_Left]:
    rows = connection.execute(
        "select product, recipient, array_agg(disclosure_id order by file), min(gateway), min(agreement) from exchange.disclosure "
        "where product = any(%s) and release = %s group by product, recipient order by product",
        [[PRODUCT, IDENTITY_FILE], release],
    )
    yield from (_Left(*row) for row in rows)


def _not_told(settings: Settings, everyone: dict[str, Partner], release: str, last: str, left: list[_Left], order: Order) -> Iterator[str]:
    """Tell every recipient, whatever becomes of the others; why each that could not be told was not."""
    for product, recipient, ids, gateway, agreement in left:
        try:
            if recipient not in everyone:
                raise WholefamilyError(f"{recipient}: it has no partner file any more, and cannot be told: put the file back")
            notice = Notice(f"{product}-{release}", last, [Line(id_) for id_ in sorted(ids)], gateway, agreement, order)
            send_notice(settings, everyone[recipient], notice)
        except WholefamilyError as error:
            yield str(error)


def _certify(connection: Connection, settings: Settings, release: str, recipient: str, order: Order, *, has_left: bool) -> None:
    counts = {file: sum(store.counts(connection, release, file)) for file in FILES}
    content = store.left_sha256(connection, release) or store.content_sha256(store.files(connection, release))
    _certificate(connection, settings, (PRODUCT, release, recipient), order, counts, content, has_left=has_left)


def _certify_identity_file(connection: Connection, settings: Settings, release: str, left: _Left, order: Order) -> None:
    """Of what was sent, as it was sent: nobody but its recipient has it in clear."""
    ((n_rows, sha256),) = connection.execute(
        "select sum(row_count)::integer, max(file_sha256) filter (where file <> 'manifest.json') from exchange.disclosure "
        "where disclosure_id = any(%s)",
        [left.ids],
    ).fetchall()
    _certificate(connection, settings, (IDENTITY_FILE, release, left.recipient), order, {"identity": n_rows}, sha256, has_left=True)


def _certificate(
    connection: Connection,
    settings: Settings,
    of: tuple[str, str, str],
    order: Order,
    counts: dict[str, int],
    content_sha256: str,
    *,
    has_left: bool,
) -> None:
    product, release, _ = of
    fingerprint = None
    if custodian.has_key(settings, product, release):
        use = Use(order.requested_by, "fingerprint for the certificate of destruction")
        fingerprint = custodian.fingerprint(custodian.open_key(settings, product, release, use))
    connection.execute(
        "insert into exchange.disposal_certificate (product, release, recipient, reason, requested_by, approved_by, counts, content_sha256, "
        "key_fingerprint, has_left, disposed_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            *of,
            order.reason,
            order.requested_by,
            order.approved_by,
            Jsonb(counts),
            content_sha256,
            fingerprint,
            has_left,
            order.at,
        ],
    )

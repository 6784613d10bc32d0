"""Recall of a person, family or household: whoever was told of them is told which rows must no longer be used.

What is recalled is what ``disclosures`` says: the rows about them under every id that they had, and those about a family or household of
which they are a member, or about its members. An evaluator knows rows by their keys, anybody else by their numbers.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from typing import NamedTuple
from uuid import UUID

from wholefamily import partners
from wholefamily.disclosure import custodian, told
from wholefamily.disclosure.custodian import Use
from wholefamily.disclosure.ledger import SubjectKind
from wholefamily.disclosure.pseudonym import Kind, Pseudonyms
from wholefamily.disclosure.told import Rows
from wholefamily.errors import WholefamilyError
from wholefamily.partners import Partner
from wholefamily.products.evaluation.store import PRODUCT as EVALUATION
from wholefamily.products.recall import order as orders
from wholefamily.products.recall.notice import PRODUCT, Line, Notice, send_notice, warehouse
from wholefamily.products.recall.order import Order
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection

_ONE_AT_A_TIME = 814_201_9
# Statistics name nobody; and who was told to stop using something need not be told again.
_NEVER_RECALLED = {"published_tables", PRODUCT}


class Push(NamedTuple):
    """What went to one recipient at once."""

    recipient: str
    product: str
    release: str


@dataclass(frozen=True)
class Outcome:
    """Whom a recall was about, and what became of it, push by push."""

    kind: SubjectKind
    id: UUID
    told: Mapping[Push, str]
    """The folder of each notice that has been sent."""
    before: Sequence[Push]
    """Those of which their recipients had been told already."""
    failed: Mapping[Push, str]
    """Why a recipient could not be told."""

    def lines(self) -> list[str]:
        """The outcome as text; it names nobody."""
        lines = [f"{self.kind} {self.id}: told of in {len(self.told) + len(self.before) + len(self.failed)} pushes that can be recalled"]
        lines += [f"{push.recipient}: told, of {push.product} {push.release}: {folder}" for push, folder in self.told.items()]
        lines += [f"{push.recipient}: had been told, of {push.product} {push.release}" for push in self.before]
        lines += [f"{push.recipient}: NOT told, of {push.product} {push.release}: {why}" for push, why in self.failed.items()]
        if self.failed:
            lines.append("run it again: who has been told is not told twice")
        return lines


def recall(settings: Settings, id_: UUID, order: Order) -> Outcome:
    """Tell whoever was told of the person, family or household; each on its own, so that who can be told is told.

    The same recall again is a no-op, and goes on where one could not be told. Raises WholefamilyError for an id that the registry does not
    know, and when who asks or approves is not somebody who may.
    """
    everyone = partners.load(settings.partners_dir)
    with warehouse(settings) as connection:
        connection.execute("select pg_advisory_lock(%s)", [_ONE_AT_A_TIME])
        orders.must_be_by_people(connection, order)
        kind, found = told.rows(connection, id_)
        pushes = _pending(connection, found, order)
        if any(pushes.values()):
            order = orders.kept(connection, kind, str(id_), order)
        # The order stands whatever becomes of the notices; the lock is held until all are sent.
        connection.commit()
        folders: dict[Push, str] = {}
        failed: dict[Push, str] = {}
        for push, rows in pushes.items():
            if not rows:
                continue
            try:
                folders[push] = _tell(settings, everyone, push, rows, order)
            except WholefamilyError as error:
                failed[push] = str(error)
    return Outcome(kind, id_, folders, [push for push, rows in pushes.items() if not rows], failed)


def _pending(connection: Connection, found: Iterable[Rows], order: Order) -> dict[Push, list[Rows]]:
    """Each push that told of them, and the rows of it that have not been recalled for this reason, nor its files whole for whatever reason."""
    recalled = {(disclosure, kind, id_) for disclosure, kind, id_ in connection.execute(_RECALLED, [order.reason])}
    pushes: dict[Push, list[Rows]] = defaultdict(list)
    for rows in found:
        if rows.product not in _NEVER_RECALLED:
            is_recalled = bool(recalled & {(rows.disclosure_id, None, None), (rows.disclosure_id, rows.kind, rows.id)})
            pushes[Push(rows.recipient, rows.product, rows.release)] += [] if is_recalled else [rows]
    return dict(sorted(pushes.items()))


def _tell(settings: Settings, everyone: Mapping[str, Partner], push: Push, rows: Sequence[Rows], order: Order) -> str:
    if (partner := everyone.get(push.recipient)) is None:
        raise WholefamilyError("it has no partner file any more: put the file back")
    lines = list(_by_key(settings, push, rows, order) if push.product == EVALUATION else _by_number(rows))
    # Not in an order of ours: it would tell which rows of two files belong together.
    lines.sort(key=lambda line: (line.disclosure_id, line.key, line.row_number or 0))
    notice = Notice(push.product, f"{order.at.astimezone(UTC):%Y-%m}", lines, rows[0].gateway, rows[0].agreement, order)
    # Named by what it says, so that the same notice has the same name; of whom it is that tells nothing.
    digest = hashlib.sha256(push.recipient.encode() + b"|" + notice.content()).hexdigest()[:12]
    notice = replace(notice, name=f"{push.product}-{push.release}-{digest}")
    send_notice(settings, partner, notice)
    return notice.folder


def _by_key(settings: Settings, push: Push, rows: Iterable[Rows], order: Order) -> Iterator[Line]:
    master = custodian.open_key(settings, push.product, push.release, Use(order.requested_by, f"keys of whom is recalled: {order.reason}"))
    kinds: dict[SubjectKind, Kind] = {"person": "person", "family": "family", "household": "family"}
    for of_file in rows:
        key = Pseudonyms(master, push.recipient, push.release, kinds[of_file.kind]).of(of_file.id)
        yield Line(of_file.disclosure_id, key=key, subject=(of_file.kind, of_file.id))


def _by_number(rows: Iterable[Rows]) -> Iterator[Line]:
    for of_file in rows:
        for number in of_file.numbers:
            yield Line(of_file.disclosure_id, row_number=number, subject=(of_file.kind, of_file.id))


# A recall without items is of whole files.
_RECALLED = """
    select item.disclosure_id, item.subject_kind, item.subject_id
    from exchange.recall_item as item inner join exchange.recall using (recall_id)
    where recall.reason = %s
    union
    select unnest(recall.disclosure_ids), null, null
    from exchange.recall
    where not exists (select from exchange.recall_item as item where item.recall_id = recall.recall_id)
"""

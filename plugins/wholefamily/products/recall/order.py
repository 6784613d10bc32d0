"""Who wants something recalled, why, and who else approved it: kept before anybody is told, so that a run that broke off goes on as it began."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, get_args

from wholefamily import roles
from wholefamily.disclosure.ledger import SubjectKind
from wholefamily.errors import WholefamilyError
from wholefamily.warehouse import Connection

APPROVER = "governance"
"""The role of whoever may approve."""

ReasonOfRelease = Literal["PURPOSE_ENDED", "AGREEMENT_ENDED", "SENT_IN_ERROR", "BREACH"]
ReasonOfSubject = Literal[
    "CONSENT_WITHDRAWN",
    "RESTRICTED",  # UK GDPR, Article 18: kept by the recipient, and not used
    "ERASED",
    "PROTECTED",  # the person is protected since
    "RETRACTED",  # what was told is so no more, as when an offence was quashed (domain.md 8.21)
    "UNLINKED",  # it was told of two people as one (domain.md 8.32)
    "SENT_IN_ERROR",
]
Reason = ReasonOfRelease | ReasonOfSubject
REASONS_OF_RELEASE: tuple[ReasonOfRelease, ...] = get_args(ReasonOfRelease)
REASONS_OF_SUBJECT: tuple[ReasonOfSubject, ...] = get_args(ReasonOfSubject)


@dataclass(frozen=True)
class Order:
    """Why something is recalled, or destroyed as well, who wants it, and who else has approved it: names of their logins to the warehouse."""

    reason: Reason
    requested_by: str
    approved_by: str
    at: datetime
    number: int | None = None
    """Once it is kept."""

    def __post_init__(self) -> None:
        """Raises WholefamilyError when one person both asks and approves."""
        if self.requested_by.casefold() == self.approved_by.casefold():
            raise WholefamilyError("four eyes: who wants something recalled or destroyed cannot approve it; name somebody else")


def must_be_by_people(connection: Connection, order: Order) -> None:
    """Raises WholefamilyError unless both are people's logins, and the approver's has the role that approves."""
    roles.must_be_a_person(connection, order.requested_by)
    roles.must_be_a_person(connection, order.approved_by, APPROVER)


def kept(connection: Connection, kind: SubjectKind | Literal["release"], subject: str, order: Order) -> Order:
    """The order as it is kept. The same one again, by the same people, is the first: it has the time and number of that one.

    In the caller's transaction. Raises WholefamilyError as ``must_be_by_people`` does.
    """
    must_be_by_people(connection, order)
    values = [kind, subject, order.reason, order.requested_by, order.approved_by]
    row = connection.execute(_FIND, values).fetchone() or connection.execute(_KEEP, [*values, order.at]).fetchone()
    number, at = row or (None, order.at)
    return replace(order, number=number, at=at)


# What has left since a recall was told of is another order's.
_FIND = """
    select order_id, ordered_at from exchange.recall_order as this
    where (subject_kind, subject, reason, requested_by, approved_by) = (%s, %s, %s, %s, %s)
        and not exists (
            select from exchange.disclosure
            where product not in ('recall', 'published_tables') and disclosed_at > ordered_at
        )
    order by order_id desc limit 1
"""
_KEEP = """
    insert into exchange.recall_order (subject_kind, subject, reason, requested_by, approved_by, ordered_at) values (%s, %s, %s, %s, %s, %s)
    returning order_id, ordered_at
"""

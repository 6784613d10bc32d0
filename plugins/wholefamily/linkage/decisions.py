"""What people decide of pairs of records: kept for good, the latest of a pair holds, reversed by another (``identity.link_decision``)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from wholefamily import build
from wholefamily.errors import WholefamilyError
from wholefamily.linkage import linkers
from wholefamily.warehouse import Connection

Verdict = Literal["same", "different", "withdrawn"]


class Ref(NamedTuple):
    """A sender's record of a person."""

    partner_code: str
    person_ref: str


@dataclass(frozen=True)
class Decider:
    """Who decides – None: whoever has signed in –, in which role, and why. The reason may name somebody: it goes to the decision and nowhere else."""

    name: str | None
    role: str
    reason: str

    def __post_init__(self) -> None:
        """Raises WholefamilyError when the role may not decide, or the reason is empty."""
        if self.role != linkers.ROLE:
            raise WholefamilyError(f"role {self.role!r} may not decide who is who: {linkers.ROLE} may")
        if not self.reason.strip():
            raise WholefamilyError("a decision needs a reason")


def ordered(a: Ref, b: Ref) -> tuple[Ref, Ref]:
    """The pair as it is kept: by code point. Raises WholefamilyError when both are one record."""
    if a == b:
        raise WholefamilyError("a pair is two records, and this is the same one twice")
    return (a, b) if a < b else (b, a)


def decide(
    connection: Connection, a: Ref, b: Ref, verdict: Verdict, decider: Decider, *, is_despite_identifiers: bool = False
) -> list[str]:
    """Keep a decision, and have the months built again that know one of the records. Returns these months.

    It counts from the next linkage on. Raises WholefamilyError when one of the records is unknown; when who decides may not (``linkers.name_of``);
    when there is no decision to withdraw; and when ``same`` contradicts valid identifiers, or what else is decided, without ``is_despite_identifiers`` or at all.
    """
    a, b = ordered(a, b)
    decided_by = linkers.name_of(connection, decider.name)
    for ref in (a, b):
        if not _is_known(connection, ref):
            raise WholefamilyError(
                f"{ref.partner_code} has sent no record of that reference: check both, they are as the sender writes them"
            )
    if verdict == "withdrawn" and not _in_force(connection, a, b):
        raise WholefamilyError("nothing is decided of this pair: there is nothing to withdraw")
    if verdict == "same":
        _must_not_contradict(connection, a, b, is_despite_identifiers=is_despite_identifiers)
    connection.execute(
        "insert into identity.link_decision (partner_code_a, person_ref_a, partner_code_b, person_ref_b, decision, is_despite_identifiers, "
        "decided_by, role, reason) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [*a, *b, verdict, verdict == "same" and is_despite_identifiers, decided_by, decider.role, decider.reason],
    )
    connection.execute(_MARK_QUEUE, ["open" if verdict == "withdrawn" else verdict, *a, *b])
    months = periods_of(connection, [a, b])
    for period in months:
        build.rebuild(connection, period)
    return months


def periods_of(connection: Connection, refs: Sequence[Ref]) -> list[str]:
    """The months in which one of the records was sent, oldest first."""
    rows = connection.execute(
        "select distinct record.period from identity.person_record as record inner join unnest(%s::text[], %s::text[]) "
        "as ref (partner_code, person_ref) using (partner_code, person_ref) order by record.period",
        [[ref.partner_code for ref in refs], [ref.person_ref for ref in refs]],
    ).fetchall()
    return [str(period) for (period,) in rows]


def _is_known(connection: Connection, ref: Ref) -> bool:
    query = "select 1 from identity.person_record where (partner_code, person_ref) = (%s, %s) limit 1"
    return connection.execute(query, list(ref)).fetchone() is not None


def _in_force(connection: Connection, a: Ref, b: Ref) -> bool:
    query = "select 1 from identity.link_decision_in_force where (partner_code_a, person_ref_a, partner_code_b, person_ref_b) = (%s, %s, %s, %s)"
    return connection.execute(query, [*a, *b]).fetchone() is not None


def _must_not_contradict(connection: Connection, a: Ref, b: Ref, *, is_despite_identifiers: bool) -> None:
    values = {"a": a.partner_code, "a_ref": a.person_ref, "b": b.partner_code, "b_ref": b.person_ref}
    if connection.execute(_APART, values).fetchone():
        raise WholefamilyError(
            "other decisions say that these two are different people, if only by way of others decided to be the same: withdraw one of them first"
        )
    row = connection.execute(_IDENTIFIERS, values).fetchone() or (None, None, None)
    kinds = [kind for kind, is_same in zip(("NHS numbers", "UPNs", "PNC ids"), row, strict=True) if is_same is False]
    if kinds and not is_despite_identifiers:
        raise WholefamilyError(
            f"the two have different valid {' and '.join(kinds)}: if they are one person all the same, say so with --despite-identifiers, and why in the reason"
        )


_MARK_QUEUE = """
    update identity.link_review set status = %s
    where (partner_code_a, person_ref_a, partner_code_b, person_ref_b) = (%s, %s, %s, %s)
"""

# Who is the same as each of the two by decisions in force; whether somebody of the one is decided to be different from somebody of the other.
_APART = """
    with recursive same as (
        select partner_code_a, person_ref_a, partner_code_b, person_ref_b from identity.link_decision_in_force where decision = 'same'
        union all
        select partner_code_b, person_ref_b, partner_code_a, person_ref_a from identity.link_decision_in_force where decision = 'same'
    ),
    side (side, partner_code, person_ref) as (
        values ('a', %(a)s::text, %(a_ref)s::text), ('b', %(b)s, %(b_ref)s)
        union
        select side.side, same.partner_code_b, same.person_ref_b
        from side inner join same on (same.partner_code_a, same.person_ref_a) = (side.partner_code, side.person_ref)
    )
    select 1
    from identity.link_decision_in_force as apart
    inner join side as one on (one.partner_code, one.person_ref) = (apart.partner_code_a, apart.person_ref_a)
    inner join side as other on (other.partner_code, other.person_ref) = (apart.partner_code_b, apart.person_ref_b)
    where apart.decision = 'different' and one.side <> other.side
        -- deciding of the pair itself replaces what was decided of it
        and (apart.partner_code_a, apart.person_ref_a, apart.partner_code_b, apart.person_ref_b) <> (%(a)s, %(a_ref)s, %(b)s, %(b_ref)s)
    limit 1
"""

# The latest of each, as linkage compares them; a temporary UPN, which ends in a letter, contradicts nothing.
_IDENTIFIERS = """
    with latest as (
        select
            partner_code, person_ref,
            (array_agg(nhs_number order by period desc) filter (where nhs_number is not null))[1] as nhs_number,
            (array_agg(upn order by period desc) filter (where upn ~ '[0-9]$'))[1] as upn,
            (array_agg(pnc_id order by period desc) filter (where pnc_id is not null))[1] as pnc_id
        from identity.person_record
        where (partner_code, person_ref) in ((%(a)s, %(a_ref)s), (%(b)s, %(b_ref)s))
        group by partner_code, person_ref
    )
    select a.nhs_number = b.nhs_number, a.upn = b.upn, a.pnc_id = b.pnc_id
    from latest as a, latest as b
    where (a.partner_code, a.person_ref) = (%(a)s, %(a_ref)s) and (b.partner_code, b.person_ref) = (%(b)s, %(b_ref)s)
"""

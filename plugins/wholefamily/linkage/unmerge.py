"""A person who is really two is taken apart, for good, and everyone who was told the wrong thing is named (domain.md 8.32)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from wholefamily import build
from wholefamily.errors import WholefamilyError
from wholefamily.linkage.decisions import Decider, Ref, decide, periods_of
from wholefamily.linkage.link import one_at_a_time, relink
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection, connect


class Carried(NamedTuple):
    """A disclosure that carried the mistake: what left, to whom, when, and how many of its rows were about whom."""

    disclosure_id: UUID
    product: str
    release: str
    file: str
    recipient: str
    gateway: str
    agreement: str
    approved_by: str
    disclosed_at: datetime
    subject_kind: str
    n_rows: int


@dataclass(frozen=True)
class Report:
    """What unmerging did: the wrong person, who has which id now, the months to be built again, and what had left."""

    person_id: UUID
    now: dict[Ref, UUID]
    periods: list[str]
    carried: list[Carried]

    def lines(self) -> list[str]:
        """The report as text, without anything that the records say."""
        lines = [f"person {self.person_id} was more than one; now"]
        lines += [f"  {' '.join(ref)}  {person_id}" for ref, person_id in sorted(self.now.items())]
        lines.append(f"the next run of build_warehouse builds {', '.join(self.periods) or 'nothing'}, and the months after")
        lines.append(f"{len(self.carried)} disclosures carried the mistake{':' if self.carried else ''}")
        lines += [
            f"  {one.disclosed_at:%Y-%m-%d %H:%M} to {one.recipient} ({one.gateway}, {one.agreement}; approved by {one.approved_by}): "
            f"{one.product} {one.release} {one.file}, {one.n_rows} rows about the {one.subject_kind}; disclosure {one.disclosure_id}"
            for one in self.carried
        ]
        return lines


def pair(settings: Settings, a: Ref, b: Ref, decider: Decider) -> Report:
    """Take apart the person that both records are. Once that is done, the same again gives the same report.

    Raises WholefamilyError when the two are not, and never were, one person taken apart here.
    """
    with connect(settings, application="wholefamily-unmerge") as connection:
        one_at_a_time(connection)
        ids = _person_ids(connection, [a, b])
        if len(ids) == 2 and len(set(ids.values())) == 1:
            return _split(connection, ids[a], [a], [b], decider)
        return _report(connection, _done_before(connection, [a, b]))


def leave(settings: Settings, person_id: UUID, going: Sequence[Ref], decider: Decider) -> Report:
    """Take ``going`` out of the person, apart from every other record of it.

    Raises WholefamilyError when one of them is not a record of the person, or when none would stay.
    """
    with connect(settings, application="wholefamily-unmerge") as connection:
        one_at_a_time(connection)
        members = [
            Ref(*row)
            for row in connection.execute(
                "select partner_code, person_ref from identity.person_xref where person_id = %s order by partner_code, person_ref",
                [person_id],
            )
        ]
        staying = [ref for ref in members if ref not in going]
        if not members or len(members) - len(staying) < len(set(going)):
            return _report(connection, _done_before(connection, going))
        if not staying:
            raise WholefamilyError("all records of the person would go: name those that do not belong to it")
        return _split(connection, person_id, going, staying, decider)


def _split(connection: Connection, person_id: UUID, going: Sequence[Ref], staying: Sequence[Ref], decider: Decider) -> Report:
    ((unmerge_id,),) = connection.execute(
        "insert into identity.unmerge (person_id, records, decided_by) values (%s, %s, %s) returning unmerge_id",
        [person_id, ["/".join(ref) for ref in (*going, *staying)], decider.name],
    ).fetchall()
    members = [Ref(*one) for one in connection.execute(_MEMBERS, [person_id])]
    pairs = [(ours, theirs) for ours in going for theirs in staying]
    _keep_subjects(connection, unmerge_id, pairs)
    for ours, theirs in pairs:
        decide(connection, ours, theirs, "different", decider)
    relink(connection)
    for period in periods_of(connection, members):
        build.rebuild(connection, period)
    return _report(connection, unmerge_id)


def _keep_subjects(connection: Connection, unmerge_id: int, pairs: Sequence[tuple[Ref, Ref]]) -> None:
    """Note whom the mistake was about and when: the ids that both records of a pair had at once, their families and their households."""
    for a, b in pairs:
        connection.execute(_TOGETHER, {"unmerge": unmerge_id, "a": a[0], "a_ref": a[1], "b": b[0], "b_ref": b[1]})
    connection.execute(_HOUSEHOLDS, [unmerge_id])
    # Before the first build there are no marts, and nothing has left.
    if connection.execute("select to_regclass('marts.bridge_family_member')").fetchone() != (None,):
        connection.execute(_FAMILIES, [unmerge_id])


def _person_ids(connection: Connection, refs: Sequence[Ref]) -> dict[Ref, UUID]:
    rows = connection.execute(
        "select partner_code, person_ref, person_id from identity.person_xref inner join unnest(%s::text[], %s::text[]) "
        "as ref (partner_code, person_ref) using (partner_code, person_ref)",
        [[ref.partner_code for ref in refs], [ref.person_ref for ref in refs]],
    )
    return {Ref(partner_code, person_ref): person_id for partner_code, person_ref, person_id in rows}


def _done_before(connection: Connection, refs: Sequence[Ref]) -> int:
    row = connection.execute(
        "select max(unmerge_id) from identity.unmerge where records @> %s", [["/".join(ref) for ref in refs]]
    ).fetchone()
    if row is None or row[0] is None:
        raise WholefamilyError("these records are not one person: there is nothing to take apart")
    return int(row[0])


def _report(connection: Connection, unmerge_id: int) -> Report:
    query = "select person_id, records from identity.unmerge where unmerge_id = %s"
    ((person_id, records),) = connection.execute(query, [unmerge_id]).fetchall()
    refs = [Ref(*text.split("/", maxsplit=1)) for text in records]
    carried = [Carried(*one) for one in connection.execute(_CARRIED, [unmerge_id])]
    return Report(person_id, _person_ids(connection, refs), periods_of(connection, refs), carried)


_MEMBERS = "select partner_code, person_ref from identity.person_xref where person_id = %s"

# The ids of a record one after the other: the first from when it was known, each other from the move that gave it.
_TOGETHER = """
    with move as (
        select log.partner_code, log.person_ref, log.from_id, log.to_id, log.logged_at, log.merge_id
        from identity.merge_log as log
        inner join identity.person_xref as xref using (partner_code, person_ref)
        where log.entity = 'person' and log.logged_at >= xref.known_since
    ),
    held (partner_code, person_ref, person_id, since, merge_id) as (
        select xref.partner_code, xref.person_ref, coalesce(first.from_id, xref.person_id), xref.known_since, 0
        from identity.person_xref as xref
        left join lateral (
            select from_id from move
            where (move.partner_code, move.person_ref) = (xref.partner_code, xref.person_ref) order by merge_id limit 1
        ) as first on true
        where (xref.partner_code, xref.person_ref) in ((%(a)s, %(a_ref)s), (%(b)s, %(b_ref)s))
        union all
        select partner_code, person_ref, to_id, logged_at, merge_id from move
        where (partner_code, person_ref) in ((%(a)s, %(a_ref)s), (%(b)s, %(b_ref)s))
    ),
    spell as (
        select *, coalesce(lead(since) over (partition by partner_code, person_ref order by merge_id), now()) as until from held
    )
    insert into identity.unmerge_subject (unmerge_id, subject_kind, subject_id, wrong_since, wrong_until)
    select distinct on (a.person_id, greatest(a.since, b.since))
        %(unmerge)s::bigint, 'person', a.person_id, greatest(a.since, b.since), least(a.until, b.until)
    from spell as a
    inner join spell as b using (person_id)
    where (a.partner_code, a.person_ref) = (%(a)s, %(a_ref)s) and (b.partner_code, b.person_ref) = (%(b)s, %(b_ref)s)
        and greatest(a.since, b.since) < least(a.until, b.until)
    order by a.person_id, greatest(a.since, b.since), least(a.until, b.until) desc
    on conflict do nothing
"""

_HOUSEHOLDS = """
    insert into identity.unmerge_subject (unmerge_id, subject_kind, subject_id, wrong_since, wrong_until)
    select distinct on (member.household_id, subject.wrong_since)
        subject.unmerge_id, 'household', member.household_id, subject.wrong_since, subject.wrong_until
    from identity.unmerge_subject as subject
    inner join identity.household_member as member on member.person_id = subject.subject_id
    where subject.unmerge_id = %s and subject.subject_kind = 'person'
    order by member.household_id, subject.wrong_since, subject.wrong_until desc
"""
_FAMILIES = """
    insert into identity.unmerge_subject (unmerge_id, subject_kind, subject_id, wrong_since, wrong_until)
    select distinct on (member.family_id, subject.wrong_since)
        subject.unmerge_id, 'family', member.family_id, subject.wrong_since, subject.wrong_until
    from identity.unmerge_subject as subject
    inner join marts.bridge_family_member as member on member.person_id = subject.subject_id
    where subject.unmerge_id = %s and subject.subject_kind = 'person'
    order by member.family_id, subject.wrong_since, subject.wrong_until desc
"""

_CARRIED = """
    select
        disclosure.disclosure_id, disclosure.product, disclosure.release, disclosure.file, disclosure.recipient, disclosure.gateway,
        disclosure.agreement, disclosure.approved_by, disclosure.disclosed_at, item.subject_kind, count(distinct item.row_number)::integer
    from identity.unmerge_subject as subject
    inner join exchange.disclosure_item as item on (item.subject_kind, item.subject_id) = (subject.subject_kind, subject.subject_id)
    inner join exchange.disclosure as disclosure using (disclosure_id)
    where subject.unmerge_id = %s and disclosure.disclosed_at between subject.wrong_since and subject.wrong_until
    group by disclosure.disclosure_id, item.subject_kind
    order by disclosure.disclosed_at, disclosure.file, item.subject_kind desc
"""

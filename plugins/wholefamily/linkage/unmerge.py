"""A person who is really two is taken apart, for good, and everyone who was told the wrong thing is named (domain.md 8.32)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from wholefamily import build
from wholefamily.errors import WholefamilyError
from wholefamily.linkage import linkers
from wholefamily.linkage import unmerge_subjects as subjects
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
    """What unmerging did: the wrong person, who has which id now, the months to be built again, what was shown wrongly, and what had left."""

    person_id: UUID
    now: dict[Ref, UUID]
    periods: list[str]
    households: list[UUID]
    """Those that were shown with the wrong person, or without one who lives there."""
    families: list[UUID]
    """Those on the programme of which the person is one, or which live in such a household."""
    carried: list[Carried]

    def lines(self) -> list[str]:
        """The report as text, without anything that the records say."""
        lines = [f"person {self.person_id} was more than one; now"]
        lines += [f"  {' '.join(ref)}  {person_id}" for ref, person_id in sorted(self.now.items())]
        lines.append(f"the next run of build_warehouse builds {', '.join(self.periods) or 'nothing'}, and the months after")
        for what, ids in (("households", self.households), ("families on the programme", self.families)):
            lines.append(f"{len(ids)} {what} were shown wrongly{':' if ids else ''}")
            lines += [f"  {one}" for one in ids]
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
        _must_be_able_to_link(connection)
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
        _must_be_able_to_link(connection)
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


def _must_be_able_to_link(connection: Connection) -> None:
    if (login := linkers.signed_in(connection)).is_personal:
        raise WholefamilyError(
            f"unmerging links anew, which {login.name} may not: decide `different` of the two, and the next linkage takes them apart; "
            "or have it run with the warehouse's own login, which reports what had left besides"
        )


def _split(connection: Connection, person_id: UUID, going: Sequence[Ref], staying: Sequence[Ref], decider: Decider) -> Report:
    ((unmerge_id,),) = connection.execute(
        "insert into identity.unmerge (person_id, records, decided_by) values (%s, %s, %s) returning unmerge_id",
        [person_id, ["/".join(ref) for ref in (*going, *staying)], linkers.name_of(connection, decider.name)],
    ).fetchall()
    members = [Ref(*one) for one in connection.execute(_MEMBERS, [person_id])]
    pairs = [(ours, theirs) for ours in going for theirs in staying]
    subjects.keep(connection, unmerge_id, person_id, pairs)
    for ours, theirs in pairs:
        decide(connection, ours, theirs, "different", decider)
    relink(connection)
    for period in periods_of(connection, members):
        build.rebuild(connection, period)
    return _report(connection, unmerge_id)


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
    wrong = {kind: [id_ for (id_,) in connection.execute(_WRONG, [unmerge_id, kind])] for kind in ("household", "family")}
    return Report(person_id, _person_ids(connection, refs), periods_of(connection, refs), wrong["household"], wrong["family"], carried)


_MEMBERS = "select partner_code, person_ref from identity.person_xref where person_id = %s"

_WRONG = "select distinct subject_id from identity.unmerge_subject where unmerge_id = %s and subject_kind = %s order by subject_id"

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

"""Who was told what about a person, family or household, when, and on which basis: the ledger's answer, without a name.

An entry about a family or household is about its members too, and the other way round. Ids merge and split (``identity.merge_log``):
what was said of an id that has since become another one is found under either.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from wholefamily.disclosure.ledger import SubjectKind
from wholefamily.errors import WholefamilyError
from wholefamily.warehouse import Connection


class Subject(NamedTuple):
    """An id under which the ledger may speak of whom is asked about: why, and for entries of which time."""

    kind: SubjectKind
    id: UUID
    why: str
    since: datetime | None = None
    until: datetime | None = None


class Told(NamedTuple):
    """A file that left with rows about a subject."""

    sequence: int
    disclosure_id: UUID
    disclosed_at: datetime
    recipient: str
    product: str
    release: str
    file: str
    fields: list[str]
    gateway: str
    agreement: str
    approved_by: str
    file_sha256: str
    n_rows: int
    about: str
    """Why this is an answer: ``directly``, or through whom."""

    def lines(self) -> list[str]:
        """The answer as text."""
        return [
            f"{self.disclosed_at:%Y-%m-%d %H:%M} {self.recipient}: {self.product} {self.release} {self.file}, "
            f"{self.n_rows} {'row' if self.n_rows == 1 else 'rows'}, {self.about}",
            f"    on the basis of {self.gateway} under {self.agreement}; approved by {self.approved_by}",
            f"    told: {', '.join(self.fields)}",
            f"    entry {self.sequence}, disclosure {self.disclosure_id}, file sha256 {self.file_sha256}",
        ]


class Rows(NamedTuple):
    """The rows of a file that left about one subject, as it was called then."""

    disclosure_id: UUID
    recipient: str
    product: str
    release: str
    gateway: str
    agreement: str
    kind: SubjectKind
    id: UUID
    numbers: list[int]
    """Counted from 1, in the order of the file."""


def of(connection: Connection, id_: UUID) -> tuple[SubjectKind, list[Told]]:
    """What kind of id it is, and each file that told of it, in the order in which they left.

    Raises WholefamilyError when the registry does not know the id.
    """
    kind, subjects = _subjects(connection, id_)
    return kind, [Told(*row) for row in connection.execute(_TOLD, _columns(subjects))]


def rows(connection: Connection, id_: UUID) -> tuple[SubjectKind, list[Rows]]:
    """What kind of id it is, and which rows of the files of ``of`` told of it. Raises WholefamilyError as ``of`` does."""
    kind, subjects = _subjects(connection, id_)
    return kind, [Rows(*row) for row in connection.execute(_ROWS, _columns(subjects))]


def _subjects(connection: Connection, id_: UUID) -> tuple[SubjectKind, list[Subject]]:
    kind = _kind(connection, id_)
    subjects = [*_names(connection, kind, id_, "directly")]
    for related_kind, related, why in _related(connection, kind, [subject.id for subject in subjects]):
        subjects += _names(connection, related_kind, related, why)
    return kind, subjects


def _columns(subjects: list[Subject]) -> list[list[object]]:
    return [[getattr(subject, column) for subject in subjects] for column in Subject._fields]


def lines(connection: Connection, id_: UUID) -> list[str]:
    """The answer as text."""
    kind, told = of(connection, id_)
    n_files, recipients = len({one.disclosure_id for one in told}), sorted({one.recipient for one in told})
    to = f", to {', '.join(recipients)}" if recipients else ""
    return [
        f"{kind} {id_}: {n_files} {'file' if n_files == 1 else 'files'} told of them{to}",
        *(line for one in told for line in one.lines()),
    ]


def _kind(connection: Connection, id_: UUID) -> SubjectKind:
    row = connection.execute(_KIND, {"id": id_}).fetchone()
    if row is None:
        raise WholefamilyError(f"{id_} is nobody in the registry: give a person_id, family_id or household_id")
    kind: SubjectKind = row[0]
    return kind


def _names(connection: Connection, kind: SubjectKind, id_: UUID, why: str) -> Iterator[Subject]:
    """The id, and those that it has been, or has become, each for as long as it was."""
    yield Subject(kind, id_, why)
    for other, since, until, relation in connection.execute(_OTHER_IDS, {"kind": kind, "id": id_}):
        yield Subject(kind, other, f"{why}, as {kind} {other} {relation}", since, until)


def _related(connection: Connection, kind: SubjectKind, ids: list[UUID]) -> Iterable[tuple[SubjectKind, UUID, str]]:
    # Before the first build nobody is in a family or household.
    if connection.execute("select to_regclass('marts.bridge_family_member')").fetchone() == (None,):
        return []
    found: Iterable[tuple[SubjectKind, UUID, str]] = connection.execute(_RELATED[kind], {"ids": ids}).fetchall()
    return found


_KIND = """
    select 'person' from identity.person where person_id = %(id)s
    union all select 'family' from identity.family where family_id = %(id)s
    union all select 'household' from identity.household where household_id = %(id)s
    union all
    select entity from identity.merge_log where %(id)s in (from_id, to_id)
    limit 1
"""

# Until its records moved to it they were said to be another; what was merged into another is that from then on.
_OTHER_IDS = """
    with recursive been (id, until) as (
        select %(id)s::uuid, 'infinity'::timestamptz
        union
        select log.from_id, least(been.until, log.logged_at)
        from been inner join identity.merge_log as log on log.entity = %(kind)s and log.to_id = been.id and log.logged_at <= been.until
    ),
    become (id, since) as (
        select %(id)s::uuid, '-infinity'::timestamptz
        union
        select log.to_id, greatest(become.since, log.logged_at)
        from become
        inner join identity.merge_log as log
            on log.entity = %(kind)s and log.kind = 'merge' and log.from_id = become.id and log.logged_at >= become.since
    )
    select id, null::timestamptz, max(until), 'until ' || to_char(max(until) at time zone 'UTC', 'YYYY-MM-DD HH24:MI')
    from been where id <> %(id)s group by id
    union all
    select id, min(since), null, 'since ' || to_char(min(since) at time zone 'UTC', 'YYYY-MM-DD HH24:MI')
    from become where id <> %(id)s group by id
"""

_MONTHS = "min(period) || case when max(period) > min(period) then ' to ' || max(period) else '' end"

_RELATED: dict[SubjectKind, str] = {
    "person": f"""
        select 'family', family_id, 'as a member of family ' || family_id || ' (' || {_MONTHS} || ')'
        from marts.bridge_family_member where person_id = any(%(ids)s) group by family_id
        union all
        select 'household', household_id, 'as a member of household ' || household_id || ' (' || {_MONTHS} || ')'
        from marts.bridge_household_member where person_id = any(%(ids)s) group by household_id
    """,  # noqa: S608 - the text is ours
    "family": f"""
        select 'person', person_id, 'of its member ' || person_id || ' (' || {_MONTHS} || ')'
        from marts.bridge_family_member where family_id = any(%(ids)s) group by person_id
        union all
        select 'household', household_id, 'of its household ' || household_id
        from marts.dim_family where family_id = any(%(ids)s) and household_id is not null
    """,  # noqa: S608 - the text is ours
    "household": f"""
        select 'person', person_id, 'of its member ' || person_id || ' (' || {_MONTHS} || ')'
        from marts.bridge_household_member where household_id = any(%(ids)s) group by person_id
        union all
        select 'family', family_id, 'of its family ' || family_id
        from marts.dim_family where household_id = any(%(ids)s)
    """,  # noqa: S608 - the text is ours
}

_ABOUT = """
    from unnest(%s::text[], %s::uuid[], %s::text[], %s::timestamptz[], %s::timestamptz[]) as subject (kind, id, why, since, until)
    inner join exchange.disclosure_item as item on (item.subject_kind, item.subject_id) = (subject.kind, subject.id)
    inner join exchange.disclosure as entry using (disclosure_id)
    where entry.disclosed_at >= coalesce(subject.since, '-infinity') and entry.disclosed_at <= coalesce(subject.until, 'infinity')
"""

_TOLD = f"""
    select
        entry.sequence, entry.disclosure_id, entry.disclosed_at, entry.recipient, entry.product, entry.release, entry.file, entry.fields,
        entry.gateway, entry.agreement, entry.approved_by, entry.file_sha256, count(distinct item.row_number)::integer, subject.why
    {_ABOUT}
    group by entry.disclosure_id, subject.why
    order by entry.sequence, subject.why
"""

_ROWS = f"""
    select
        entry.disclosure_id, entry.recipient, entry.product, entry.release, entry.gateway, entry.agreement, item.subject_kind, item.subject_id,
        array_agg(distinct item.row_number order by item.row_number)
    {_ABOUT}
    group by entry.disclosure_id, item.subject_kind, item.subject_id
    order by entry.sequence, item.subject_kind, item.subject_id
"""

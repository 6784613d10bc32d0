"""The families of a release before anything is generalised: those on the programme, and the comparison families."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import cast
from uuid import UUID

from wholefamily.partners import Partner
from wholefamily.periods import as_at, quarter_of
from wholefamily.products.evaluation import people
from wholefamily.products.evaluation.columns import FRAMEWORK_CRITERIA
from wholefamily.warehouse import Connection


@dataclass
class Family:
    """A family on the programme, or (``attached`` None) a household that could be."""

    id: UUID
    authority: str
    """The partner's code."""
    framework: str
    attached: date | None
    closed: date | None
    household_id: UUID | None
    start: str
    """The period of attachment, or the first that is known after it; of a comparison family, the release's last."""
    roles: dict[UUID, str] = field(default_factory=dict)
    """Members who are not left out, and their place."""
    at_start: dict[UUID, str] = field(default_factory=dict)
    """Those of them who were members in the period ``start``, and their place then."""
    has_left_out: bool = False
    met: dict[str, bool] = field(default_factory=dict)
    """Criterion -> whether it was met at ``start``; without those of which nothing is known."""

    @property
    def is_comparison(self) -> bool:
        """Whether the family is not on the programme."""
        return self.attached is None


@dataclass(frozen=True)
class Cohort:
    """Families by id, the persons in them, and the days on which ages are taken."""

    families: dict[UUID, Family]
    persons: dict[UUID, people.Person]
    as_at: date


_ON_PROGRAMME = """
with family as (
    select distinct on (family_id) family_id, partner_code, framework_code, attached_date, closed_date, household_id
    from marts.dim_family where attached_date <= %(as_at)s order by family_id, attached_date desc
)

select family.family_id, family.partner_code, family.framework_code, family.attached_date,
    case when family.closed_date <= %(as_at)s then family.closed_date end, family.household_id, min(member.period)
from family
inner join marts.bridge_family_member as member
    on member.family_id = family.family_id and member.period between to_char(family.attached_date, 'YYYY-MM') and %(last)s
group by 1, 2, 3, 4, 5, 6 order by 1
"""
_ELIGIBLE = """
select household_id, authority_code, framework_code from marts.fct_household_eligibility
where period = %s and is_eligible and not is_on_programme order by 1, 3
"""
_FAMILY_MEMBERS = """
select family_id, person_id, period, role from marts.bridge_family_member
where family_id = any(%s) and period <= %s order by family_id, person_id, period
"""
_HOUSEHOLD_MEMBERS = """
select household_id, person_id, period, case when is_minor then 'CHILD' else 'ADULT' end from marts.bridge_household_member
where household_id = any(%s) and period = %s and is_main_residence order by household_id, person_id
"""
# Met by a household of the family's members then (as progress has it), and not only through persons of whom nothing may be told.
_MET = """
with wanted as (
    select * from unnest(%(families)s::uuid[], %(frameworks)s::text[], %(periods)s::text[]) as wanted (family_id, framework_code, period)
),

household as (
    select distinct wanted.*, resident.household_id
    from wanted
    inner join marts.bridge_family_member as member using (family_id, period)
    inner join marts.bridge_household_member as resident
        on resident.period = member.period and resident.person_id = member.person_id and resident.is_main_residence
    where member.role is distinct from 'NON_RESIDENT_PARENT'
    union
    select wanted.*, wanted.family_id from wanted inner join identity.household on household.household_id = wanted.family_id
)

select household.family_id, criterion.criterion_code, bool_or(criterion.is_met and exists (
    select from marts.fct_criterion_evidence as evidence
    where evidence.period = criterion.period and evidence.framework_code = criterion.framework_code
        and evidence.household_id = criterion.household_id and evidence.criterion_code = criterion.criterion_code
        and (evidence.person_id is null or evidence.person_id <> all(%(left_out)s))
))
from household inner join marts.fct_household_criterion as criterion using (household_id, framework_code, period)
group by 1, 2
"""


def read(connection: Connection, last: str, authorities: Mapping[str, Partner]) -> Cohort:
    """The families of the release that ends with the period ``last``; each person in one of them, the first attached."""
    gone = people.left_out(connection)
    successor = people.successors(connection)
    families = {family.id: family for family in _programme(connection, last) if family.authority in authorities}
    _add_members(families, connection.execute(_FAMILY_MEMBERS, [list(families), last]), successor, gone)
    on_programme = {person for family in families.values() for person in family.roles}
    taken = {family.household_id for family in families.values()}
    eligible = {family.id: family for family in _comparison(connection, last, authorities) if family.id not in taken}
    _add_members(eligible, connection.execute(_HOUSEHOLD_MEMBERS, [list(eligible), last]), successor, gone)
    families |= {id_: family for id_, family in eligible.items() if on_programme.isdisjoint(family.roles)}
    families = {id_: family for id_, family in families.items() if family.roles}
    _place_once(families)
    _add_criteria(connection, families, gone)
    persons = people.known(connection, last, {person for family in families.values() for person in family.roles})
    return Cohort(families, persons, as_at(last))


def _programme(connection: Connection, last: str) -> Iterable[Family]:
    for row in connection.execute(_ON_PROGRAMME, {"last": last, "as_at": as_at(last)}):
        yield Family(*cast("tuple[UUID, str, str, date, date | None, UUID | None, str]", row))


def _comparison(connection: Connection, last: str, authorities: Mapping[str, Partner]) -> Iterable[Family]:
    for household, authority, framework in cast("Iterable[tuple[UUID, str, str]]", connection.execute(_ELIGIBLE, [last])):
        if authority in authorities and authorities[authority].framework == framework:
            yield Family(household, authority, framework, None, None, household, last)


def _add_members(
    families: Mapping[UUID, Family], rows: Iterable[tuple[object, ...]], successor: Mapping[UUID, UUID], gone: Collection[UUID]
) -> None:
    for family_id, person, period, role in cast("Iterable[tuple[UUID, UUID, str, str | None]]", rows):
        family, now = families[family_id], successor.get(person, person)
        if period < family.start:
            continue
        if now in gone:
            family.has_left_out = True
            continue
        family.roles.setdefault(now, role or "")
        if period == family.start:
            family.at_start[now] = role or ""


def _place_once(families: Mapping[UUID, Family]) -> None:
    """A person in two families is told once, in the one attached first."""
    first: dict[UUID, UUID] = {}
    for family in sorted(families.values(), key=lambda family: (family.attached or date.max, family.id)):
        for person in list(family.roles):
            if first.setdefault(person, family.id) != family.id:
                del family.roles[person]


def _add_criteria(connection: Connection, families: Mapping[UUID, Family], gone: Collection[UUID]) -> None:
    asked = list(families.values())
    rows = connection.execute(
        _MET,
        {
            "families": [family.id for family in asked],
            "frameworks": [family.framework for family in asked],
            "periods": [family.start for family in asked],
            "left_out": list(gone),
        },
    )
    for family_id, criterion, is_met in cast("Iterable[tuple[UUID, str, bool]]", rows):
        if criterion in FRAMEWORK_CRITERIA[families[family_id].framework]:
            families[family_id].met[criterion] = is_met


@dataclass(frozen=True)
class Measure:
    """One measure of one family at the end of one quarter."""

    family_id: UUID
    quarter: str
    measure: str
    baseline: float | None
    current: float | None
    result: str
    is_claimed: bool


_MeasureRow = tuple[UUID, str, str, float | None, float | None, str, bool]

# A claim rests on all measures but the two of work, or on one of these (domain.md section 1.4).
_PROGRESS = """
select progress.family_id, progress.period, progress.measure_code, progress.baseline_value::float8, progress.current_value::float8,
    progress.result, exists (
        select from marts.fct_result_claim as claim
        where claim.period = progress.period and claim.framework_code = progress.framework_code
            and claim.family_id = progress.family_id and claim.status not in ('claimed_elsewhere', 'review', 'no_plan')
            and case when progress.measure_code in ('progress_to_work', 'continuous_employment')
                then claim.route like '%%' || progress.measure_code || '%%'
                else claim.route not in ('progress_to_work', 'continuous_employment') end
    )
from marts.fct_family_progress as progress
inner join unnest(%(families)s::uuid[], %(frameworks)s::text[], %(starts)s::text[]) as wanted (family_id, framework_code, start)
    on progress.family_id = wanted.family_id and progress.framework_code = wanted.framework_code and progress.period >= wanted.start
where progress.period = any(%(periods)s)
order by 1, 2, 3
"""


def progress(connection: Connection, cohort: Cohort, last: str) -> list[Measure]:
    """The measures of all families at the end of each quarter that is built: of a quarter that is not whole, its last built month."""
    built = connection.execute("select period from ops.build where period <= %s order by period", [last])
    ends: dict[str, str] = defaultdict(str)
    for (period,) in built:
        ends[quarter_of(str(period))] = str(period)
    families = [family for family in cohort.families.values() if not family.is_comparison]
    rows = connection.execute(
        _PROGRESS,
        {
            "families": [family.id for family in families],
            "frameworks": [family.framework for family in families],
            "starts": [family.start for family in families],
            "periods": list(ends.values()),
        },
    )
    return [
        Measure(family_id, quarter_of(period), measure, baseline, current, result, is_claimed)
        for family_id, period, measure, baseline, current, result, is_claimed in cast("Iterable[_MeasureRow]", rows)
    ]

"""What the marts hold of a household, by a fixed number of set queries however many months are asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar
from uuid import UUID

from psycopg.rows import class_row

from wholefamily.errors import WholefamilyError
from wholefamily.story.rows import (
    Claim,
    Correction,
    Eligibility,
    Evidence,
    Family,
    FeedMonth,
    Framework,
    Member,
    Progress,
    Rule,
    StaleMatch,
    Standing,
)
from wholefamily.warehouse import Connection

Row = TypeVar("Row")


@dataclass(frozen=True)
class Household:
    """Everything that is told of a household: its rows of all months that are shown, and the rules."""

    household_id: UUID
    months: tuple[str, ...]
    frameworks: tuple[Framework, ...]
    """Those that are shown; that of the household's authority first."""
    rules: tuple[Rule, ...]
    eligibility: Mapping[tuple[str, str], Eligibility]
    """By month and framework."""
    evidence: Sequence[Evidence]
    stale_matches: Sequence[StaleMatch]
    members: Sequence[Member]
    senders: frozenset[tuple[str, str]]
    """Month and partner of each sender who knows a member."""
    feeds: Mapping[tuple[str, str, str], FeedMonth]
    """By month, partner and feed; of all senders."""
    families: Sequence[Family]
    progress: Sequence[Progress]
    claims: Sequence[Claim]
    standings: Sequence[Standing]
    corrections: Sequence[Correction]


def household_of(connection: Connection, subject: UUID, period: str) -> UUID:
    """The household that ``subject`` is in ``period``, or where most of the family lives that it is.

    Raises WholefamilyError for an id that is neither, and for one of which the month knows nothing.
    """
    known = connection.execute(
        "select 'household', first_period, last_period from marts.dim_household where household_id = %(id)s "
        "union all select 'family', first_period, last_period from marts.dim_family where family_id = %(id)s",
        {"id": subject},
    ).fetchone()
    if known is None:
        raise WholefamilyError(
            f"no household or family has the id {subject}: take a household_id of marts.dim_household or a family_id of marts.dim_family"
        )
    kind, first, last = known
    query = _LIVED_IN if kind == "household" else _FAMILY_LIVES_IN
    found: tuple[UUID] | None = connection.execute(query, {"id": subject, "period": period}).fetchone()
    if found is None:
        what = "nobody lives in the household" if kind == "household" else "no member of the family lives anywhere that is known"
        raise WholefamilyError(f"in {period} {what}; it is known from {first} to {last}: ask for one of these months")
    return found[0]


def built_months(connection: Connection) -> list[str]:
    """The months whose marts are built, oldest first."""
    return [period for (period,) in connection.execute("select distinct period from marts.fct_authority_month order by 1")]


def household(connection: Connection, household_id: UUID, months: Sequence[str], framework: str | None) -> Household:
    """Read what is told of a household in ``months``. Raises WholefamilyError for a framework that there is not."""
    of = {"id": household_id, "months": list(months), "framework": framework}
    frameworks = _rows(connection, Framework, _FRAMEWORKS, of)
    if framework and framework not in {row.framework_code for row in frameworks}:
        known = ", ".join(sorted(row.framework_code for row in frameworks))
        raise WholefamilyError(f"no framework {framework!r}: choose one of {known}")
    shown = tuple(row for row in frameworks if framework in {None, row.framework_code})
    return Household(
        household_id,
        tuple(months),
        shown,
        tuple(_rows(connection, Rule, _RULES, of)),
        {(row.period, row.framework_code): row for row in _rows(connection, Eligibility, _ELIGIBILITY, of)},
        _rows(connection, Evidence, _EVIDENCE, of),
        _rows(connection, StaleMatch, _STALE_MATCHES, of),
        _rows(connection, Member, _MEMBERS, of),
        frozenset(connection.execute(_SENDERS, of).fetchall()),
        {(row.period, row.partner_code, row.feed): row for row in _rows(connection, FeedMonth, _FEEDS, of)},
        _rows(connection, Family, _FAMILIES, of),
        _rows(connection, Progress, _PROGRESS, of),
        _rows(connection, Claim, _CLAIMS, of),
        _rows(connection, Standing, _STANDINGS, of),
        _rows(connection, Correction, _CORRECTIONS, of),
    )


def _rows(connection: Connection, kind: type[Row], query: str, of: Mapping[str, Any]) -> list[Row]:
    """Rows of ``kind``; of ``told`` in the query, ``{columns}`` are its fields and ``{of_household}`` is what was asked for."""
    columns = ", ".join(f"told.{field.name}" for field in fields(kind))  # type: ignore[arg-type]
    with connection.cursor(row_factory=class_row(kind)) as cursor:
        return cursor.execute(query.replace("{columns}", columns).replace("{of_household}", _OF_HOUSEHOLD), of).fetchall()


_OF_HOUSEHOLD = (
    "told.household_id = %(id)s and told.period = any(%(months)s) and told.framework_code = coalesce(%(framework)s, told.framework_code)"
)

_LIVED_IN = "select household_id from marts.bridge_household_member where household_id = %(id)s and period = %(period)s limit 1"

# Where most of the family lives, and where that is even, most of its adults: as marts.dim_family has it for the latest month.
_FAMILY_LIVES_IN = """
    select home.household_id
    from marts.bridge_family_member as place
    inner join marts.bridge_household_member as home on home.period = place.period and home.person_id = place.person_id
    where place.family_id = %(id)s and place.period = %(period)s and place.role <> 'NON_RESIDENT_PARENT' and home.is_main_residence
    group by home.household_id
    order by count(*) desc, count(*) filter (where place.role = 'ADULT') desc, home.household_id
    limit 1
"""

_FRAMEWORKS = """
    select {columns}
    from marts.dim_framework as told
    order by not exists (
        select from marts.dim_household as home inner join marts.dim_authority as authority using (authority_code)
        where home.household_id = %(id)s and authority.framework_code = told.framework_code
    ), told.valid_from, told.framework_code
"""

_RULES = """
    with told as (select rule.*, source.feed from marts.dim_criterion as rule inner join reference.limb_source as source using (limb_code))
    select {columns} from told
    where told.framework_code = coalesce(%(framework)s, told.framework_code)
    order by told.framework_code, told.criterion_code, told.limb_code, told.rule_version
"""

_ELIGIBILITY = "select {columns} from marts.fct_household_eligibility as told where {of_household}"

_EVIDENCE = """
    select {columns} from marts.fct_criterion_evidence as told
    where {of_household}
    order by told.period, told.framework_code, told.criterion_code, told.limb_code, told.event_date, told.source_partner,
        (regexp_match(told.source_record, '[0-9]+$'))[1]::integer, told.source_record
"""

_STALE_MATCHES = """
    select {columns} from marts.fct_stale_match as told where {of_household}
    order by told.period, told.framework_code, told.matched_on, told.source_partner, told.source_record
"""

_MEMBERS = """
    select {columns} from marts.bridge_household_member as told
    where told.household_id = %(id)s and told.period = any(%(months)s)
    order by told.period, told.is_minor nulls last, told.person_id
"""

_SENDERS = "select distinct period, partner_code from identity.household_xref where household_id = %(id)s and period = any(%(months)s)"

_FEEDS = "select {columns} from marts.fct_feed_month as told where told.period = any(%(months)s)"

_HERE = """
    here as (
        select place.period, place.family_id, count(*)::integer as n_here
        from marts.bridge_family_member as place
        inner join marts.bridge_household_member as home on home.period = place.period and home.person_id = place.person_id
        where home.household_id = %(id)s and home.period = any(%(months)s)
            and place.role <> 'NON_RESIDENT_PARENT' and home.is_main_residence
        group by place.period, place.family_id
    )
"""

_FAMILIES = f"""
    with {_HERE},
    told as (
        select here.*, family.partner_code, family.framework_code, family.attached_date, family.closed_date,
            (select count(*) from marts.bridge_family_member as place
                where place.period = here.period and place.family_id = here.family_id)::integer as n_members
        from here inner join marts.dim_family as family using (family_id)
    )
    select {{columns}} from told order by told.period, told.attached_date, told.family_id
"""  # noqa: S608 (no value goes into it)

_PROGRESS = f"""
    with {_HERE},
    told as (
        select progress.*, measure.is_verified, measure.source,
            (
                select coalesce(jsonb_object_agg(figure.key, figure.value), '{{}}')
                from jsonb_each(to_jsonb(measure)) as figure where jsonb_typeof(figure.value) = 'number'
            ) as parameters
        from marts.fct_family_progress as progress
        inner join here using (period, family_id)
        left join lateral (
            select * from reference.progress_measure as general
            where general.framework_code = progress.framework_code and general.measure_code = progress.measure_code
                and coalesce(general.authority_code, progress.partner_code) = progress.partner_code
                and daterange(general.valid_from, general.valid_to, '[]')
                @> (to_date(progress.period, 'YYYY-MM') + interval '1 month' - interval '1 day')::date
            order by general.authority_code nulls last limit 1
        ) as measure on true
        where progress.framework_code = coalesce(%(framework)s, progress.framework_code)
    )
    select {{columns}} from told order by told.period, told.family_id, told.framework_code, told.measure_code
"""  # noqa: S608 (no value goes into it)

_CLAIMS = f"""
    with {_HERE},
    told as (
        select claim.*, coalesce((
            select bool_and(payment.is_verified) from reference.result_payment as payment
            inner join marts.dim_family as family on family.family_id = claim.family_id
            where payment.framework_code = claim.framework_code
                and coalesce(payment.authority_code, claim.partner_code) = claim.partner_code
                and payment.route = any(string_to_array(claim.route, '+'))
                and family.attached_date >= payment.attached_from
                and (payment.attached_to is null or family.attached_date <= payment.attached_to)
        ), false) as is_verified
        from marts.fct_result_claim as claim
        inner join here using (period, family_id)
        where claim.framework_code = coalesce(%(framework)s, claim.framework_code)
    )
    select {{columns}} from told order by told.period, told.family_id, told.framework_code
"""  # noqa: S608 (no value goes into it)

_STANDINGS = f"""
    with {_HERE},
    told as (select held.* from marts.fct_claim_standing as held inner join here using (period, family_id))
    select {{columns}} from told
    where told.claimed_period < told.period and told.framework_code = coalesce(%(framework)s, told.framework_code)
    order by told.period, told.family_id, told.framework_code
"""  # noqa: S608 (no value goes into it)

_CORRECTIONS = """
    select {columns} from marts.fct_correction as told
    where {of_household}
    order by told.period, told.known_until, told.framework_code, told.criterion_code
"""

"""What the published tables count, before anything is protected.

* families: each household that is eligible under the framework in force in its authority and of which nobody is or was on the
  programme (``eligible``), and each family on the programme (``on_programme``) or whose case was closed (``closed``);
* criteria: of the latter two, each criterion that a household of the family met when it joined, or in the first month known after it;
* results: of those of them on a measured framework, the result on each measure at the end of the quarter.

A family is of the authority that has attached it, under its code as a partner (readings.md 39).
"""

from collections.abc import Iterable, Mapping
from typing import cast

from wholefamily.disclosure.tables.facts import CRITERIA, FAMILIES, MEASURED, RESULTS
from wholefamily.disclosure.tables.table import At, Cell, Shape
from wholefamily.partners import Partner
from wholefamily.periods import as_at
from wholefamily.products.evaluation.columns import FRAMEWORK_CRITERIA
from wholefamily.warehouse import Connection

Counted = dict[str, dict[Cell, int]]

STATUSES = ("eligible", "on_programme", "closed")
MEASURES = ("education", "asb", "youth_offending", "progress_to_work", "continuous_employment")
RESULT_CODES = ("pass", "fail", "neutral", "not_evidenced")
# What is local differs from area to area; that it was met does not.
CRITERIA_OF = {code: (*criteria, *(("local",) if code == "tf_2012" else ())) for code, criteria in FRAMEWORK_CRITERIA.items()}
_CRITERIA = tuple(dict.fromkeys(criterion for criteria in CRITERIA_OF.values() for criterion in criteria))


def shapes(authorities: Iterable[str]) -> tuple[Shape, ...]:
    """The three files for these authorities. A family meets several criteria: of these there is no total."""
    codes, frameworks = tuple(sorted(authorities)), tuple(CRITERIA_OF)
    return (
        Shape(FAMILIES, ("authority", "framework", "status"), (codes, frameworks, STATUSES)),
        Shape(CRITERIA, ("authority", "framework", "criterion"), (codes, frameworks, _CRITERIA), frozenset({"criterion"})),
        Shape(RESULTS, ("authority", "measure", "result"), (codes, MEASURES, RESULT_CODES)),
    )


_FAMILY = """
family as (
    select family_id, partner_code, framework_code, attached_date, coalesce(closed_date <= %(as_at)s, false) as is_closed
    from intermediate.int_family_month
    where period = %(last)s and attached_date <= %(as_at)s and partner_code = any(%(authorities)s)
)
"""
_FAMILIES = f"""
with {_FAMILY},

in_force as (
    select * from unnest(%(authorities)s::text[], %(frameworks)s::text[]) as in_force (authority_code, framework_code)
)

select partner_code, framework_code, case when is_closed then 'closed' else 'on_programme' end, count(*)
from family group by 1, 2, 3
union all
select household.authority_code, household.framework_code, 'eligible', count(*)
from marts.fct_household_eligibility as household
inner join in_force using (authority_code, framework_code)
where household.period = %(last)s and household.is_eligible and not household.is_on_programme and not exists (
    select from marts.bridge_household_member as resident
    inner join marts.bridge_family_member as member on member.period = resident.period and member.person_id = resident.person_id
    where resident.period = household.period and resident.household_id = household.household_id
)
group by 1, 2, 3
"""  # noqa: S608 - no value stands in it
_MET = f"""
with {_FAMILY},

joined as (
    select family.family_id, family.partner_code, family.framework_code, min(member.period) as period
    from family
    inner join marts.bridge_family_member as member
        on member.family_id = family.family_id and member.period between to_char(family.attached_date, 'YYYY-MM') and %(last)s
    group by 1, 2, 3
)

select joined.partner_code, joined.framework_code, criterion.criterion_code, count(distinct joined.family_id)
from joined
inner join marts.bridge_family_member as member using (family_id, period)
inner join marts.bridge_household_member as resident
    on resident.period = member.period and resident.person_id = member.person_id and resident.is_main_residence
inner join marts.fct_household_criterion as criterion
    on criterion.period = resident.period and criterion.household_id = resident.household_id
        and criterion.framework_code = joined.framework_code and criterion.is_met
where member.role is distinct from 'NON_RESIDENT_PARENT'
group by 1, 2, 3
"""  # noqa: S608 - no value stands in it
# Each family has one result on each measure: that of which nothing is known is not evidenced.
_RESULTS = f"""
with {_FAMILY}

select family.partner_code, measure.measure_code, coalesce(progress.result, 'not_evidenced'), count(*)
from family
cross join unnest(%(measures)s::text[]) as measure (measure_code)
left join marts.fct_family_progress as progress
    on progress.period = %(last)s and progress.framework_code = family.framework_code
        and progress.family_id = family.family_id and progress.measure_code = measure.measure_code
where family.framework_code = any(%(measured)s)
group by 1, 2, 3
"""  # noqa: S608 - no value stands in it


def count(connection: Connection, last: str, authorities: Mapping[str, Partner]) -> Counted:
    """The inner cells of each file at the end of the period ``last``; cells of nobody are left out."""
    known = {
        "last": last,
        "as_at": as_at(last),
        "authorities": list(authorities),
        "frameworks": [partner.framework for partner in authorities.values()],
        "measures": list(MEASURES),
        "measured": list(MEASURED),
    }
    counted: Counted = {}
    for file, query in ((FAMILIES, _FAMILIES), (CRITERIA, _MET), (RESULTS, _RESULTS)):
        rows = cast("Iterable[tuple[str, str, str, int]]", connection.execute(query, known))
        counted[file] = {tuple(cell): n for *cell, n in rows}
    return counted


def ruled_out(files: Iterable[Shape], figures: Mapping[str, Mapping[Cell, int]], authorities: Mapping[str, Partner]) -> frozenset[At]:
    """The inner cells that are 0 by a rule: a criterion of another framework, or a framework that is not in force there and that no family is on."""
    in_force = {(code, str(partner.framework)) for code, partner in authorities.items()}
    used = in_force | {cell[:2] for file in (FAMILIES, CRITERIA) for cell, n in figures[file].items() if n}
    found = set()
    for shape in files:
        for cell in shape.inner:
            is_used = any((cell[0], framework) in used for framework in MEASURED) if shape.file == RESULTS else cell[:2] in used
            if not is_used or (shape.file == CRITERIA and cell[2] not in CRITERIA_OF[cell[1]]):
                found.add((shape.file, cell))
    return frozenset(at for at in found if not figures[at[0]].get(at[1], 0))

"""What the oracle says of a case, and where the marts say something else."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from tests.oracle.claims import Claim, claims, standing
from tests.oracle.comparison import Followed, Key, cohort, is_settled
from tests.oracle.later import results
from tests.oracle.limbs import Verdict, judge
from tests.oracle.people import Family, Household, Snapshot, households
from tests.oracle.population import PERIODS, Case
from tests.oracle.progress import Measured, Result, identified, members_on
from tests.oracle.warehouse import Answers

from wholefamily.periods import as_at

Told = tuple[set[str], set[str]]
"""The criteria that homes met, and those of which nobody could tell."""


@dataclass
class Expected:
    """What the oracle says of one case."""

    households: dict[str, list[tuple[Household, dict[str, Verdict]]]] = field(default_factory=dict)
    progress: dict[tuple[str, str], dict[str, Result]] = field(default_factory=dict)
    claims: dict[tuple[str, str], Claim] = field(default_factory=dict)
    standings: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """Month of the claim, and whether it holds."""
    cohort: dict[Key, tuple[Followed, dict[str, Result]]] | None = None
    """The comparison cohort and its results; None where the rules do not say which household is which."""


def expect(case: Case) -> Expected:
    """The oracle's opinion."""
    expected = Expected()
    measured = []
    for period, snapshot in case.months.items():
        end = as_at(period)
        expected.households[period] = [(household, judge(household, end)) for household in households(snapshot.people, end)]
        found = list(_measured(case, period, snapshot, expected))
        expected.progress.update({(period, family.ref): result for family, result in found})
        measured.append((period, found))
    expected.claims = claims(measured)
    made = {ref: (period, claim) for (period, ref), claim in expected.claims.items() if claim.status in {"valid", "review"}}
    for period, ref in [(period, ref) for period in case.months for ref in made if made[ref][0] <= period]:
        claimed, claim = made[ref]
        expected.standings[period, ref] = (claimed, standing(claim, expected.progress.get((period, ref))))
    if is_settled(case):
        found_there = cohort(case, expected.households).items()
        expected.cohort = {key: (one, results(one.measured) if one.measured else {}) for key, one in found_there}
    return expected


def _measured(case: Case, period: str, snapshot: Snapshot, expected: Expected) -> Iterator[tuple[Measured, dict[str, Result]]]:
    for family in snapshot.families:
        attached = family.attached(as_at(period))
        members = members_on(family, snapshot.people, as_at(period))
        if attached is None or not members:
            continue
        told = _told_since(case, family, period, expected)
        met = {month: criteria for month, (criteria, _) in told.items()}
        not_known = {month: criteria for month, (_, criteria) in told.items()}
        found = _identified(case, family, attached, expected)
        if family.framework != "tf_2012":
            then = min(month for month in PERIODS if month >= attached.isoformat()[:7])
            found |= {criterion for month, criteria in met.items() if month >= then for criterion in criteria}
        has_plan = family.has_plan(as_at(period))
        of_family = Measured(
            family.ref, family.partner, family.framework, attached, as_at(period), members, found, met, not_known, has_plan=has_plan
        )
        yield of_family, results(of_family)


def _identified(case: Case, family: Family, attached: date, expected: Expected) -> set[str]:
    """What a family was identified on: what its homes met in the month of attachment, or in the earliest one known after it."""
    then = min(month for month in PERIODS if month >= attached.isoformat()[:7])
    told = _told_in(case, family, then, expected)
    return told[0] if told else set()


def _told_since(case: Case, family: Family, period: str, expected: Expected) -> dict[str, Told]:
    """What the homes of a family have met at each month's end since it is on the programme."""
    months = [month for month in case.months if month <= period]
    found = {month: _told_in(case, family, month, expected) for month in months if min(family.episodes) <= as_at(month)}
    return {month: told for month, told in found.items() if told is not None}


def _told_in(case: Case, family: Family, month: str, expected: Expected) -> Told | None:
    """What the homes of a family met at a month's end; None where it had none, or was not known."""
    known = [other for other in case.months[month].families if other.ref == family.ref] if month in case.months else []
    homes = [(household, verdicts[family.framework]) for household, verdicts in expected.households.get(month, [])]
    members = [member for other in known for member in members_on(other, case.months[month].people, as_at(month))]
    living = {person.ref for person, role in members if role != "NON_RESIDENT_PARENT"}
    if not any(living & (home.refs - home.placed) for home, _ in homes):
        return None
    met = identified(members, [(home, verdict.criteria) for home, verdict in homes])
    return met, identified(members, [(home, set(verdict.not_known)) for home, verdict in homes])


def differences(case: Case, answers: Answers) -> list[str]:
    """Where the marts say something else than the oracle, in words; none if they agree."""
    expected = expect(case)
    return [*_of_households(expected, answers), *_of_families(expected, answers, case), *_of_comparison(expected, answers)]


def _of_households(expected: Expected, answers: Answers) -> Iterator[str]:
    for period, judged in expected.households.items():
        for household, verdicts in judged:
            key = (period, household.refs)
            if key not in answers.eligibility:
                yield f"{period}: no household of {sorted(household.refs)}"
                continue
            for framework, verdict in verdicts.items():
                found = answers.limbs.get(key, {}).get(framework, set())
                for criterion, limb in sorted(verdict.limbs ^ found):
                    yield f"{period} {framework}: {criterion}/{limb} is {'not met' if (criterion, limb) in verdict.limbs else 'met'} in the marts"
                if answers.criteria[key][framework] != verdict.criteria:
                    yield f"{period} {framework}: fct_household_criterion disagrees"
                wanted = (household.partner, len(verdict.criteria), verdict.is_eligible)
                if answers.eligibility[key][framework] != wanted:
                    yield f"{period} {framework}: {wanted} expected, {answers.eligibility[key][framework]} in the marts"


def _of_families(expected: Expected, answers: Answers, case: Case) -> Iterator[str]:
    families: set[str] = {family.ref for snapshot in case.months.values() for family in snapshot.families}
    for period, ref in [(period, ref) for period in case.months for ref in sorted(families)]:
        wanted, found = expected.progress.get((period, ref), {}), answers.progress.get((period, ref), {})
        for measure in wanted.keys() | found.keys():
            result, seen = wanted.get(measure), found.get(measure)
            if not agree(result, seen):
                yield f"{period} {ref} {measure}: {result} expected, {seen} in the marts"
        claim = expected.claims.get((period, ref))
        if (claim and (claim.route, claim.amount, claim.status)) != answers.claims.get((period, ref)):
            yield f"{period} {ref}: {claim} expected, {answers.claims.get((period, ref))} in the marts"
        if expected.standings.get((period, ref)) != answers.standings.get((period, ref)):
            yield f"{period} {ref}: claim {expected.standings.get((period, ref))} expected, {answers.standings.get((period, ref))} in the marts"


def agree(result: Result | None, seen: tuple[str, int | None, int | None] | None) -> bool:
    """Whether a result is the expected one, and where events are counted, the numbers too."""
    if result is None or seen is None:
        return False
    return seen[0] == result.result and (result.before is None or seen[1:] == (result.before, result.now))


def _of_comparison(expected: Expected, answers: Answers) -> Iterator[str]:
    if expected.cohort is None:
        return
    for period, judged in expected.households.items():
        for household, framework in [(household, framework) for household, verdicts in judged for framework in verdicts]:
            one, wanted = expected.cohort.get((period, framework, household.uprn), (None, {}))
            key = (period, framework, household.refs)
            status = (one.entered, one.status) if one else None
            if status != answers.followed.get(key):
                yield f"{period} {framework} cohort: {status} expected, {answers.followed.get(key)} in the marts"
            found = answers.compared.get(key, {})
            for measure in wanted.keys() | found.keys():
                if not agree(wanted.get(measure), found.get(measure)):
                    yield f"{period} {framework} comparison {measure}: {wanted.get(measure)} expected, {found.get(measure)} in the marts"

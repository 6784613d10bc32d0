"""What the oracle says of a case, and where the marts say something else."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from tests.oracle.claims import Claim, claims
from tests.oracle.limbs import Verdict, judge
from tests.oracle.people import Family, Household, Snapshot, households
from tests.oracle.population import PERIODS, Case
from tests.oracle.progress import Measured, Result, identified, members_on, results
from tests.oracle.warehouse import Answers

from wholefamily.periods import as_at


@dataclass
class Expected:
    """What the oracle says of one case."""

    households: dict[str, list[tuple[Household, dict[str, Verdict]]]] = field(default_factory=dict)
    progress: dict[tuple[str, str], dict[str, Result]] = field(default_factory=dict)
    claims: dict[tuple[str, str], Claim] = field(default_factory=dict)


def expect(case: Case) -> Expected:
    """The oracle's opinion."""
    expected = Expected()
    measured = []
    for period, snapshot in case.months.items():
        end = as_at(period)
        expected.households[period] = [(household, judge(household, end)) for household in households(snapshot.people, end)]
        found = list(_measured(case, period, snapshot, expected))
        expected.progress.update({(period, family.family.ref): result for family, result in found})
        measured.append((period, found))
    expected.claims = claims(measured)
    return expected


def _measured(case: Case, period: str, snapshot: Snapshot, expected: Expected) -> Iterator[tuple[Measured, dict[str, Result]]]:
    for family in snapshot.families:
        attached = family.attached(as_at(period))
        members = members_on(family, snapshot.people, as_at(period))
        if attached is None or not members or family.framework != "tf_2012":
            continue
        of_family = Measured(family, attached, as_at(period), members, _identified(case, family, attached, expected))
        yield of_family, results(of_family)


def _identified(case: Case, family: Family, attached: date, expected: Expected) -> set[str]:
    """What a family was identified on: what its homes met in the month of attachment, or in the earliest one known after it."""
    then = min(month for month in PERIODS if month >= attached.isoformat()[:7])
    known = [other for other in case.months[then].families if other.ref == family.ref] if then in case.months else []
    met = [(household, verdicts["tf_2012"].criteria) for household, verdicts in expected.households.get(then, [])]
    return {criterion for other in known for criterion in identified(members_on(other, case.months[then].people, as_at(then)), met)}


def differences(case: Case, answers: Answers) -> list[str]:
    """Where the marts say something else than the oracle, in words; none if they agree."""
    expected = expect(case)
    return [*_of_households(expected, answers), *_of_families(expected, answers, case)]


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
            result = wanted.get(measure)
            counts = result is not None and result.before is not None
            seen = found.get(measure)
            if result is None or seen is None or seen[0] != result.result or (counts and seen[1:] != (result.before, result.now)):
                yield f"{period} {ref} {measure}: {result} expected, {seen} in the marts"
        claim = expected.claims.get((period, ref))
        if (claim and (claim.route, claim.amount, claim.status)) != answers.claims.get((period, ref)):
            yield f"{period} {ref}: {claim} expected, {answers.claims.get((period, ref))} in the marts"

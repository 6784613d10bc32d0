"""Oracle and marts held against each other, batch by batch."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from tests.integration.household.village import Village
from tests.oracle.compare import differences, expect
from tests.oracle.population import Case, case
from tests.oracle.shrink import smallest, told
from tests.oracle.warehouse import ask

NewVillage = Callable[[], AbstractContextManager[Village]]


@dataclass
class Outcome:
    """What a run found."""

    n_households: int = 0
    n_families: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    different: dict[int, list[str]] = field(default_factory=dict)
    astray: int = 0


def compare(new_village: NewVillage, seed: int, numbers: range) -> Outcome:
    """Hold the marts of these cases against the oracle, in one throw-away warehouse."""
    with new_village() as village:
        answers = ask(village, (case(seed, number) for number in numbers))
    outcome = Outcome(astray=answers.astray)
    for number in numbers:
        one = case(seed, number)
        if words := differences(one, answers):
            outcome.different[number] = words
        for what in _met(one):
            outcome.seen[what] += 1
    outcome.n_households = len(answers.eligibility)
    outcome.n_families = len(answers.progress)
    return outcome


def explain(new_village: NewVillage, seed: int, outcome: Outcome) -> str:
    """The case with the fewest differences, made as small as it gets."""
    number = min(outcome.different, key=lambda one: (len(outcome.different[one]), one))

    def disagree(cases: list[Case]) -> list[list[str]]:
        with new_village() as village:
            answers = ask(village, cases)
        return [differences(one, answers) for one in cases]

    smaller, words = smallest(case(seed, number), disagree)
    return f"{len(outcome.different)} cases disagree; case {number} of seed {seed}, made small:\n{told(smaller, words)}"


def _met(one: Case) -> Iterator[str]:
    """Everything that the oracle found in a case: were something never found, agreeing on it would mean nothing."""
    expected = expect(one)
    for judged in expected.households.values():
        for _, verdicts in judged:
            for framework, verdict in verdicts.items():
                yield from (f"{framework}/{criterion}/{limb}" for criterion, limb in verdict.limbs)
                yield f"{framework}/{'eligible' if verdict.is_eligible else 'not_eligible'}"
    for (_, ref), results in expected.progress.items():
        framework = next(family.framework for month in one.months.values() for family in month.families if family.ref == ref)
        yield from (f"{framework}/{measure}/{result.result}" for measure, result in results.items())
    for (_, framework, _), (followed, results) in (expected.cohort or {}).items():
        yield f"comparison/{followed.status}"
        yield from (f"comparison/{framework}/{measure}/{result.result}" for measure, result in results.items())
    yield from (held for _, held in expected.standings.values())
    for claim in expected.claims.values():
        yield from (claim.route, claim.status, f"{claim.amount} pounds")

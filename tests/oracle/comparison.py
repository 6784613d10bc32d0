"""The comparison cohort, naively: eligible households where nobody is or was on the programme, followed from then on."""

from dataclasses import dataclass

from tests.oracle.limbs import Verdict
from tests.oracle.people import Household, Person, age, home
from tests.oracle.population import Case
from tests.oracle.progress import Measured

from wholefamily.periods import as_at

Judged = dict[str, list[tuple[Household, dict[str, Verdict]]]]
Key = tuple[str, str, str]
"""Month, framework, address."""


@dataclass(frozen=True)
class Followed:
    """A household of the cohort in a month; ``measured`` is None once somebody there is attached, or while nobody mainly lives there."""

    household: Household
    entered: str
    status: str
    measured: Measured | None


def is_settled(case: Case) -> bool:
    """Whether nobody moves house: which of two homes remains the household is not for the rules to say."""
    homes: dict[str, set[str | None]] = {}
    for period, snapshot in case.months.items():
        for person in snapshot.people:
            if spell := home(person, as_at(period)):
                homes.setdefault(person.ref, set()).add(spell.uprn)
    return all(len(uprns) == 1 for uprns in homes.values())


def cohort(case: Case, households: Judged) -> dict[Key, Followed]:
    """The cohort of each framework in each month."""
    found: dict[Key, Followed] = {}
    entered: dict[tuple[str, str], str] = {}
    left: set[tuple[str, str]] = set()
    on_programme: set[str] = set()
    judged: dict[tuple[str, str], dict[str, Verdict]] = {}
    for period, snapshot in case.months.items():
        on_programme |= {place.ref for family in snapshot.families for place in family.places if place.role != "NON_RESIDENT_PARENT"}
        for household, verdicts in households[period]:
            is_touched = bool(on_programme & (household.refs - household.placed))
            for framework, verdict in verdicts.items():
                key = (framework, household.uprn)
                if verdict.is_eligible and not is_touched:
                    entered.setdefault(key, period)
                if key not in entered:
                    continue
                if is_touched:
                    left.add(key)
                history = judged.setdefault(key, {})
                status = "attached" if key in left else "followed" if household.refs - household.placed else "no_household"
                if status == "followed":
                    history[period] = verdict
                measured = _measured(household, framework, period, entered[key], history) if status == "followed" else None
                found[period, framework, household.uprn] = Followed(household, entered[key], status, measured)
    return found


def _measured(household: Household, framework: str, period: str, entered: str, found: dict[str, Verdict]) -> Measured:
    members = [(person, _role(person, period)) for person in [*household.counting, *household.others] if person.ref not in household.placed]
    met = {month: verdict.criteria for month, verdict in found.items() if month <= period}
    not_known = {month: set(verdict.not_known) for month, verdict in found.items() if month <= period}
    identified = met[entered] if framework == "tf_2012" else set().union(*met.values())
    return Measured(household.uprn, household.partner, framework, as_at(entered), as_at(period), members, identified, met, not_known)


def _role(person: Person, period: str) -> str:
    years = age(person.born, as_at(period))
    return "" if years is None else "ADULT" if years >= 18 else "CHILD"

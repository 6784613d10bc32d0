"""Limbs, criteria and eligibility, naively: one household at a time, from the text of the rules and sharing nothing with the models."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from dateutil.easter import easter
from dateutil.relativedelta import FR, relativedelta
from tests.oracle import rules
from tests.oracle.people import Household, Person, Row, age, day, is_open, months_before, required


@dataclass(frozen=True)
class Verdict:
    """What one framework says of a household: (criterion, limb) pairs met, and whether it is eligible."""

    limbs: frozenset[tuple[str, str]]
    is_eligible: bool
    not_known: frozenset[str] = frozenset()
    """Criteria that somebody may meet whose last match is too old to tell."""

    @property
    def criteria(self) -> set[str]:
        """The criteria met."""
        return {criterion for criterion, _ in self.limbs}


def judge(household: Household, as_at: date) -> dict[str, Verdict]:
    """Each framework's verdict on a household."""
    facts = [(person, set(plain_limbs(person, household, as_at)), absence(person, as_at)) for person in household.counting]
    verdicts = {}
    for framework in rules.CRITERIA:
        in_force = rules.in_force(framework, household.partner, as_at)
        met = set()
        for _, plain, absent in facts:
            limbs = plain | {limb for limb, (_, percent) in in_force.items() if percent and is_over(limb, percent, absent)}
            met |= {(in_force[limb][0], limb) for limb in limbs if limb in in_force}
        stale = any(is_stale(row, as_at) for person, _, _ in facts if is_adult(person, as_at) for row in person.rows.get("benefits", []))
        not_known = {in_force["out_of_work_benefit"][0]} if stale and "out_of_work_benefit" in in_force else set()
        enough = len({criterion for criterion, _ in met}) >= rules.REQUIRED[framework]
        verdicts[framework] = Verdict(frozenset(met), enough and is_for(framework, household, as_at), frozenset(not_known))
    return verdicts


def is_for(framework: str, household: Household, as_at: date) -> bool:
    """Whether a framework is meant for a household: the later ones need a dependent child, the last an expectant parent instead."""
    if framework not in rules.NEEDS_CHILD or any(is_dependent(person, household, as_at) for person in household.counting):
        return True
    expects = any(
        row["need"] in {"UNDER_18_CONCEPTION", "EARLY_YEARS"} and is_open(row, as_at)
        for person in household.counting
        for row in person.rows.get("support_needs", [])
    )
    return framework in rules.TAKES_EXPECTANT and expects and not any(age(person.born, as_at) == 0 for person in household.counting)


def is_dependent(person: Person, household: Household, as_at: date) -> bool:
    """Up to 15; or 16 to 18, at school, in alternative provision or on a benefit, with somebody who may be a parent (14 years older)."""
    years = age(person.born, as_at)
    if years is None or years > 18:
        return False
    if years <= 15:
        return True
    learns = any(
        row["status"] in {"ON_ROLL", "ALTERNATIVE_PROVISION"} and is_open(row, as_at) for row in person.rows.get("school_places", [])
    )
    claims = any(is_open(row, as_at, "start_date", "end_date") for row in person.rows.get("benefits", []))
    return (learns or claims) and any((age(other.born, as_at) or 0) >= years + 14 for other in household.counting)


def plain_limbs(person: Person, household: Household, as_at: date) -> Iterable[str]:
    """The limbs that one person meets, but those of absence."""
    yield from police(person, as_at)
    yield from offending(person, household, as_at)
    if is_of_school_age(person.born, as_at):
        yield from schooling(person, as_at)
    if is_adult(person, as_at) and any(is_fresh(row, as_at) for row in person.rows.get("benefits", [])):
        yield "out_of_work_benefit"
    for row in person.rows.get("support_needs", []):
        if is_open(row, as_at):
            yield str(row["need"]).lower()


def offending(person: Person, household: Household, as_at: date) -> Iterable[str]:
    """Offences proven in the last 12 months: of somebody under 18, or of an adult who lives with somebody under 18."""
    years = age(person.born, as_at)
    if years is None or not any(is_proven(row, person.born, months_before(as_at, 12), as_at) for row in person.rows.get("offences", [])):
        return
    if years < 18:
        yield "proven_offence"
    elif any((age(other.born, as_at) or 0) < 18 and other.born for other in household.counting):
        yield "parent_offence"


def police(person: Person, as_at: date) -> Iterable[str]:
    """What counts at any age: measures against anti-social behaviour, abuse, being missing, on some day of the last 12 months."""
    year_ago = months_before(as_at, 12)
    for row in person.rows.get("asb_interventions", []):
        last = day(row["end_date"])
        if is_comparable(row) and required(row["start_date"]) <= as_at and (last is None or last > year_ago):
            yield "asb_intervention"
            if row["intervention"] == "NSP":
                yield "possession_notice"
    for row in person.rows.get("domestic_abuse", []):
        if row["role"] == "PERPETRATOR" and year_ago < required(row["occurred_on"]) <= as_at:
            yield "domestic_abuse_incident"
    for row in person.rows.get("missing_episodes", []):
        found = day(row["to_date"])
        if required(row["from_date"]) <= as_at and (found is None or found > year_ago):
            yield "missing_episode"


def is_proven(row: Row, born: date | None, after: date, until: date) -> bool:
    """Whether an offence was proven in the window, and of someone old enough."""
    disposed, years = day(row["disposal_date"]), age(born, required(row["offence_date"]))
    if row["disposal"] not in rules.PROVEN or row["retracted_on"] or disposed is None or years is None:
        return False
    return after < disposed <= until and years >= 10


def is_comparable(row: Row) -> bool:
    """Whether a measure counts, on its ground."""
    if row["intervention"] in rules.NOT_COMPARABLE:
        return False
    return row["ground"] == "ASB" if row["intervention"] in rules.ON_ASB_GROUND else row["ground"] != "ARREARS"


def schooling(child: Person, as_at: date) -> Iterable[str]:
    """Exclusions and places, of a child of compulsory school age."""
    terms = last_terms(as_at, 3)
    if n_fixed(child, terms[0][1], terms[-1][2]) >= 3 or any(
        row["category"] == "PERM" and not row["rescinded_on"] and terms[0][1] <= required(row["start_date"]) <= as_at
        for row in child.rows.get("exclusions", [])
    ):
        yield "exclusion"
    for row in child.rows.get("school_places", []):
        if is_open(row, as_at):
            if row["status"] == "NOT_ON_ROLL":
                yield "not_on_roll"
            if row["status"] in {"PRU", "ALTERNATIVE_PROVISION"} and row["because_excluded"] == "Y":
                yield "excluded_placement"


def n_fixed(child: Person, first: date, last: date) -> int:
    """How many fixed exclusions began in these days; what two authorities report of one school and day is one report."""
    reports: dict[tuple[object, object], Counter[object]] = defaultdict(Counter)
    for row in child.rows.get("exclusions", []):
        if row["category"] in {"SUSP", "FIXD"} and not row["rescinded_on"] and first <= required(row["start_date"]) <= last:
            reports[row["school_urn"], row["start_date"]][row.get("_by")] += 1
    return sum(max(senders.values()) for senders in reports.values())


def absence(child: Person, as_at: date) -> tuple[int, int, int] | None:
    """Sessions possible, missed without leave and missed in all, over the last three terms; of two reports the fuller one."""
    if not is_of_school_age(child.born, as_at):
        return None
    terms = [sessions(child, name) for name, _, _ in last_terms(as_at, 3)]
    return sum(term[0] for term in terms), sum(term[1] for term in terms), sum(term[2] for term in terms)


def sessions(child: Person, term: str) -> tuple[int, int, int]:
    """Sessions of a term, all schools together: possible, missed without leave, missed in all."""
    fullest: dict[object, Row] = {}
    for row in child.rows.get("attendance", []):
        if f"{row['academic_year']} {row['term']}" == term:
            school = row["school_urn"]
            fullest[school] = max(row, fullest.get(school, row), key=lambda report: int(report["sessions_possible"] or 0))
    possible = sum(int(row["sessions_possible"] or 0) for row in fullest.values())
    unauthorised = sum(int(row["sessions_unauthorised_absence"] or 0) for row in fullest.values())
    return possible, unauthorised, unauthorised + sum(int(row["sessions_authorised_absence"] or 0) for row in fullest.values())


def is_over(limb: str, percent: int, absent: tuple[int, int, int] | None) -> bool:
    """Whether somebody was absent so often that the limb is met; nothing is known where no session was possible."""
    if absent is None or absent[0] == 0:
        return False
    possible, unauthorised, missed = absent
    if limb == "unauthorised_absence":
        return unauthorised * 100 >= percent * possible
    return (possible - missed) * 100 < percent * possible


def is_adult(person: Person, as_at: date) -> bool:
    """Whether somebody is known to be 18 or older."""
    return (age(person.born, as_at) or 0) >= 18


def is_out_of_work(row: Row) -> bool:
    """Whether a benefit is one that people out of work are on."""
    return row["benefit"] in rules.OUT_OF_WORK or (row["benefit"] == "UC" and row["uc_conditionality"] in rules.OUT_OF_WORK_REGIMES)


def is_fresh(row: Row, as_at: date) -> bool:
    """Whether a benefit row shows somebody out of work today, by a match that is not too old."""
    aged = (as_at - required(row["matched_on"])).days
    return is_out_of_work(row) and is_open(row, as_at, "start_date", "end_date") and 0 <= aged <= rules.FRESH_DAYS


def is_stale(row: Row, as_at: date) -> bool:
    """Whether a benefit row showed somebody out of work when it was last matched, too long ago to tell today."""
    aged = (as_at - required(row["matched_on"])).days
    return is_out_of_work(row) and is_open(row, as_at, "start_date", "end_date") and aged > rules.FRESH_DAYS


@cache
def is_of_school_age(born: date | None, on: date) -> bool:
    """From the first prescribed day on or after the fifth birthday to the last Friday in June of the year of the sixteenth."""
    if born is None:
        return False
    begins = born + relativedelta(years=5)
    while (begins.month, begins.day) not in {(3, 31), (8, 31), (12, 31)}:
        begins += timedelta(days=1)
    sixteen = born + relativedelta(years=16)
    year = sixteen.year + (sixteen.month >= 9)
    ends: date = date(year, 6, 30) + relativedelta(weekday=FR(-1))
    return begins <= on <= ends


@cache
def last_terms(as_at: date, n: int) -> list[tuple[str, date, date]]:
    """The last ``n`` terms that ended by ``as_at``, oldest first: name, first day, last day."""
    terms = []
    for year in range(as_at.year - 4, as_at.year + 2):
        sunday, name = easter(year + 1), f"{year}/{(year + 1) % 100:02d}"
        terms += [
            (f"{name} AUT", date(year, 8, 1), date(year, 12, 31)),
            (f"{name} SPR", date(year + 1, 1, 1), sunday),
            (f"{name} SUM", sunday + timedelta(days=1), date(year + 1, 7, 31)),
        ]
    return [term for term in terms if term[2] <= as_at][-n:]

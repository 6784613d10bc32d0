"""The limbs of tf_2012, naively: one household at a time, written from the text of the rules and sharing nothing with the models."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from dateutil.easter import easter
from dateutil.relativedelta import FR, relativedelta

Row = dict[str, str | None]

PROVEN = {
    "CUSTODY",
    "SUSPENDED_SENTENCE",
    "COMMUNITY_SENTENCE",
    "REFERRAL_ORDER",
    "FINE",
    "DISCHARGE",
    "COMPENSATION",
    "REPRIMAND",
    "FINAL_WARNING",
    "CAUTION",
    "CONDITIONAL_CAUTION",
    "YOUTH_CAUTION",
    "YOUTH_CONDITIONAL_CAUTION",
    "PND",
}
NOT_COMPARABLE = {"DISPERSAL", "WARNING_LETTER", "CPN", "CLOSURE_ORDER", "PARENTING_CONTRACT"}
ON_ASB_GROUND = {"NSP", "POSSESSION_ORDER", "EVICTION"}
OUT_OF_WORK = {"JSA", "ESA", "IS", "IB", "SDA", "CA"}
OUT_OF_WORK_REGIMES = {"SEARCHING", "PREPARING", "PLANNING", "NO_REQUIREMENTS"}
LOCAL_NEEDS = {"MENTAL_HEALTH", "SUBSTANCE_MISUSE", "LONG_TERM_CONDITION", "DOMESTIC_ABUSE_HEALTH", "UNDER_18_CONCEPTION"}
CRITERION = {
    "proven_offence": "crime_asb",
    "asb_intervention": "crime_asb",
    "exclusion": "education",
    "excluded_placement": "education",
    "not_on_roll": "education",
    "unauthorised_absence": "education",
    "out_of_work_benefit": "work",
}


@dataclass
class Person:
    """A member and the rows of each feed that are about them."""

    ref: str
    born: date | None
    is_away: bool = False
    rows: dict[str, list[Row]] = field(default_factory=dict)


def limbs_met(members: Iterable[Person], as_at: date) -> set[str]:
    """The limbs that a household of these members meets on ``as_at``."""
    return {limb for person in members if not person.is_away for limb in limbs_of(person, as_at)}


def criteria_met(limbs: Iterable[str]) -> set[str]:
    """The criteria that these limbs meet; every need is local."""
    return {CRITERION.get(limb, "local") for limb in limbs}


def limbs_of(person: Person, as_at: date) -> Iterable[str]:
    """The limbs that one person meets."""
    yield from crime(person, as_at)
    if is_of_school_age(person.born, as_at):
        yield from education(person, as_at)
    if person.born and age(person.born, as_at) >= 18 and any(is_out_of_work(row, as_at) for row in person.rows.get("benefits", [])):
        yield "out_of_work_benefit"
    for row in person.rows.get("support_needs", []):
        if row["need"] in LOCAL_NEEDS and is_open(row["from_date"], row["to_date"], as_at):
            yield str(row["need"]).lower()


def crime(person: Person, as_at: date) -> Iterable[str]:
    """Limbs 1a and 1b."""
    year_ago = as_at + relativedelta(months=-12)
    for row in person.rows.get("offences", []):
        if person.born and age(person.born, as_at) < 18 and is_proven_between(row, person.born, year_ago, as_at):
            yield "proven_offence"
    for row in person.rows.get("asb_interventions", []):
        last = day(row["end_date"])
        if is_comparable(row) and required(row["start_date"]) <= as_at and (last is None or last > year_ago):
            yield "asb_intervention"


def is_proven_between(row: Row, born: date, after: date, until: date) -> bool:
    """Whether an offence was proven in the window, and of someone old enough."""
    disposed = day(row["disposal_date"])
    if row["disposal"] not in PROVEN or row["retracted_on"] or disposed is None:
        return False
    return after < disposed <= until and age(born, required(row["offence_date"])) >= 10


def is_comparable(row: Row) -> bool:
    """Whether a measure counts, on its ground."""
    if row["intervention"] in NOT_COMPARABLE:
        return False
    if row["intervention"] in ON_ASB_GROUND:
        return row["ground"] == "ASB"
    return row["ground"] != "ARREARS"


def education(child: Person, as_at: date) -> Iterable[str]:
    """Limbs 2a to 2d, of a child of compulsory school age."""
    terms = last_terms(as_at, 3)
    first_day, last_day = terms[0][1], terms[-1][2]
    standing = [row for row in child.rows.get("exclusions", []) if not row["rescinded_on"]]
    begun = Counter(str(row["category"]) for row in standing if first_day <= required(row["start_date"]) <= last_day)
    if begun["SUSP"] + begun["FIXD"] >= 3 or any(
        row["category"] == "PERM" and required(row["start_date"]) >= first_day for row in standing
    ):
        yield "exclusion"
    for row in child.rows.get("school_places", []):
        if is_open(row["from_date"], row["to_date"], as_at):
            if row["status"] == "NOT_ON_ROLL":
                yield "not_on_roll"
            if row["status"] in {"PRU", "ALTERNATIVE_PROVISION"} and row["because_excluded"] == "Y":
                yield "excluded_placement"
    names = {name for name, _, _ in terms}
    pooled = [row for row in child.rows.get("attendance", []) if f"{row['academic_year']} {row['term']}" in names]
    possible = sum(int(row["sessions_possible"] or 0) for row in pooled)
    unauthorised = sum(int(row["sessions_unauthorised_absence"] or 0) for row in pooled)
    if possible > 0 and unauthorised * 100 >= possible * 15:
        yield "unauthorised_absence"


def is_out_of_work(row: Row, as_at: date) -> bool:
    """Whether a benefit row shows somebody out of work, by a fresh match."""
    counts = row["benefit"] in OUT_OF_WORK or (row["benefit"] == "UC" and row["uc_conditionality"] in OUT_OF_WORK_REGIMES)
    return counts and is_open(row["start_date"], row["end_date"], as_at) and (as_at - required(row["matched_on"])).days <= 62


def is_of_school_age(born: date | None, on: date) -> bool:
    """From the first prescribed day on or after the fifth birthday to the last Friday in June of the year of the sixteenth."""
    if born is None:
        return False
    begins = born + relativedelta(years=5)
    while (begins.month, begins.day) not in {(3, 31), (8, 31), (12, 31)}:
        begins += timedelta(days=1)
    sixteen = born + relativedelta(years=16)
    year = sixteen.year + (sixteen.month >= 9)
    return begins <= on <= date(year, 6, 30) + relativedelta(weekday=FR(-1))


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


def age(born: date, on: date) -> int:
    """Age in whole years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def is_open(first: str | None, last: str | None, on: date) -> bool:
    """Whether a spell holds on a day; the last day is part of it."""
    return required(first) <= on and (last is None or required(last) >= on)


def day(text: str | None) -> date | None:
    """A date as sent, or none."""
    return date.fromisoformat(text) if text else None


def required(text: str | None) -> date:
    """A date as sent."""
    assert text is not None
    return date.fromisoformat(text)

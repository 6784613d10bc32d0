"""Progress under the first framework, naively: whole numbers, one family or comparison household at a time."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.oracle import rules
from tests.oracle.limbs import absence, is_of_school_age, is_out_of_work, last_terms, n_fixed
from tests.oracle.people import Family, Household, Person, Row, age, day, elsewhere, months_before, required

CRITERION_OF = {
    "education": "education",
    "asb": "crime_asb",
    "youth_offending": "crime_asb",
    "progress_to_work": "work",
    "continuous_employment": "work",
}
# Which authority never sends which feed: what it would have shown is not evidenced.
SILENT = {("dudley", "work_outcomes"), ("sandwell", "benefits")}


@dataclass(frozen=True)
class Result:
    """The outcome of a measure, and what was counted before and now where that is a count of events."""

    result: str
    before: int | None = None
    now: int | None = None
    is_review: bool = False
    is_applicable: bool = True
    """Whether the family was identified on it."""


@dataclass
class Measured:
    """A family, or a household that families are compared with, on a day: who belongs to it, and what it was identified on."""

    ref: str
    partner: str
    framework: str
    attached: date
    """Of a comparison household, the end of the month in which it entered the cohort."""
    as_at: date
    members: list[tuple[Person, str]]
    identified: set[str]
    met: dict[str, set[str]] = field(default_factory=dict)
    """What its homes met at each month's end up to now at which a home of it was known."""
    not_known: dict[str, set[str]] = field(default_factory=dict)
    """What nobody could tell whether its homes met it, at each of these."""
    has_plan: bool = False

    def adults(self) -> list[Person]:
        """The adults who live in the family."""
        return [person for person, role in self.members if role == "ADULT"]


def members_on(family: Family, people: list[Person], as_at: date) -> list[tuple[Person, str]]:
    """Who belongs to a family on a day, and as what."""
    known = {person.ref: person for person in people}
    return [
        (known[place.ref], place.role)
        for place in family.places
        if (place.joined or as_at) <= as_at
        and (place.left is None or place.left >= as_at)
        and (known[place.ref].died is None or months_of(known[place.ref].died) >= months_of(as_at))
    ]


def months_of(on: date | None) -> tuple[int, int]:
    """The month of a day."""
    assert on is not None
    return on.year, on.month


def identified(members: list[tuple[Person, str]], then: list[tuple[Household, set[str]]]) -> set[str]:
    """The criteria that the homes of a family met then; ``then``: the households of that month and what each met."""
    living = {person.ref for person, role in members if role != "NON_RESIDENT_PARENT"}
    return {criterion for household, met in then if living & (household.refs - household.placed) for criterion in met}


def first_phase(measured: Measured) -> dict[str, Result]:
    """Each measure's result; one on which the family was not identified is neutral."""
    found = {
        "education": Result(education(measured)),
        "asb": asb(measured),
        "youth_offending": youth_offending(measured),
        "progress_to_work": Result(progress_to_work(measured)),
        "continuous_employment": Result(continuous_employment(measured)),
    }
    return {
        measure: result if CRITERION_OF[measure] in measured.identified else Result("neutral", result.before, result.now)
        for measure, result in found.items()
    }


def education(measured: Measured) -> str:
    """Each child of school age: fewer than three fixed exclusions and less than 15 per cent missed without leave, over three terms."""
    children = [person for person, _ in measured.members if is_of_school_age(person.born, measured.as_at)]
    terms = last_terms(measured.as_at, 3)
    found = set()
    for child in children:
        possible, unauthorised, _ = absence(child, measured.as_at) or (0, 0, 0)
        if n_fixed(child, terms[0][1], terms[-1][2]) >= 3 or (possible and unauthorised * 100 >= 15 * possible):
            found.add("fail")
        else:
            found.add("pass" if possible else "not_evidenced")
    return next((result for result in ("fail", "not_evidenced", "pass") if result in found), "neutral")


def asb(measured: Measured) -> Result:
    """Incidents of the whole family, each once, reduced by 60 per cent."""
    incidents = {
        (str(row["incident_ref"]), required(row["occurred_on"]))
        for person, _ in measured.members
        for row in person.rows.get("asb_incidents", [])
    }
    return reduction(measured, incidents, 40)


def youth_offending(measured: Measured) -> Result:
    """Proven offences of those who were minors when they committed them, reduced by 33 per cent."""
    offences = {
        (str(row["offence_ref"]), required(row["offence_date"]))
        for person, _ in measured.members
        for row in person.rows.get("offences", [])
        if row["disposal"] in rules.PROVEN and not row["retracted_on"] and 10 <= (age(person.born, required(row["offence_date"])) or 0) < 18
    }
    return reduction(measured, offences, 67)


def reduction(measured: Measured, events: set[tuple[str, date]], percent_left: int) -> Result:
    """Events in the six months to the month's end against those in the six before attachment."""
    before = len({ref for ref, on in events if months_before(measured.attached, 6) < on <= measured.attached})
    now = len({ref for ref, on in events if months_before(measured.as_at, 6) < on <= measured.as_at})
    if before == 0:
        return Result("neutral", before, now)
    if now * 100 > before * percent_left:
        return Result("fail", before, now)
    return Result("pass", before, now, is_review=any("AWAY" in elsewhere(person, measured.as_at) for person, _ in measured.members))


def progress_to_work(measured: Measured) -> str:
    """An adult who volunteered for the Work Programme or was attached to ESF provision in the last six months."""
    if (measured.partner, "work_outcomes") in SILENT:
        return "not_evidenced"
    begun = [
        required(row["start_date"])
        for person in measured.adults()
        for row in person.rows.get("work_outcomes", [])
        if row["outcome"] in {"WORK_PROGRAMME_VOLUNTEER", "ESF_ATTACHED"}
    ]
    return "pass" if any(months_before(measured.as_at, 6) < on <= measured.as_at for on in begun) else "fail"


def continuous_employment(measured: Measured) -> str:
    """An adult who has moved off an out-of-work benefit since attachment into enough weeks of verified work."""
    if SILENT & {(measured.partner, "work_outcomes"), (measured.partner, "benefits")}:
        return "not_evidenced"
    return "pass" if any(is_in_work(person, measured) for person in measured.adults()) else "fail"


def is_in_work(person: Person, measured: Measured) -> bool:
    """Whether weeks enough, of seven days each and the last one ending on the month's end, were worked and free of benefit."""
    benefits = [row for row in person.rows.get("benefits", []) if is_out_of_work(row)]
    jobs = [row for row in person.rows.get("work_outcomes", []) if row["outcome"] == "EMPLOYED" and is_verified(row, measured.as_at)]
    for row in benefits:
        end = day(row["end_date"])
        if end is None or not measured.attached <= end <= measured.as_at:
            continue
        needed, of_last = (
            (26, 30) if row["benefit"] == "JSA" or (row["uc_conditionality"] == "SEARCHING" and row["benefit"] == "UC") else (13, 13)
        )
        if sum(is_week_worked(jobs, benefits, measured.as_at - timedelta(weeks=k)) for k in range(of_last)) >= needed:
            return True
    return False


def is_verified(row: Row, as_at: date) -> bool:
    """Whether the authority has verified a job."""
    return row["verified_on"] is not None and required(row["verified_on"]) <= as_at


def is_week_worked(jobs: list[Row], benefits: list[Row], last_day: date) -> bool:
    """Whether on each of the seven days up to ``last_day`` some job and no out-of-work benefit was held."""
    return all(holds(jobs, last_day - timedelta(days=k)) and not holds(benefits, last_day - timedelta(days=k)) for k in range(7))


def holds(spells: list[Row], on: date) -> bool:
    """Whether some of these spells holds on a day."""
    return any(required(row["start_date"]) <= on and (not row["end_date"] or required(row["end_date"]) >= on) for row in spells)

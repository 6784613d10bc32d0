"""Outcomes under the later frameworks, naively: every need overcome, and overcome for good."""

from datetime import date

from tests.oracle import rules
from tests.oracle.limbs import is_of_school_age, last_terms, sessions
from tests.oracle.people import Person, age, elsewhere, is_open, months_before, required
from tests.oracle.progress import SILENT, Measured, Result, continuous_employment, first_phase

EDUCATION = {"tf_2015": "attendance", "sf_2022": "education"}
# The feeds that could show a criterion which is to stay unmet, besides `people`; the police never fail to send theirs here.
FEEDS = {"work_finance": ["benefits", "support_needs"], "finance": ["benefits", "support_needs"]}


def results(measured: Measured) -> dict[str, Result]:
    """Each measure's result under the framework of the measured; one on which it was not identified is neutral."""
    if measured.framework == "tf_2012":
        return first_phase(measured)
    found = {criterion: overcome(measured, criterion) for criterion in rules.CRITERIA[measured.framework]}
    if measured.framework == "tf_2015":
        found["continuous_employment"] = Result(continuous_employment(measured))
    identified = measured.identified | ({"continuous_employment"} if "work_finance" in measured.identified else set())
    return {
        measure: result if measure in identified else Result("neutral", result.before, result.now, is_applicable=False)
        for measure, result in found.items()
    }


def overcome(measured: Measured, criterion: str) -> Result:
    """Whether a need is overcome: education and crime by a test of their own, any other by staying away."""
    if criterion == EDUCATION[measured.framework]:
        return Result(attendance(measured))
    if (measured.framework, criterion) == ("tf_2015", "crime_asb"):
        return crime(measured)
    return Result(sustained(measured, criterion))


def sustained(measured: Measured, criterion: str) -> str:
    """Closed at the month's end so many months ago and ever since, by feeds that came and matches that tell, while a home was known."""
    months = rules.sustained_months(measured.framework, measured.partner)
    window = [months_before(measured.as_at.replace(day=1), k).isoformat()[:7] for k in range(months + 1)]
    if any(criterion in measured.met.get(month, set()) for month in window):
        return "fail"
    if any(criterion in measured.not_known.get(month, set()) for month in window):
        return "not_evidenced"
    if SILENT & {(measured.partner, feed) for feed in FEEDS.get(criterion, [])} or not set(window) <= measured.met.keys():
        return "not_evidenced"
    return "pass"


def attendance(measured: Measured) -> str:
    """Each child of school age has a place, and attends above 90 per cent in each of the last three terms."""
    children = [person for person, _ in measured.members if is_of_school_age(person.born, measured.as_at)]
    found = {of_child(child, measured.as_at) for child in children}
    return next((result for result in ("fail", "not_evidenced", "pass") if result in found), "neutral")


def of_child(child: Person, as_at: date) -> str:
    """The same of one child."""
    terms = [(possible, missed) for possible, _, missed in (sessions(child, name) for name, _, _ in last_terms(as_at, 3)) if possible]
    places = [row for row in child.rows.get("school_places", []) if is_open(row, as_at)]
    if any(row["status"] in {"NOT_ON_ROLL", "AWAITING_PLACE"} for row in places):
        return "fail"
    if any((possible - missed) * 100 <= 90 * possible for possible, missed in terms):
        return "fail"
    return "pass" if len(terms) == 3 else "not_evidenced"


def crime(measured: Measured) -> Result:
    """Incidents fewer by 60 and offences of anybody by 33 per cent, or none at all in six months."""
    incidents, offences = set(), set()
    for person, _ in measured.members:
        incidents |= {(row["incident_ref"], required(row["occurred_on"])) for row in person.rows.get("asb_incidents", [])}
        for row in person.rows.get("offences", []):
            committed = required(row["offence_date"])
            if row["disposal"] in rules.PROVEN and not row["retracted_on"] and (age(person.born, committed) or 0) >= 10:
                offences.add((row["offence_ref"], committed))
    parts = []
    for events, percent_left in ((incidents, 40), (offences, 67)):
        before = len({ref for ref, on in events if months_before(measured.attached, 6) < on <= measured.attached})
        now = len({ref for ref, on in events if months_before(measured.as_at, 6) < on <= measured.as_at})
        parts.append((before, now, now == 0 or now * 100 <= before * percent_left))
    before, now = sum(part[0] for part in parts), sum(part[1] for part in parts)
    if not all(part[2] for part in parts):
        return Result("fail", before, now)
    # Something less while somebody is away is for a person to look at.
    return Result("pass", before, now, is_review=any("AWAY" in elsewhere(person, measured.as_at) for person, _ in measured.members))

"""Random cases: a few people with their homes, placements, deaths and families on the programme, over several months.

A case has nothing to do with another, so each one can be judged, and made smaller, by itself.
"""

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from tests.oracle.limbs import last_terms
from tests.oracle.people import Family, Person, Place, Row, Snapshot, Spell, months_before
from tests.oracle.progress import SILENT
from tests.oracle.rows import FEEDS, About, maybe, near, rows_of

from wholefamily.periods import as_at

AUTHORITIES = ["birmingham", "coventry", "dudley", "sandwell", "solihull", "walsall", "wolverhampton"]
# In February a window of twelve months is cut short; in March 2024 a term ends on Easter Sunday and on the month's last day; the
# ends of August and December are days on which children reach school age, and terms end there too.
PERIODS = ["2024-02", "2024-03", "2026-08", "2026-12"]
_KINDS = ["home"] * 12 + ["away", "away_gone", "placed", "placed_gone", "shared", "shared_only", "dead", "also", "also"]
_ATTACHED = [date(2013, 3, 31), date(2013, 4, 1), date(2014, 3, 31), date(2014, 4, 1), date(2023, 9, 30), date(2024, 2, 10)]
_ATTACHED += [
    date(2024, 2, 29),
    date(2024, 3, 1),
    date(2024, 3, 31),
    date(2024, 5, 2),
    date(2026, 2, 28),
    date(2026, 8, 31),
    date(2026, 12, 1),
]


@dataclass
class Case:
    """A few people, and what is sent about them for each month."""

    number: int
    months: dict[str, Snapshot] = field(default_factory=dict)


@dataclass
class _Plan:
    """What is the same of a case in all months."""

    number: int
    partner: str
    other: str
    people: list[Person]
    families: list[Family]


def case(seed: int, number: int) -> Case:
    """The case of this number, the same for the same seed."""
    rng = random.Random(f"{seed}/{number}")  # noqa: S311
    plan = _plan(rng, number)
    return Case(number, {period: _snapshot(rng, plan, as_at(period)) for period in PERIODS})


def _plan(rng: random.Random, number: int) -> _Plan:
    partner = AUTHORITIES[number % len(AUTHORITIES)]
    other = rng.choice([authority for authority in AUTHORITIES if authority != partner])
    uprn = 100_000_000_000 + number * 10
    is_moving = rng.random() < 0.05
    kinds = ["moving" if is_moving else rng.choice(_KINDS) for _ in range(rng.randint(1, 5))]
    if "shared_only" in kinds:
        # Whose home is it that some have left for good and a child has left for the other parent's? The rules do not say.
        kinds = [kind.removesuffix("_gone") for kind in kinds]
    people = [_person(rng, f"{number}-{k}", kind, (partner, other), uprn) for k, kind in enumerate(kinds)]
    if any(spell.residence == "SHARED" for person in people for spell in person.spells):
        people.append(Person(f"{number}-7", _born(rng, [29, 30, 32, 40]), [Spell(other, str(uprn + 1))]))
    if any(spell.residence == "PLACEMENT" for person in people for spell in person.spells):
        people.append(Person(f"{number}-8", _born(rng, [50]), [Spell(other, str(uprn + 2))]))
    return _Plan(number, partner, other, people, _families(rng, number, people, partner, other))


def _born(rng: random.Random, years: list[int]) -> date:
    """A day that makes somebody so old on, or beside, the end of one of the months, or of a school year."""
    end = as_at(rng.choice(PERIODS))
    day = rng.choice([end, end, end, date(end.year, 9, 1)])
    return months_before(day, 12 * rng.choice(years)) + timedelta(days=rng.randint(-1, 1))


def _person(rng: random.Random, ref: str, kind: str, partners: tuple[str, str], uprn: int) -> Person:
    partner, other = partners
    young = kind in {"placed", "placed_gone", "shared", "shared_only"}
    born = _born(rng, [1, 5, 5, 10, 14, 15] if young else [0, 1, 5, 10, 14, 15, 16, 16, 18, 18, 19, 30, 31, 32, 35, 40])
    changed = near(rng, as_at(PERIODS[-1]), *(as_at(period) for period in PERIODS))
    gone, since = Spell(partner, str(uprn), last=changed), changed + timedelta(days=1)
    spells = {
        "away": [Spell(partner, str(uprn)), Spell(partner, None, "AWAY", changed)],
        "away_gone": [gone, Spell(partner, None, "AWAY", since)],
        "placed": [Spell(partner, str(uprn)), Spell(partner, str(uprn + 2), "PLACEMENT", changed)],
        "placed_gone": [gone, Spell(partner, str(uprn + 2), "PLACEMENT", since)],
        "shared": [Spell(partner, str(uprn)), Spell(other, str(uprn + 1), "SHARED")],
        "shared_only": [gone, Spell(other, str(uprn + 1), "SHARED")],
        "moving": [gone, Spell(other, str(uprn + 3), first=since)],
        "also": [Spell(partner, str(uprn)), Spell(other, None)],
    }
    died = changed if kind == "dead" else None
    is_known = rng.random() > 0.05 or died is not None
    return Person(ref, born if is_known else None, spells.get(kind, [Spell(partner, str(uprn))]), died=died)


def _families(rng: random.Random, number: int, people: list[Person], partner: str, other: str) -> list[Family]:
    if rng.random() < 0.4:
        return []
    attached = rng.choice(_ATTACHED)
    again = [attached + timedelta(days=rng.choice([200, 400]))] if rng.random() < 0.1 else []
    places = []
    # Others join later where the first of them was there, at home, from the beginning; the first never leaves.
    is_founded = len(people[0].spells) == 1
    for k, person in enumerate(people):
        is_adult = person.born is not None and person.born < date(2007, 1, 1)
        role = "NON_RESIDENT_PARENT" if person.ref.endswith("-7") else "ADULT" if is_adult else "CHILD"
        joined = (
            max(attached, near(rng, as_at(PERIODS[-1]), *(as_at(period) for period in PERIODS)))
            if k and is_founded and rng.random() < 0.1
            else None
        )
        left = near(rng, as_at(PERIODS[-1]), *(as_at(period) for period in PERIODS)) if k and rng.random() < 0.05 else None
        if not person.ref.endswith("-8"):
            places.append(Place(person.ref, role, joined, left and max(left, joined or attached)))
    framework = rng.choice(["tf_2012"] * 6 + ["tf_2015", "sf_2022"] * 2)
    made = [Family(partner, f"F{number}", framework, [attached, *again], places, *_plan_of(rng, attached))]
    shared = [person for person in people if any(spell.residence == "SHARED" for spell in person.spells)]
    if shared and rng.random() < 0.9:
        later = attached + timedelta(days=rng.choice([-1, 1, 100]))
        places = [Place(f"{number}-7", "ADULT"), *(Place(person.ref, "CHILD") for person in shared)]
        made.append(Family(other, f"G{number}", framework, [later], places, *_plan_of(rng, later)))
    return made


def _plan_of(rng: random.Random, attached: date) -> tuple[str | None, date | None, date | None]:
    """Who leads the work with a family, when it was assessed, and since when there is a plan; all of it, mostly."""
    days = [near(rng, as_at(PERIODS[-1]), attached, *(as_at(period) for period in PERIODS)) for _ in range(2)]
    assessed, planned = (attached if rng.random() < 0.7 else rng.choice([day, None]) for day in days)
    return maybe(rng, 0.95, "W-7"), assessed, planned


def _snapshot(rng: random.Random, plan: _Plan, end: date) -> Snapshot:
    """What is sent for a month: nothing in it lies after the month's end, but the ends of spells."""
    attached = plan.families[0].episodes[0] if plan.families else months_before(end, 9)
    is_calm = attached.replace(day=1) < end.replace(day=1) and rng.random() < 0.6
    people = []
    for person in plan.people:
        spells = [spell for spell in person.spells if spell.first <= end]
        rows = rows_of(rng, About(person.ref, person.born, end, attached), _feeds(person))
        if {spell.partner for spell in spells} == {plan.partner, plan.other} and person.spells[1].uprn is None:
            _report_twice(rng, rows, plan.other)
        if is_calm:
            is_child = person.born is not None and person.born > date(2007, 1, 1)
            _calm(rows, attached, end, is_child=is_child)
            if not is_child and {"benefits", "work_outcomes"} <= set(_feeds(person)) and rng.random() < 0.9:
                _work(rng, rows, attached, end)
        died = person.died if person.died and person.died <= end else None
        people.append(replace(person, spells=spells, rows=rows, died=died))
    families = [_known(family, people, end) for family in plan.families if family.attached(end)]
    return Snapshot(people, families)


def _feeds(person: Person) -> list[str]:
    """The feeds in which somebody may occur: no authority sends what it never sends."""
    return [feed for feed in FEEDS if (person.partner, feed) not in SILENT]


def _calm(rows: dict[str, list[Row]], attached: date, end: date, *, is_child: bool) -> None:
    """Have somebody do better than before attachment: else hardly any family would ever be paid for."""
    rows.pop("exclusions", None)
    for feed, column in (("asb_incidents", "occurred_on"), ("offences", "offence_date")):
        rows[feed] = [row for row in rows.get(feed, []) if str(row[column]) <= attached.isoformat()]
    for row in rows.get("attendance", []):
        row["sessions_unauthorised_absence"] = "2"
    if is_child and not rows.get("attendance"):
        terms = [name.split() for name, _, _ in last_terms(end, 3)]
        sessions: Row = {"sessions_possible": "100", "sessions_authorised_absence": "1", "sessions_unauthorised_absence": "0"}
        rows["attendance"] = [sessions | {"school_urn": "104000", "academic_year": year, "term": term} for year, term in terms]


def _work(rng: random.Random, rows: dict[str, list[Row]], attached: date, end: date) -> None:
    """Have somebody volunteer for the Work Programme, or move off a benefit into a job about as long ago as the rules ask for."""
    if rng.random() < 0.4:
        volunteered = end - timedelta(days=rng.randint(0, 90))
        row: Row = {"outcome": "WORK_PROGRAMME_VOLUNTEER", "start_date": volunteered.isoformat(), "end_date": None, "verified_on": None}
        rows["work_outcomes"] = [row]
        return
    begun = end - timedelta(days=7 * rng.choice([13, 13, 26, 30]) - 1 + rng.randint(-1, 1))
    benefit, regime = rng.choice([("ESA", None), ("JSA", None), ("UC", "SEARCHING"), ("UC", "PLANNING")])
    claimed: Row = {"benefit": benefit, "uc_conditionality": regime, "matched_on": begun.isoformat()}
    first, last = min(begun, attached) - timedelta(days=100), begun - timedelta(days=1)
    rows["benefits"] = [claimed | {"start_date": first.isoformat(), "end_date": last.isoformat()}]
    job: Row = {"outcome": "EMPLOYED", "start_date": begun.isoformat(), "end_date": None, "verified_on": end.isoformat()}
    rows["work_outcomes"] = [job, *(row for row in rows.get("work_outcomes", []) if row["outcome"] != "EMPLOYED")]


def _report_twice(rng: random.Random, rows: dict[str, list[Row]], other: str) -> None:
    """Have the other authority report some exclusions and terms at school as well, of the terms fewer sessions or the same."""
    for row in list(rows.get("exclusions", [])):
        if rng.random() < 0.6:
            rows["exclusions"].append(row | {"exclusion_ref": f"{row['exclusion_ref']}-b", "_by": other})
    for row in list(rows.get("attendance", [])):
        if rng.random() < 0.6:
            fewer = {"sessions_possible": str(int(row["sessions_possible"] or 0) // 2), "sessions_unauthorised_absence": "0"}
            rows["attendance"].append(row | (fewer if row["sessions_possible"] != "0" and rng.random() < 0.5 else {}) | {"_by": other})


def _known(family: Family, people: list[Person], end: date) -> Family:
    """What is known of a family by a month's end; its sender tells of nobody whom it does not know."""
    known = {person.ref for person in people if family.partner in {spell.partner for spell in person.spells}}
    places = [
        replace(place, left=place.left if place.left and place.left <= end else None)
        for place in family.places
        if place.ref in known and (place.joined or family.episodes[0]) <= end
    ]
    return replace(
        family,
        episodes=[day for day in family.episodes if day <= end],
        places=places,
        assessed=family.assessed if family.assessed and family.assessed <= end else None,
        planned=family.planned if family.planned and family.planned <= end else None,
    )

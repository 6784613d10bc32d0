"""Attendance, exclusions and school places."""

from datetime import date

import numpy as np
import polars as pl

from wholefamily.demo.region import terms
from wholefamily.demo.region.names import Flags, Ints, Shares
from wholefamily.demo.region.people import NEVER, day
from wholefamily.demo.region.terms import Term
from wholefamily.demo.region.world import HISTORY, Facts, World, ages, to_date

_SESSIONS = {"AUT": 144, "SPR": 118, "SUM": 118}
"""Two sessions a day, 190 days a year (domain.md 4.2)."""
_HOLIDAYS = {"AUT": (5, 14), "SPR": (6, 12), "SUM": (8, 16)}
"""Days at a term's start and end on which no school is open."""


def facts(world: World, profiles: pl.DataFrame) -> Facts:
    """The three education feeds."""
    places = _school_places(world, profiles)
    return {
        "attendance": _attendance(world, profiles, places),
        "exclusions": _exclusions(world, profiles),
        "school_places": places,
    }


def school_days(first: int, last: int) -> Ints:
    """Every weekday on which schools are open, ascending."""
    spans = []
    for term in terms.between(to_date(first), to_date(last)):
        late, early = _HOLIDAYS[term.code]
        spans.append(np.arange(day(term.starts) + late, day(term.ends) - early + 1))
    days = np.concatenate(spans)
    found: Ints = days[(days + 3) % 7 < 5]
    return found


def snap(open_days: Ints, when: Ints) -> Ints:
    """The last school day up to each day."""
    found: Ints = open_days[(np.searchsorted(open_days, when, side="right") - 1).clip(0)]
    return found


def _pupils(dob: Ints, term: Term) -> Ints:
    """Row numbers of those who are 4 to 15 on the 31 August before the term (Reception to year 11)."""
    year = int(term.academic_year[:4])
    found: Ints = np.flatnonzero((dob > day(date(year - 16, 8, 31))) & (dob <= day(date(year - 4, 8, 31))))
    return found


def school_urn(world: World, person: Ints, dob: Ints, auth: Ints, starts: int) -> Ints:
    """The school of each pupil: a primary until the year of the 11th birthday, then a secondary school."""
    homes = np.bincount(world.homes["auth"].to_numpy(), minlength=len(world.areas))
    primaries, secondaries = (homes // 1100).clip(4), (homes // 6000).clip(2)
    hh = world.column("hh")[person]
    is_primary = starts - dob < 11.3 * 365.25
    number = np.where(is_primary, hh * 31 % primaries[auth], 600 + (hh * 17 + person) % secondaries[auth])
    found: Ints = 103_000 + auth * 1_000 + number
    return found


def _attendance(world: World, profiles: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    rng = world.rng("attendance")
    dob = world.column("dob")
    habit = 0.006 * np.exp(rng.normal(0, 1.05, len(dob)))
    crisis, better = np.full(len(dob), -NEVER), np.zeros(len(dob), dtype=bool)
    truants = profiles.filter(pl.col("has_education") & (pl.col("hh") % 10 < 6))
    crisis[truants["child"].to_numpy()], better[truants["child"].to_numpy()] = (
        truants["crisis"].to_numpy(),
        truants["better_education"].to_numpy(),
    )
    out_of_school = _out_of_school(places, len(dob))
    parts = []
    first = terms.begun(to_date(world.calendar.first), 5)[0].starts
    for number, term in enumerate(terms.between(first, to_date(world.calendar.last))):
        pupils = _pupils(dob, term)
        pupils = pupils[out_of_school[pupils] > day(term.starts)]
        rate = _unauthorised_rate(world, rng, term, pupils, habit, crisis, better)
        parts.append(_term_rows(world, rng, number, term, pupils, rate))
    return pl.concat(parts)


def _out_of_school(places: pl.DataFrame, people: int) -> Ints:
    """For each person the day from which no school counts attendance."""
    gone = places.filter(pl.col("status").is_in(["NOT_ON_ROLL", "ELECTIVE_HOME_EDUCATION", "AWAITING_PLACE"]))
    found: Ints = np.full(people, NEVER)
    found[gone["person"].to_numpy()] = gone["from_date"].to_numpy()
    return found


def _unauthorised_rate(
    world: World,
    rng: np.random.Generator,
    term: Term,
    pupils: Ints,
    habit: Shares,
    crisis: Ints,
    better: Flags,
) -> Shares:
    usual = habit[pupils] * world.pressure(pupils) * np.exp(rng.normal(0, 0.3, len(pupils)))
    bad, mended = 0.18 + 0.22 * rng.random(len(pupils)), 0.01 + 0.07 * rng.random(len(pupils))
    truant, passed = crisis[pupils] > -NEVER, day(term.ends) > crisis[pupils] + 30
    rate = np.where(truant, np.where(passed & better[pupils], mended, bad), usual)
    young = day(term.ends) - world.column("dob")[pupils] < 7 * 365.25
    return np.where(young, rate.clip(0, 0.08), rate.clip(0, 0.7))


def _term_rows(world: World, rng: np.random.Generator, number: int, term: Term, pupils: Ints, rate: Shares) -> pl.DataFrame:
    count = len(pupils)
    possible = np.full(count, _SESSIONS[term.code]) - rng.integers(0, 5, count)
    possible = np.where(rng.random(count) < 0.001, 0, possible)
    unauthorised = (possible * rate).astype(np.int64)
    authorised = ((possible - unauthorised) * (0.002 + 0.09 * rng.random(count) ** 1.8)).astype(np.int64)
    auth = world.sender_on(pupils, np.full(count, day(term.starts)))
    corrected = np.where(rng.random(count) < 0.004, rng.integers(world.calendar.starts, world.calendar.last, count), NEVER)
    frame = pl.DataFrame(
        {
            "person": pupils.astype(np.int32),
            "auth": auth.astype(np.int8),
            "term": np.full(count, number, dtype=np.int8),
            "academic_year": pl.repeat(term.academic_year, count, eager=True),
            "code": pl.repeat(term.code, count, eager=True),
            "starts": np.full(count, day(term.starts), dtype=np.int32),
            "ends": np.full(count, day(term.ends), dtype=np.int32),
            "school_urn": school_urn(world, pupils, world.column("dob")[pupils], auth, day(term.starts)).astype(np.int32),
            "possible": possible.astype(np.int32),
            "authorised": authorised.astype(np.int32),
            "unauthorised": unauthorised.astype(np.int32),
            "corrected_on": corrected.astype(np.int32),
        }
    )
    return _with_school_changes(frame, rng.random(count) < 0.008)


def _with_school_changes(frame: pl.DataFrame, changes: Flags) -> pl.DataFrame:
    """Pupils who change school in the term have a row at each school; what they missed is divided between the two."""
    counts = ("possible", "authorised", "unauthorised")
    stays, goes = frame.filter(pl.Series(~changes)), frame.filter(pl.Series(changes))
    old = goes.with_columns(pl.col(name) // 3 for name in counts)
    new = goes.with_columns(*(pl.col(name) - pl.col(name) // 3 for name in counts), school_urn=pl.col("school_urn") + 300)
    return pl.concat([stays, old, new])


def _exclusions(world: World, profiles: pl.DataFrame) -> pl.DataFrame:
    rng = world.rng("exclusions")
    open_days = school_days(world.calendar.first - HISTORY * 30, world.calendar.last)
    disruptive = profiles.filter(pl.col("has_education") & (pl.col("hh") % 10 >= 4) & (pl.col("hh") % 10 < 8))
    child, crisis = disruptive["child"].to_numpy(), disruptive["crisis"].to_numpy()
    before = rng.integers(3, 7, len(child))
    after = np.where(disruptive["better_education"].to_numpy(), rng.integers(0, 2, len(child)), rng.integers(2, 6, len(child)))
    dob = world.column("dob")
    chance = 0.03 * world.pressure(np.arange(len(dob))) * ((ages(dob, world.calendar.first) >= 7) & (ages(dob, world.calendar.first) < 18))
    others = np.flatnonzero(rng.random(len(dob)) < chance)
    person = np.concatenate([np.repeat(child, before), np.repeat(child, after), np.repeat(others, 1 + (rng.random(len(others)) < 0.25))])
    early = np.repeat(crisis, before) - rng.integers(5, 250, before.sum())
    late = np.repeat(crisis, after) + rng.integers(10, 330, after.sum())
    usual = rng.integers(world.calendar.first - HISTORY * 30, world.calendar.last, len(person) - len(early) - len(late))
    start = snap(open_days, np.concatenate([early, late, usual]))
    old_enough = ages(dob[person], start) >= 6
    return _exclusion_rows(world, rng, person[old_enough], start[old_enough])


def _exclusion_rows(world: World, rng: np.random.Generator, person: Ints, start: Ints) -> pl.DataFrame:
    count = len(person)
    names = np.array(["SUSP", "FIXD", "LNCH", "PERM"])
    category = names[np.searchsorted([0.8, 0.92, 0.98], rng.random(count), side="right")]
    auth = world.sender_on(person, start)
    rescinded = np.where(rng.random(count) < 0.02, start + rng.integers(10, 60, count), NEVER)
    frame = pl.DataFrame(
        {
            "person": person,
            "auth": auth,
            "school_urn": school_urn(world, person, world.column("dob")[person], auth, int(world.calendar.first)),
            "category": category,
            "start_date": start,
            "sessions": np.select([category == "PERM", category == "LNCH"], [0, 1], rng.integers(1, 6, count) * 2),
            "rescinded_on": rescinded,
        }
    )
    return frame.unique(["person", "start_date"], keep="first", maintain_order=True).with_columns(ref=pl.int_range(pl.len()))


def _school_places(world: World, profiles: pl.DataFrame) -> pl.DataFrame:
    rng = world.rng("school places")
    dob, first = world.column("dob"), world.calendar.first
    age = ages(dob, first)
    pupils = np.flatnonzero((age >= 7) & (age < 16))
    chance = np.array([0.003, 0.002, 0.0025, 0.007, 0.003])
    status = np.array(["PRU", "ALTERNATIVE_PROVISION", "NOT_ON_ROLL", "ELECTIVE_HOME_EDUCATION", "AWAITING_PLACE", ""])
    drawn = np.searchsorted(np.cumsum(chance), rng.random(len(pupils)), side="right")
    some = pupils[drawn < 5]
    sixth = np.flatnonzero((age >= 16) & (age < 18) & (rng.random(len(dob)) < 0.8))
    moved_out = profiles.filter(pl.col("has_education") & (pl.col("hh") % 10 >= 8))
    child, crisis = moved_out["child"].to_numpy(), moved_out["crisis"].to_numpy()
    their = np.array(["PRU", "ALTERNATIVE_PROVISION", "NOT_ON_ROLL"])[rng.integers(0, 3, len(child))]
    ends = np.where(moved_out["better_education"].to_numpy(), crisis + rng.integers(40, 200, len(child)), NEVER)
    parts = [
        (child, their, crisis - rng.integers(10, 120, len(child)), ends),
        (some, status[drawn[drawn < 5]], first - rng.integers(20, 500, len(some)), _ends(rng, world, len(some))),
        (sixth, np.full(len(sixth), "ON_ROLL"), np.full(len(sixth), day(date(to_date(first).year - 1, 9, 3))), np.full(len(sixth), NEVER)),
    ]
    person, names, start, end = (np.concatenate([part[i] for part in parts]) for i in range(4))
    because = np.where(np.isin(names, ["PRU", "ALTERNATIVE_PROVISION"]), np.where(rng.random(len(person)) < 0.85, "Y", "N"), "")
    frame = pl.DataFrame({"person": person, "status": names, "because_excluded": because, "from_date": start, "to_date": end})
    frame = frame.unique("person", keep="first", maintain_order=True)
    return frame.with_columns(auth=pl.Series(world.sender_on(frame["person"].to_numpy(), frame["from_date"].to_numpy())))


def _ends(rng: np.random.Generator, world: World, count: int) -> Ints:
    found: Ints = np.where(rng.random(count) < 0.3, rng.integers(world.calendar.first - 15, world.calendar.last, count), NEVER)
    return found

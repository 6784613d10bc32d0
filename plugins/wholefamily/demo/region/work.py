"""Benefits, work outcomes and needs for support."""

import numpy as np
import polars as pl

from wholefamily.demo.region.names import Ints
from wholefamily.demo.region.people import NEVER
from wholefamily.demo.region.world import Facts, World, ages
from wholefamily.feeds import CODES

_BENEFITS = (
    ("UC", "SEARCHING", 30), ("UC", "PREPARING", 12), ("UC", "PLANNING", 5), ("UC", "NO_REQUIREMENTS", 22), ("ESA", "", 11), ("CA", "", 5),
    ("JSA", "", 4), ("IS", "", 2), ("IB", "", 0.5), ("SDA", "", 0.5), ("UC", "WORKING_ENOUGH", 16), ("UC", "LIGHT_TOUCH", 10), ("UC", "", 1),
    ("PIP", "", 5), ("HB", "", 4),
)  # fmt: skip
"""Benefit, conditionality, weight. The first ten are out-of-work benefits (readings.md 23)."""
_OUT_OF_WORK = 10


def facts(world: World, profiles: pl.DataFrame) -> Facts:
    """The three feeds about adults' work and the household's needs."""
    return {"benefits": _benefits(world, profiles), "work_outcomes": _outcomes(world, profiles), "support_needs": _needs(world, profiles)}


def _kinds(rng: np.random.Generator, count: int, among: int) -> Ints:
    weights = np.array([weight for *_, weight in _BENEFITS[:among]])
    found: Ints = np.searchsorted(np.cumsum(weights), rng.random(count) * weights.sum(), side="right").clip(0, among - 1)
    return found


def moved_off(profiles: pl.DataFrame, first: int) -> Ints:
    """The day on which each troubled family's adult finds work, or ``NEVER``."""
    soon = (profiles["crisis"] + 15 + profiles["hh"] * 37 % 130).to_numpy()
    # a third of those who have been supported for a while leave benefits as the first month ends, so that later months can show 13 weeks of work
    soon = np.where((profiles["crisis"].to_numpy() < first - 20) & (profiles["hh"].to_numpy() % 3 == 0), first, soon)
    found: Ints = np.where((profiles["has_work"] & profiles["better_work"]).to_numpy(), soon, NEVER)
    return found


def _benefits(world: World, profiles: pl.DataFrame) -> pl.DataFrame:
    rng = world.rng("benefits")
    claims = profiles.with_columns(ends=pl.Series(moved_off(profiles, world.calendar.first))).filter("has_work")
    adult = claims["adult"].to_numpy()
    age = ages(world.column("dob"), world.calendar.first)
    everybody = np.arange(len(age))
    chance = 0.115 * world.pressure(everybody) * ((age >= 19) & (age < 66))
    others = np.setdiff1d(np.flatnonzero(rng.random(len(age)) < chance), profiles["adult"].to_numpy())
    kind = np.concatenate([_kinds(rng, len(adult), _OUT_OF_WORK), _kinds(rng, len(others), len(_BENEFITS))])
    start = np.concatenate([claims["crisis"].to_numpy() - rng.integers(60, 1500, len(adult)), _starts(rng, world, len(others))])
    over = np.where(rng.random(len(others)) < 0.25, rng.integers(world.calendar.first - 500, world.calendar.last, len(others)), NEVER)
    end = np.concatenate([claims["ends"].to_numpy(), np.maximum(over, start[len(adult) :] + 30)])
    count = len(kind)
    stale = (rng.random(count) < 0.02) & (np.arange(count) >= len(adult))
    return pl.DataFrame(
        {
            "person": np.concatenate([adult, others]),
            "benefit": np.array([name for name, *_ in _BENEFITS])[kind],
            "uc_conditionality": np.array([regime for _, regime, _ in _BENEFITS])[kind],
            "start_date": start,
            "end_date": end,
            "lag": np.where(stale, rng.integers(63, 200, count), rng.integers(3, 20, count)),
        }
    )


def _starts(rng: np.random.Generator, world: World, count: int) -> Ints:
    """Most spells began before the months that are simulated, some in them."""
    early = world.calendar.first - rng.integers(1, 1800, count)
    found: Ints = np.where(rng.random(count) < 0.1, rng.integers(world.calendar.first, world.calendar.last, count), early)
    return found


def _outcomes(world: World, profiles: pl.DataFrame) -> pl.DataFrame:
    rng = world.rng("work outcomes")
    work = profiles.with_columns(starts=pl.Series(moved_off(profiles, world.calendar.first)) + 1)
    employed = work.filter(pl.col("starts") < NEVER)
    chance = rng.random(len(work))
    volunteer = work.filter(pl.col("has_work") & pl.Series(chance < 0.45))
    age = ages(world.column("dob"), world.calendar.first)
    others = np.flatnonzero((rng.random(len(age)) < 0.012) & (age >= 19) & (age < 64))
    others = np.setdiff1d(others, profiles["adult"].to_numpy())
    person = np.concatenate([employed["adult"].to_numpy(), volunteer["adult"].to_numpy(), others])
    joined = (volunteer["crisis"] + volunteer["hh"] * 13 % 150).to_numpy()
    start = np.concatenate(
        [employed["starts"].to_numpy(), joined, rng.integers(world.calendar.first - 720, world.calendar.last, len(others))]
    )
    kind = np.array(["EMPLOYED", "WORK_PROGRAMME_VOLUNTEER", "ESF_ATTACHED"])
    support = kind[np.where(rng.random(len(volunteer)) < 0.6, 1, 2)]
    outcome = np.concatenate([np.full(len(employed), kind[0]), support, kind[rng.integers(0, 3, len(others))]])
    count = len(person)
    verified = np.where(rng.random(count) < 0.85, start + rng.integers(5, 40, count), NEVER)
    ends = np.where(rng.random(count) < 0.12, start + rng.integers(30, 300, count), NEVER)
    frame = pl.DataFrame({"person": person, "outcome": outcome, "start_date": start, "end_date": ends, "verified_on": verified})
    return frame.with_columns(auth=pl.Series(world.sender_on(person, start)))


def _needs(world: World, profiles: pl.DataFrame) -> pl.DataFrame:
    rng = world.rng("needs")
    local = np.array(["MENTAL_HEALTH", "SUBSTANCE_MISUSE", "LONG_TERM_CONDITION", "DOMESTIC_ABUSE_HEALTH"])
    all_needs = np.array(sorted(CODES["need"]))
    have = profiles.filter("has_local")
    other = profiles.filter(pl.col("hh") % 3 == 0)
    born = world.column("dob")
    odds = 0.007 * world.pressure(np.arange(len(born))) * (born < world.calendar.first - 400)
    rest = np.setdiff1d(np.flatnonzero(rng.random(len(born)) < odds), np.concatenate([have["adult"].to_numpy(), other["child"].to_numpy()]))
    person = np.concatenate([have["adult"].to_numpy(), other["child"].to_numpy(), rest])
    social = np.array(["CHILD_IN_NEED", "CHILD_PROTECTION", "EARLY_HELP", "FAMILY_RELATIONSHIPS", "EXPLOITATION"])
    need = np.concatenate([rng.choice(local, len(have)), rng.choice(social, len(other)), rng.choice(all_needs, len(rest))])
    age = ages(born[person], world.calendar.first)
    conception = (need == "UNDER_18_CONCEPTION") & ((age < 14) | (age > 17))
    need = np.where(conception, "HOUSING", need)
    count = len(person)
    start = np.concatenate(
        [
            have["crisis"].to_numpy() - rng.integers(20, 700, len(have)),
            other["crisis"].to_numpy() - rng.integers(0, 300, len(other)),
            rng.integers(world.calendar.first - 700, world.calendar.last, len(rest)),
        ]
    )
    recovers = np.concatenate([have["better_local"].to_numpy(), np.full(count - len(have), fill_value=False)])
    crisis = np.concatenate([have["crisis"].to_numpy(), np.zeros(count - len(have), dtype=np.int64)])
    by_chance = np.where(rng.random(count) < 0.35, start + rng.integers(60, 600, count), NEVER)
    ends = np.where(recovers, crisis + rng.integers(40, 300, count), np.where(np.arange(count) < len(have), NEVER, by_chance))
    frame = pl.DataFrame(
        {
            "person": person,
            "need": need,
            "from_date": np.maximum(start, born[person]),
            "to_date": np.maximum(ends, np.maximum(start, born[person])),
        }
    )
    return frame.with_columns(auth=pl.Series(world.sender_on(person, frame["from_date"].to_numpy())))

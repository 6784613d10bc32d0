"""Interventions against anti-social behaviour, taken by authorities and by the police."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wholefamily.demo.region.names import Ints
from wholefamily.demo.region.people import NEVER
from wholefamily.demo.region.world import HISTORY, Facts, World, ages

_KINDS = {
    "ABC": 20, "CIVIL_INJUNCTION": 10, "CBO": 6, "NSP": 18, "HOUSING_INJUNCTION": 5, "DEMOTION_ORDER": 3, "POSSESSION_ORDER": 6, "EVICTION": 4,
    "PARENTING_CONTRACT": 6, "CLOSURE_ORDER": 3, "CPN": 8, "WARNING_LETTER": 16, "DISPERSAL": 6,
}  # fmt: skip
_OF_POLICE = ("CIVIL_INJUNCTION", "CBO", "ABC", "DISPERSAL", "CPN", "WARNING_LETTER")
_HOUSING = ("NSP", "POSSESSION_ORDER", "EVICTION", "DEMOTION_ORDER", "HOUSING_INJUNCTION")
_COUNTING = ("ABC", "CIVIL_INJUNCTION", "CBO", "NSP", "HOUSING_INJUNCTION", "DEMOTION_ORDER")
"""What a troubled family is subject to: measures that count (readings.md 28)."""


def facts(world: World, profiles: pl.DataFrame) -> Facts:
    """``asb_interventions`` of the authorities and, under ``police_asb_interventions``, of the police."""
    rng = world.rng("asb interventions")
    subject = profiles.filter(pl.col("has_crime") & (pl.col("hh") // 10 % 10 >= 4))
    who = np.where((subject["hh"] % 5 < 3).to_numpy(), subject["child"].to_numpy(), subject["adult"].to_numpy())
    age = ages(world.column("dob"), world.calendar.first)
    odds = 0.0011 * world.pressure(np.arange(len(age))) * ((age >= 12) & (age < 75))
    others = np.setdiff1d(
        np.flatnonzero(rng.random(len(age)) < odds), np.concatenate([profiles["child"].to_numpy(), profiles["adult"].to_numpy()])
    )
    weights = np.array(list(_KINDS.values()))
    drawn = np.searchsorted(np.cumsum(weights), rng.random(len(others)) * weights.sum(), side="right")
    kind = np.concatenate([np.array(_COUNTING)[rng.integers(0, len(_COUNTING), len(who))], np.array(list(_KINDS))[drawn]])
    start = np.concatenate(
        [
            subject["crisis"].to_numpy() - rng.integers(10, 200, len(who)),
            rng.integers(world.calendar.first - HISTORY * 30, world.calendar.last, len(others)),
        ]
    )
    return _split(world, rng, np.concatenate([who, others]), kind, start, len(who))


def _split(
    world: World,
    rng: np.random.Generator,
    person: Ints,
    kind: NDArray[np.str_],
    start: Ints,
    troubled: int,
) -> Facts:
    count = len(person)
    ground = np.where(
        np.isin(kind, _HOUSING), np.where(rng.random(count) < 0.45, "ARREARS", np.where(rng.random(count) < 0.9, "ASB", "OTHER")), ""
    )
    ground[:troubled] = np.where(np.isin(kind[:troubled], _HOUSING), "ASB", "")
    adult = ages(world.column("dob")[person], start) >= 18
    kind = np.where(np.isin(kind, _HOUSING) & ~adult, "ABC", kind)
    ground = np.where(np.isin(kind, _HOUSING), ground, "")
    ends = np.where(rng.random(count) < 0.85, start + rng.integers(80, 500, count), NEVER)
    frame = pl.DataFrame({"person": person, "intervention": kind, "ground": ground, "start_date": start, "end_date": ends})
    frame = frame.with_columns(ref=pl.int_range(pl.len()))
    by_police = pl.Series(np.isin(kind, _OF_POLICE) & (rng.random(count) < 0.6))
    role = pl.Series(np.where(rng.random(count) < 0.93, "SUBJECT", "COMPLAINANT")).scatter(np.arange(troubled), "SUBJECT")
    authorities = frame.with_columns(auth=pl.Series(world.sender_on(person, start))).filter(~by_police)
    return {"asb_interventions": authorities, "police_asb_interventions": frame.with_columns(role=role).filter(by_police)}

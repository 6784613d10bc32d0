"""Who lives where, when: memberships of households, tenures of dwellings, and what changes in the months that are simulated."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from wholefamily.demo.region.names import Flags, Ints
from wholefamily.demo.region.people import (
    CARE_HOME,
    CHILD,
    COUPLE_CHILDREN,
    HMO,
    HOSTEL,
    LONE_PARENT,
    NEVER,
    PARTNER,
    YEAR,
    Calendar,
    streams,
)

MAIN, SHARED, PLACEMENT, AWAY = "MAIN", "SHARED", "PLACEMENT", "AWAY"
_MOVES, _ACROSS, _ARRIVES, _LEAVES, _SEPARATES = 0.006, 0.1, 0.0015, 0.004, 0.0008
"""Shares a month: households that move (a tenth of them to another authority) or arrive; grown children and partners who leave."""


@dataclass(frozen=True)
class Residence:
    """``members``: person, hh, joins, leaves. ``tenures``: hh, dwelling, auth, starts, ends. ``homes``: hh, auth, class of every household."""

    members: pl.DataFrame
    tenures: pl.DataFrame
    dwelling_class: Ints
    separated: pl.DataFrame
    """person, new_hh, leaves: parents who left a home with children."""


def live(homes: pl.DataFrame, people: pl.DataFrame, areas: int, calendar: Calendar, seed: int) -> Residence:
    """The residence of everybody from the past to the last simulated day."""
    rng = streams(seed, "movement")
    months = (calendar.last - calendar.starts) / 30.44
    total = len(homes)
    shape, auth = homes["shape"].to_numpy(), homes["auth"].to_numpy().astype(np.int64)
    moved_in = calendar.starts - 40 - (rng.random(total) ** 1.5 * 15 * YEAR).astype(np.int64)
    arrives = (rng.random(total) < _ARRIVES * months) & ~homes["is_troubled"].to_numpy()
    moved_in = np.where(arrives, rng.integers(calendar.starts, calendar.last, total), moved_in)
    settled = (shape < HMO) & (moved_in < calendar.starts - 30)
    moves = np.where(settled & (rng.random(total) < _MOVES * months), rng.integers(calendar.starts + 3, calendar.last, total), NEVER)
    forced = np.flatnonzero(homes["is_programme"].to_numpy() & settled)[7::80]
    moves[forced] = rng.integers(calendar.starts + 3, calendar.starts + 60, len(forced))
    across = (rng.random(total) < _ACROSS) & (moves < NEVER) & (areas > 1)
    across[forced] = areas > 1
    goes_to = np.where(across, (auth + rng.integers(1, max(areas, 2), total)) % areas, auth)
    leavers = _leavers(rng, people, shape, moved_in, months, calendar)
    tenures, classes = _tenures(rng, shape, auth, moved_in, moves, goes_to, leavers)
    members = _members(rng, people, shape, leavers, total, calendar)
    separated = leavers.with_columns(new_hh=(total + pl.int_range(pl.len())).cast(pl.Int32)).filter("is_parent")
    return Residence(members, tenures, classes, separated.select("person", "hh", "new_hh", "leaves"))


def _leavers(
    rng: np.random.Generator, people: pl.DataFrame, shape: Ints, moved_in: Ints, months: float, calendar: Calendar
) -> pl.DataFrame:
    """Grown children who move out and parents who separate: person, hh, leaves, is_parent."""
    hh, role, dob = people["hh"].to_numpy(), people["role"].to_numpy(), people["dob"].to_numpy()
    when = rng.integers(calendar.starts + 3, calendar.last, len(people))
    age = (when - dob) / YEAR
    draw = rng.random(len(people))
    grown = (role == CHILD) & (age > 18) & (age < 27) & (draw < _LEAVES * months)
    parent = (role == PARTNER) & (shape[hh] == COUPLE_CHILDREN) & (draw < _SEPARATES * months)
    goes = (grown | parent) & (moved_in[hh] < calendar.starts)
    found = people.select("person", "hh").with_columns(leaves=pl.Series(when), is_parent=pl.Series(parent))
    return found.filter(pl.Series(goes))


def _tenures(
    rng: np.random.Generator, shape: Ints, auth: Ints, moved_in: Ints, moves: Ints, goes_to: Ints, leavers: pl.DataFrame
) -> tuple[pl.DataFrame, Ints]:
    total = len(shape)
    hh = np.arange(total)
    earlier = np.flatnonzero((rng.random(total) < 0.06) & (shape < HMO))
    since = moved_in[earlier] - rng.integers(200, 1500, len(earlier))
    mover = np.flatnonzero(moves < NEVER)
    old, left = leavers["hh"].to_numpy(), leavers["leaves"].to_numpy()
    left_auth = np.where(left >= moves[old], goes_to[old], auth[old])
    parts = [
        (hh, hh, auth, moved_in, moves - (moves < NEVER)),
        (earlier, total + np.arange(len(earlier)), auth[earlier], since, moved_in[earlier] - 1),
        (mover, total + len(earlier) + np.arange(len(mover)), goes_to[mover], moves[mover], np.full(len(mover), NEVER)),
        (total + np.arange(len(old)), total + len(earlier) + len(mover) + np.arange(len(old)), left_auth, left, np.full(len(old), NEVER)),
    ]
    names = ("hh", "dwelling", "auth", "starts", "ends")
    frame = pl.DataFrame({name: np.concatenate([part[i] for part in parts]).astype(np.int32) for i, name in enumerate(names)})
    classes = np.zeros(len(frame), dtype=np.int64)
    classes[:total] = np.select([shape == HMO, shape == CARE_HOME, shape == HOSTEL], [1, 2, 3], 0)
    return frame, classes


def _members(
    rng: np.random.Generator, people: pl.DataFrame, shape: Ints, leavers: pl.DataFrame, total: int, calendar: Calendar
) -> pl.DataFrame:
    hh, role = people["hh"].to_numpy(), people["role"].to_numpy()
    late = (role == PARTNER) & (shape[hh] == LONE_PARENT)
    joins = np.where(late, rng.integers(calendar.starts, calendar.last, len(people)), 0)
    leaves = np.full(len(people), NEVER)
    leaves[leavers["person"].to_numpy()] = leavers["leaves"].to_numpy() - 1
    stay = people.select("person", "hh", joins=pl.max_horizontal(pl.Series(joins), "dob"), leaves=pl.Series(leaves))
    new = leavers.select("person", hh=total + pl.int_range(pl.len()), joins="leaves", leaves=pl.lit(NEVER))
    return pl.concat([part.cast(pl.Int32) for part in (stay, new)])


def spells(residence: Residence) -> pl.DataFrame:
    """Main residence, one row per person and dwelling: person, hh, dwelling, auth, starts, ends, residence."""
    both = residence.members.join(residence.tenures, on="hh", how="left", maintain_order="left_right")
    both = both.with_columns(starts=pl.max_horizontal("starts", "joins"), ends=pl.min_horizontal("ends", "leaves"))
    return both.filter(pl.col("starts") <= pl.col("ends")).select(
        "person", "hh", "dwelling", "auth", "starts", "ends", residence=pl.lit(MAIN)
    )


def authorities(main: pl.DataFrame, people: int) -> pl.DataFrame:
    """For each person the authority of the first address and the one moved to: auth0, known_from, auth1 (-1: none), moved_on."""
    ordered = main.sort("person", "starts", maintain_order=True)
    first = ordered.unique("person", keep="first", maintain_order=True).select("person", auth0="auth", known_from="starts")
    crossed = (pl.col("auth") != pl.col("auth").shift()) & (pl.col("person") == pl.col("person").shift())
    later = ordered.filter(crossed).unique("person", keep="first").select("person", auth1="auth", moved_on="starts")
    everybody = pl.DataFrame({"person": np.arange(people, dtype=np.int32)})
    found = everybody.join(first, on="person", how="left", maintain_order="left").join(
        later, on="person", how="left", maintain_order="left"
    )
    return found.with_columns(
        pl.col("auth0").fill_null(-1),
        pl.col("known_from").fill_null(NEVER),
        pl.col("auth1").fill_null(-1),
        pl.col("moved_on").fill_null(NEVER),
    )


def deaths(people: pl.DataFrame, calendar: Calendar, seed: int) -> Ints:
    """The day of death of each person, or ``NEVER``; the older, the likelier."""
    rng = streams(seed, "deaths")
    age = (calendar.first - people["dob"].to_numpy()) / YEAR
    yearly = np.clip(0.00035 * np.exp(0.083 * (age - 20).clip(0)), 0, 0.6)
    dies: Flags = rng.random(len(people)) < yearly * (calendar.last - calendar.starts) / YEAR
    found: Ints = np.where(dies & (age > 0), rng.integers(calendar.starts, calendar.last, len(people)), NEVER)
    return found

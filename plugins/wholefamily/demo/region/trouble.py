"""Families with several problems at once: which ones, when they come to a head, and whether they get better."""

import numpy as np
import polars as pl

from wholefamily.demo.region.names import Flags, Ints, Shares
from wholefamily.demo.region.people import CHILD, HEAD, NEVER, YEAR
from wholefamily.demo.region.world import World

_PATTERNS = ((1, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, 0), (0, 1, 1, 1), (1, 1, 0, 1), (1, 0, 1, 0), (0, 0, 1, 1))
"""Education, crime, work, local: what a family has when it is attached; mostly three of the four (domain.md 1.1)."""
_SHARES = (0.2, 0.38, 0.1, 0.12, 0.1, 0.05, 0.05)
_ATTACHED_BEFORE = 0.89
"""Share of the programme's families that are attached before the end of the first month; the others come in the four months after."""


def profiles(world: World) -> pl.DataFrame:
    """One row per troubled household: hh, auth, child, adult, crisis, attached, has_* and better_* (education, crime, work, local).

    ``crisis`` is the day up to which the problems build up; for a family on the programme it is the day of attachment.
    """
    rng = world.rng("trouble")
    homes = world.homes.filter("is_troubled")
    count = len(homes)
    is_programme = homes["is_programme"].to_numpy()
    first = world.calendar.first
    before, after = rng.integers(first - 310, first + 1, count), rng.integers(first + 1, first + 110, count)
    recent = is_programme & (_rank_within(homes["auth"].to_numpy(), rng, is_programme) >= _ATTACHED_BEFORE)
    crisis = np.where(recent, after, before)
    pattern = np.array(_PATTERNS)[np.searchsorted(np.cumsum(_SHARES), rng.random(count) * sum(_SHARES), side="right").clip(0, 6)]
    better = rng.random((count, 4)) < np.where(is_programme, 1.0, 0.4)[:, None] * np.array([0.6, 0.55, 0.4, 0.5])
    names = ("education", "crime", "work", "local")
    frame = homes.select("hh", "auth", "is_programme").with_columns(
        crisis=pl.Series(crisis),
        attached=pl.Series(np.where(is_programme, crisis, NEVER)),
        **{f"has_{name}": pl.Series(pattern[:, i] == 1) for i, name in enumerate(names)},
        **{f"better_{name}": pl.Series(better[:, i]) for i, name in enumerate(names)},
    )
    return _with_members(world, frame)


def _rank_within(auth: Ints, rng: np.random.Generator, chosen: Flags) -> Shares:
    """A random rank, 0 to 1, of each chosen family among those of its authority."""
    frame = pl.DataFrame({"auth": auth, "draw": rng.random(len(auth)), "chosen": chosen})
    ranks = frame.select((pl.col("draw").rank("ordinal").over("auth", "chosen") - 1) / pl.len().over("auth", "chosen"))
    found: Shares = ranks.to_series().to_numpy()
    return found


def _with_members(world: World, frame: pl.DataFrame) -> pl.DataFrame:
    """Add the child and the adult whose problems they are: the eldest child, the head of the household."""
    persons = world.people.join(frame.select("hh", "crisis"), on="hh", how="semi").select("person", "hh", "role", "dob")
    old_enough = pl.col("dob") < world.calendar.first - 8 * YEAR
    eldest = persons.filter((pl.col("role") == CHILD) & old_enough).sort("hh", "dob").unique("hh", keep="first", maintain_order=True)
    head = persons.filter(pl.col("role") == HEAD).unique("hh", keep="first", maintain_order=True)
    both = frame.join(eldest.select("hh", child="person"), on="hh", how="inner", maintain_order="left")
    return both.join(head.select("hh", adult="person"), on="hh", how="inner", maintain_order="left")

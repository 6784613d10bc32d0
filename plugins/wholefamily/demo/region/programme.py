"""Families on the programme: who belongs to them, consent, and the support they get."""

import numpy as np
import polars as pl

from wholefamily.demo.region.people import NEVER, SINGLE
from wholefamily.demo.region.world import Facts, World, ages

_REASONS = ("outcomes achieved", "moved away", "disengaged", "stepped down to universal services")
_SUPPORT = (
    ("housing", "tenancy support"),
    ("health", "counselling"),
    ("school", "attendance mentor"),
    ("voluntary", "parenting course"),
    ("employment", "work coach"),
)


def facts(world: World, profiles: pl.DataFrame) -> Facts:
    """``programme``, ``consent`` and ``interventions``; a family's number is its household's."""
    rng = world.rng("programme")
    families = _with_second_episodes(_families(rng, profiles.filter("is_programme")))
    members = _members(world, rng, families)
    return {"programme": members, "consent": _consent(rng, members), "interventions": _interventions(rng, families)}


def _families(rng: np.random.Generator, profiles: pl.DataFrame) -> pl.DataFrame:
    count = len(profiles)
    attached = profiles["attached"].to_numpy()
    assessed = attached + rng.integers(10, 45, count)
    closed = np.where(rng.random(count) < 0.35, attached + rng.integers(170, 480, count), NEVER)
    return profiles.select("hh", "auth").with_columns(
        attached_on=pl.Series(attached),
        notified_on=pl.Series(np.where(rng.random(count) < 0.92, attached - rng.integers(-5, 15, count), NEVER)),
        assessed_on=pl.Series(np.where(rng.random(count) < 0.95, assessed, NEVER)),
        plan_on=pl.Series(np.where(rng.random(count) < 0.9, assessed + rng.integers(3, 21, count), NEVER)),
        closed_on=pl.Series(closed),
        closure_reason=pl.Series(np.array(_REASONS)[np.searchsorted([0.6, 0.7, 0.85], rng.random(count), side="right")]),
        practitioner=pl.Series(rng.permutation(count) % (1 + count // 14) + 1),
    )


def _with_second_episodes(families: pl.DataFrame) -> pl.DataFrame:
    """A few families close early and are attached again: another episode of the same family."""
    again = pl.col("hh") % 29 == 3
    first = families.with_columns(closed_on=pl.when(again).then(pl.col("attached_on") + 90).otherwise("closed_on"))
    later = families.filter(again).with_columns(pl.col(name) + 150 for name in ("attached_on", "notified_on", "assessed_on", "plan_on"))
    return pl.concat([first, later.with_columns(closed_on=pl.lit(NEVER, pl.Int64))])


def _members(world: World, rng: np.random.Generator, families: pl.DataFrame) -> pl.DataFrame:
    """One row per member: those of the household, who may join or leave later, and some parents who live elsewhere."""
    home = world.residence.members.join(families, on="hh", how="inner", maintain_order="left")
    home = home.filter((pl.col("joins") < pl.col("closed_on")) & (pl.col("leaves") > pl.col("attached_on")))
    born = pl.Series(world.column("dob")[home["person"].to_numpy()])
    adult = pl.Series(ages(born.to_numpy(), home["attached_on"].to_numpy()) >= 18)
    home = home.with_columns(
        role=pl.when(adult).then(pl.lit("ADULT")).otherwise(pl.lit("CHILD")),
        joined_on=pl.max_horizontal("joins", "attached_on"),
        left_on=pl.when(pl.col("leaves") < NEVER).then("leaves").otherwise(NEVER),
    )
    return pl.concat(
        [home.drop("joins", "leaves"), _absent_parents(world, rng, families).select(home.drop("joins", "leaves").columns)],
        how="vertical_relaxed",
    )


def _absent_parents(world: World, rng: np.random.Generator, families: pl.DataFrame) -> pl.DataFrame:
    """Non-resident parents: people who live alone in the same authority."""
    alone = world.homes.filter(pl.col("shape") == SINGLE).select("hh", "auth")
    single = world.people.join(alone, on="hh", how="inner", maintain_order="left").filter(
        (pl.col("auth1") < 0) & (pl.col("known_from") < world.calendar.starts - 400)
    )
    with_parent = families.filter(pl.Series(rng.random(len(families)) < 0.12))
    parts = []
    for number in range(len(world.areas)):
        here = with_parent.filter(pl.col("auth") == number)
        pool = single.filter(pl.col("auth") == number)["person"]
        here = here.head(len(pool))
        parts.append(here.with_columns(person=pool.gather(rng.permutation(len(pool))[: len(here)])))
    return pl.concat(parts).with_columns(role=pl.lit("NON_RESIDENT_PARENT"), joined_on=pl.col("attached_on"), left_on=pl.lit(NEVER))


def _consent(rng: np.random.Generator, members: pl.DataFrame) -> pl.DataFrame:
    parts = []
    for scope, given, refused, withdrawn in (("SUPPORT", 0.9, 0.03, 0.025), ("EVALUATION", 0.82, 0.07, 0.03)):
        draw = rng.random(len(members))
        asked = members.select("person", "auth", "hh", effective_from=pl.col("joined_on") + 7, scope=pl.lit(scope)).with_columns(
            draw=pl.Series(draw)
        )
        asked = asked.filter(pl.col("draw") < given + refused)
        parts.append(asked.with_columns(decision=pl.when(pl.col("draw") < given).then(pl.lit("GIVEN")).otherwise(pl.lit("REFUSED"))))
        later = asked.filter(pl.col("draw") < withdrawn).with_columns(
            decision=pl.lit("WITHDRAWN"), effective_from=pl.col("effective_from") + 30 + pl.col("hh") * 29 % 160
        )
        parts.append(later.select(parts[-1].columns))
    return pl.concat(parts).drop("hh", "draw").unique(["person", "scope", "effective_from", "decision"], keep="first", maintain_order=True)


def _interventions(rng: np.random.Generator, families: pl.DataFrame) -> pl.DataFrame:
    counts = rng.integers(1, 4, len(families))
    frame = families[np.repeat(np.arange(len(families)), counts).tolist()]
    count = len(frame)
    kind = rng.integers(0, len(_SUPPORT), count)
    started = frame["attached_on"].to_numpy() + rng.integers(15, 120, count)
    ended = np.where(rng.random(count) < 0.6, started + rng.integers(40, 200, count), NEVER)
    return frame.select("hh", "auth").with_columns(
        ref=pl.int_range(pl.len()),
        agency=pl.Series(np.array([agency for agency, _ in _SUPPORT])[kind]),
        intervention=pl.Series(np.array([name for _, name in _SUPPORT])[kind]),
        started_on=pl.Series(started),
        ended_on=pl.Series(ended),
        outcome=pl.Series(np.array(["goal reached", "goal partly reached", "not engaged"])[rng.integers(0, 3, count)]),
    )

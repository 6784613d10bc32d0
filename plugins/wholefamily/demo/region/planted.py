"""Canaries: a family on the programme in each authority bears a name by which every trace of it is known (attack 1 of docs/disclosure.md)."""

from dataclasses import replace

import polars as pl

from wholefamily.demo.region.world import Facts, World
from wholefamily.disclosure.canaries import NAME


def rename(world: World, facts: Facts, spared: pl.DataFrame) -> World:
    """The region with the first such family of each authority renamed, the police's records of them too; not one that is ``spared`` (``person``)."""
    homes = world.people.join(spared, on="person", how="semi")["hh"].implode()
    members = facts["programme"].filter(pl.col("role") != "NON_RESIDENT_PARENT", pl.col("attached_on") < world.calendar.starts)
    families = members.filter(~pl.col("hh").is_in(homes)).sort("hh")
    chosen = families.unique("auth", keep="first", maintain_order=True)["hh"].implode()
    named = pl.when(pl.col("hh").is_in(chosen)).then(pl.lit(NAME))
    people = world.people.with_columns(named.otherwise(column).alias(column) for column in ("family_name", "maiden_name"))
    return replace(world, people=people)

"""Attacks 9, 10, 12 and 13: who stands alone, and what is told of a whole group at once."""

import itertools
from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from wholefamily.disclosure.attacks.columns import FAMILY, PERSON
from wholefamily.disclosure.attacks.model import Outcome, Scene, verdict
from wholefamily.disclosure.policy import HIDDEN, MAX_SHARE, K, L


def uniqueness(scene: Scene) -> Outcome:
    """Attack 9: fewer than k records with one combination of quasi-identifiers; the figure is the smallest group."""
    families, individuals, progress = (scene.release.tables[name] for name in ("families", "individuals", "progress"))
    found = [f"progress.csv has {n} families that are not in families.csv"] if (n := _orphans(progress, families)) else []
    history = progress.group_by("family_key").agg(quarters=pl.col("quarter").unique().sort().str.join(" "))
    told = families.join(history, on="family_key", how="left").with_columns(pl.col("quarters").fill_null(""))
    smallest = []
    for name, table, columns in (
        ("families.csv", families, FAMILY),
        ("individuals.csv", individuals, PERSON),
        ("families.csv with the quarters of their progress", told, (*FAMILY, "quarters")),
    ):
        n_few, least = _few(table, columns)
        smallest.append(least)
        if n_few:
            found.append(f"{name}: {n_few} combinations of {', '.join(columns)} have fewer than {K} records")
    return verdict("9 uniqueness", min((n for n in smallest if n), default=0), found)


def _orphans(part: pl.DataFrame, whole: pl.DataFrame) -> int:
    return int(part.filter(pl.col("family_key") != "").join(whole, on="family_key", how="anti")["family_key"].n_unique())


def _few(table: pl.DataFrame, columns: Sequence[str]) -> tuple[int, int]:
    """How many combinations have fewer than k records, and the size of the smallest (0 where there is none)."""
    sizes = table.group_by(list(columns)).len()["len"]
    return int((sizes < K).sum()), int(str(sizes.min() or 0))


def homogeneity(scene: Scene) -> Outcome:
    """Attack 10: a flag with fewer than l values in a group, or too large a share of ``Y``; the figure is the largest share."""
    families = scene.release.tables["families"]
    found, largest = [], 0.0
    for flag in (column for column in families.columns if column.startswith("met_")):
        groups = (
            families.group_by(FAMILY)
            .agg(
                shown=(pl.col(flag) != HIDDEN).sum(),
                empty=(pl.col(flag) == "").sum(),
                yes=(pl.col(flag) == "Y").sum(),
                values=pl.col(flag).filter(pl.col(flag) != HIDDEN).n_unique(),
            )
            .filter((pl.col("shown") > 0) & ~((pl.col("empty") == pl.col("shown")) & (pl.col("values") == 1)))
            .with_columns(share=pl.col("yes") / pl.col("shown"))
        )
        too_much = groups.filter((pl.col("empty") > 0) | (pl.col("values") < L) | (pl.col("share") > MAX_SHARE))
        if len(too_much):
            found.append(f"families.csv: {flag} tells too much of {len(too_much)} groups")
        largest = max(largest, float(str(groups["share"].max() or 0)))
    return verdict("10 homogeneity", round(largest, 4), found)


def special_uniques(scene: Scene) -> Outcome:
    """Attack 12: a record that stands alone by at most three variables, also with its family's beside it; the figure is how many do."""
    families, individuals = scene.release.tables["families"], scene.release.tables["individuals"]
    of_family = families.select("family_key", *(pl.col(column).alias(f"family {column}") for column in FAMILY))
    joined = individuals.join(of_family, on="family_key", how="left").fill_null("")
    found, total = [], 0
    for name, table, columns in (
        ("families.csv", families, FAMILY),
        ("individuals.csv", individuals, PERSON),
        ("individuals.csv beside families.csv", joined, (*PERSON, *(f"family {column}" for column in FAMILY))),
    ):
        unique = minimal_uniques(table, columns, up_to=3)
        total += len(unique)
        if unique:
            least = min(unique.values(), key=len)[0]
            found.append(f"{name}: {len(unique)} records stand alone, some by {', '.join(least)}")
    return verdict("12 special uniques", total, found)


def minimal_uniques(table: pl.DataFrame, columns: Sequence[str], up_to: int) -> dict[int, list[tuple[str, ...]]]:
    """Row -> the sets of at most ``up_to`` columns in which no other row has the same values, no part of which would do (SUDA)."""
    found: dict[int, list[tuple[str, ...]]] = {}
    for size in range(1, up_to + 1):
        for chosen in itertools.combinations(columns, size):
            alone = table.select(pl.struct(chosen).is_unique()).to_series().arg_true()
            for row in alone.to_list():
                if not any(set(smaller) <= set(chosen) for smaller in found.get(row, ())):
                    found.setdefault(row, []).append(chosen)
    return found


def composition(scene: Scene) -> Outcome:
    """Attack 13: a family known by its members, or a record by whether a key leads from it to a family; the figure is the fewest alike."""
    families, individuals = scene.release.tables["families"], scene.release.tables["individuals"]
    found = []
    if n := _orphans(individuals, families):
        found.append(f"individuals.csv has {n} values of family_key that are not in families.csv")
    if len(set(individuals["family_key"]) & set(individuals["person_key"])):
        found.append("a family_key is also a person_key: they must be derived apart")
    members = household(individuals)
    by_area = members.join(families.select("family_key", "authority"), on="family_key")
    told = families.join(members, on="family_key", how="left").fill_null("")
    beside = individuals.join(
        told.select("family_key", *(pl.col(c).alias(f"family {c}") for c in (*FAMILY, "members"))), on="family_key", how="left"
    )
    n_few, smallest = _few(by_area, ("authority", "members"))
    if n_few:
        found.append(f"{n_few} compositions of households are shared by fewer than {K} families of their area")
    found += _known_by_link(told, (*FAMILY, "members"), "families.csv with the members that lead to each")
    found += _known_by_link(
        beside.fill_null(""), (*PERSON, *(f"family {c}" for c in (*FAMILY, "members"))), "individuals.csv with their family"
    )
    return verdict("13 household composition", smallest, found)


def household(individuals: pl.DataFrame) -> pl.DataFrame:
    """``family_key`` and ``members``: what is told of those who lead to a family, the same text for the same people."""
    return (
        individuals.filter(pl.col("family_key") != "")
        .with_columns(member=pl.concat_str(PERSON, separator="|"))
        .group_by("family_key")
        .agg(members=pl.col("member").sort().str.join(";"))
    )


def _known_by_link(table: pl.DataFrame, columns: Iterable[str], what: str) -> Iterator[str]:
    n_few, _ = _few(table, tuple(columns))
    if n_few:
        yield f"{what}: {n_few} groups of fewer than {K}"

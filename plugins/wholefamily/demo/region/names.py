"""Names of the region's communities, drawn for many persons at once."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Shares = NDArray[np.float64]

COMMUNITIES: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "names.yml").read_text(encoding="utf-8"))
"""Community -> names and ethnicity codes (DfE, police); the order gives each community its number."""

MALE, FEMALE = 1, 2


class NameTable:
    """Lists of names laid end to end; a draw is an index into them, skewed towards the commonest."""

    def __init__(self, lists: list[list[str]]) -> None:
        self.names = pl.Series([name for part in lists for name in part], dtype=pl.String)
        self.sizes = np.array([len(part) for part in lists], dtype=np.int64)
        self.starts = np.cumsum(self.sizes) - self.sizes

    def draw(self, rng: np.random.Generator, which: Ints) -> pl.Series:
        """One name for each element of ``which``, the numbers of the lists to draw from."""
        share = rng.random(len(which)) ** 1.6
        return self.names.gather(self.starts[which] + (share * self.sizes[which]).astype(np.int64))


def _family_names(community: dict[str, Any]) -> list[str]:
    parts = community.get("parts", {"first": [], "second": []})
    return list(community["family"]) + [first + second for second in parts["second"] for first in parts["first"]]


GIVEN = NameTable([part for c in COMMUNITIES.values() for part in (c["male"], c["female"])])
FAMILY = NameTable([_family_names(c) for c in COMMUNITIES.values()])
WOMEN = NameTable([c.get("female_family", ["-"]) for c in COMMUNITIES.values()])
HAS_WOMENS_NAMES = np.array(["female_family" in c for c in COMMUNITIES.values()])
MONONYM = list(COMMUNITIES).index("mononym")


def given_names(rng: np.random.Generator, community: Ints, sex: Ints) -> pl.Series:
    """A given name for each person."""
    return GIVEN.draw(rng, community * 2 + (sex == FEMALE))


def family_names(rng: np.random.Generator, community: Ints) -> pl.Series:
    """A family name for each household or unrelated person."""
    return FAMILY.draw(rng, community)


def womens_names(rng: np.random.Generator, community: Ints) -> pl.Series:
    """The name that a woman carries in place of the household's, where her community has such names; else ``-``."""
    return WOMEN.draw(rng, community)


def ethnicity(number: int) -> pl.Series:
    """Ethnicity codes by community: ``number`` 0 the DfE's, 1 the police's."""
    return pl.Series([c["ethnicity"][number] for c in COMMUNITIES.values()], dtype=pl.String)

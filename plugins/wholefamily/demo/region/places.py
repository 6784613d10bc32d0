"""Authorities of the region and the addresses of their dwellings: nothing is stored, an address follows from its number."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml

from wholefamily.demo.region.identifiers import pick
from wholefamily.demo.region.names import COMMUNITIES, Ints
from wholefamily.partners import Partner

AREAS: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "areas.yml").read_text(encoding="utf-8"))
_ELSEWHERE = {
    "households": 100_000,
    "families": 700,
    "la_number": 330,
    "towns": ["Newtown", "Oldtown"],
    "districts": ["B1", "B2"],
    "communities": {"british": 80, "pakistani": 10, "caribbean": 10},
}
_FIRST = [
    "Acorn",
    "Alder",
    "Beacon",
    "Birch",
    "Bramble",
    "Briar",
    "Canal",
    "Castle",
    "Cedar",
    "Chapel",
    "Clifton",
    "Colliery",
    "Cross",
    "Elm",
    "Fern",
    "Forge",
    "Furnace",
    "Garrison",
    "Glebe",
    "Gorse",
]
_FIRST += [
    "Granary",
    "Hawthorn",
    "Heather",
    "Holly",
    "Ivy",
    "Jubilee",
    "Lark",
    "Laurel",
    "Lime",
    "Linden",
    "Lock",
    "Maple",
    "Meadow",
    "Mill",
    "Nailers",
    "Navigation",
    "Oak",
    "Orchard",
    "Park",
    "Poplar",
]
_SECOND = [
    "",
    "brook ",
    "croft ",
    "dale ",
    "field ",
    "gate ",
    "hill ",
    "house ",
    "ley ",
    "moor ",
    "side ",
    "stone ",
    "view ",
    "wharf ",
    "wood ",
]
_KINDS = ["Road", "Street", "Lane", "Avenue", "Close", "Drive", "Grove", "Crescent", "Way", "Place"]
_UNIT = "ABDEFGHJLNPQRSTUWXYZ"
CLASSES = ("RD", "RH", "RI", "CH")
DWELLING, HMO, INSTITUTION, HOSTEL = range(4)
_PER_STREET = 80


@dataclass(frozen=True)
class Area:
    """An authority that sends drops, with its share of the region."""

    code: str
    number: int
    households: int
    families: int
    la_number: int
    framework: str
    towns: list[str]
    districts: list[str]
    communities: Ints
    """Weight of each community of ``names.COMMUNITIES``, in tenths of a per cent."""


def areas(partners: dict[str, Partner]) -> list[Area]:
    """The authorities among the partners, by code; one that the region does not know gets a plain town of its own."""
    codes = sorted(code for code, partner in partners.items() if partner.kind == "authority")
    found = []
    for number, code in enumerate(codes):
        data = dict(AREAS.get(code, _ELSEWHERE))
        weights = data.pop("communities")
        mix = np.array([round(10 * weights.get(name, 0)) for name in COMMUNITIES], dtype=np.int64)
        found.append(Area(code=code, number=number, framework=partners[code].framework or "tf_2012", communities=mix, **data))
    return found


def apportion(total: int, weights: list[int]) -> list[int]:
    """Whole shares of ``total`` in proportion to ``weights``, by largest remainder."""
    exact = [total * weight / sum(weights) for weight in weights]
    shares = [int(value) for value in exact]
    order = sorted(range(len(weights)), key=lambda i: (shares[i] - exact[i], i))
    for i in order[: total - sum(shares)]:
        shares[i] += 1
    return shares


def address_columns(area: Area, dwelling: str = "dwelling") -> list[pl.Expr]:
    """UPRN, address and postcode of dwellings by their number.

    Each has an address of its own; the flats of a house are told apart by their flat's number.
    """
    number = pl.col(dwelling).cast(pl.Int64)
    street, house = number // _PER_STREET, number % _PER_STREET
    name = street * 7919 + area.number * 101
    first, second, kind = name % len(_FIRST), name // len(_FIRST) % len(_SECOND), name // (len(_FIRST) * len(_SECOND)) % len(_KINDS)
    spelled = pick(_FIRST, first) + pick([part or " " for part in _SECOND], second) + pick(_KINDS, kind)
    town = pick(area.towns, street % len(area.towns))
    flat = pl.when(number % 13 == 0).then(pl.lit("Flat ") + (number % 7 + 1).cast(pl.String) + ", ").otherwise(pl.lit(""))
    address = flat + (house + 1).cast(pl.String) + " " + spelled + ", " + town
    unit = street // len(area.districts)
    postcode = (
        pick(area.districts, street % len(area.districts))
        + " "
        + (unit % 9 + 1).cast(pl.String)
        + _letter(unit // 9)
        + _letter(unit // 180)
    )
    uprn = (number * 3 + 100_070_000_001).cast(pl.String)
    return [uprn.alias("uprn"), address.alias("address"), postcode.alias("postcode")]


def _letter(index: pl.Expr) -> pl.Expr:
    return pick(list(_UNIT), index % len(_UNIT))

"""The ways in which a quasi-identifier may be told less exactly (exchange.md section 7).

A ladder is a list of levels, the exact one first; a level says what each value becomes. Nothing here counts records.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from wholefamily.disclosure.policy import COUNTY, HIDDEN

OPEN, CLOSED = "open", "closed"
ONLY_WHETHER = "open/closed"
"""A family that has not been closed, one that has, and the level that tells no more than that."""

AGE_BANDS = ("0-4", "5-10", "11-15", "16-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65+")
SIZE_BANDS = ("1-3", "4-5", "6+")
CHILDREN_BANDS = ("0-1", "2-3", "4+")
WIDER_AGES = (
    ("0-10", "11-17", "18-34", "35-54", "55+"),
    ("0-17", "18-34", "35+"),
    ("0-17", "18+"),
)
WIDER_SIZES = (("1-5", "6+"), ("1-3", "4+"))
WIDER_CHILDREN = (("0-3", "4+"), ("0-1", "2+"))


@dataclass(frozen=True)
class Level:
    """What each value becomes on one rung, and the share of the column's values that it can then be confused with (0 to 1)."""

    name: str
    becomes: Mapping[str, str]
    loss: Mapping[str, float]


Ladder = tuple[Level, ...]


def level(name: str, values: Iterable[str], change: Callable[[str], str]) -> Level:
    """A level that changes each of ``values``; what is joined with m others of n values loses m / n, what is hidden all."""
    becomes = {value: change(value) for value in sorted(set(values))}
    joined = Counter(becomes.values())
    loss = {value: 1.0 if to == HIDDEN else (joined[to] - 1) / len(becomes) for value, to in becomes.items()}
    return Level(name, becomes, loss)


def hidden(values: Iterable[str]) -> Level:
    """The last rung of a ladder: every value hidden."""
    return level("hidden", values, lambda _: HIDDEN)


def exact(values: Iterable[str]) -> Ladder:
    """The ladder of a column that is told as it is or left alone: one rung."""
    return (level("exact", values, lambda value: value),)


def areas(records_of: Mapping[str, int]) -> Ladder:
    """Areas by GSS code and number of records: the two smallest joined again and again, until the county is left."""
    groups: dict[tuple[str, ...], int] = {(area,): n for area, n in records_of.items()}
    rungs = [level("area", records_of, lambda area: area)]
    while len(groups) > 2:
        first, second = sorted(groups, key=lambda group: (groups[group], group))[:2]
        groups[tuple(sorted(first + second))] = groups.pop(first) + groups.pop(second)
        label = {area: "+".join(group) for group in groups for area in group}
        rungs.append(level("areas joined", records_of, label.__getitem__))
    if len(records_of) > 1:
        rungs.append(level("county", records_of, lambda _: COUNTY))
    return (*rungs, hidden(records_of))


def quarters(values: Iterable[str]) -> Ladder:
    """Quarters (``2026-Q1``) to half-years, years, and the span of all years; empty stays empty."""
    found = set(values)
    return (*_times(found), hidden(found))


def closing_quarters(values: Iterable[str]) -> Ladder:
    """Quarters of closing, or ``open``, to half-years, years, then only whether closed; empty stays empty."""
    found = set(values)
    whether = level(ONLY_WHETHER, found, lambda value: value if value in {OPEN, ""} else CLOSED)
    return (*_times(found)[:-1], whether, hidden(found))


def bands(values: Iterable[str], wider: Iterable[tuple[str, ...]]) -> Ladder:
    """Bands to the unions of bands in each of ``wider``; a value that is no band (not known) stays as it is."""
    found = set(values)
    unions = [level("bands " + " ".join(union), found, partial(_union, union)) for union in wider]
    return (level("band", found, lambda value: value), *unions, hidden(found))


def labels(values: Iterable[str]) -> Ladder:
    """Values that can only be told or hidden."""
    found = set(values)
    return (*exact(found), hidden(found))


def _times(values: set[str]) -> Ladder:
    years = sorted({value[:4] for value in values - {"", OPEN}})
    span = "-".join(dict.fromkeys((years[0], years[-1]))) if years else ""
    forms: dict[str, Callable[[str], str]] = {
        "quarter": lambda quarter: quarter,
        "half-year": lambda quarter: f"{quarter[:4]}-H{1 if quarter[-1] in '12' else 2}",
        "year": lambda quarter: quarter[:4],
        "span of years": lambda _: span,
    }
    return tuple(level(name, values, partial(_time, form)) for name, form in forms.items())


def _time(form: Callable[[str], str], value: str) -> str:
    return value if value in {"", OPEN} else form(value)


def _union(unions: tuple[str, ...], band: str) -> str:
    for union in unions:
        if band and _low(union) <= _low(band) and _high(band) <= _high(union):
            return union
    return band


def _low(band: str) -> int:
    return int(band.removesuffix("+").split("-")[0])


def _high(band: str) -> float:
    return float("inf") if band.endswith("+") else int(band.split("-")[1])

"""Households and the people in them, as they are before the months begin. Days are whole numbers since 1970; ``NEVER`` is no day."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from wholefamily.demo.region import names
from wholefamily.demo.region.names import FEMALE, MALE, Flags, Ints
from wholefamily.demo.region.places import Area, apportion

NEVER = 1_000_000
YEAR = 365.25
SHAPES = (
    "single",
    "couple",
    "couple_children",
    "lone_parent",
    "three_generation",
    "adult_children",
    "students",
    "hmo",
    "hostel",
    "care_home",
)
_SHARES = (0.272, 0.24, 0.22, 0.085, 0.045, 0.1, 0.02, 0.0155, 0.001, 0.0015)
SINGLE, COUPLE, COUPLE_CHILDREN, LONE_PARENT, THREE_GENERATION, ADULT_CHILDREN, STUDENTS, HMO, HOSTEL, CARE_HOME = range(10)
HEAD, PARTNER, CHILD, GRANDPARENT, SHARER = range(5)


def day(value: date) -> int:
    """A date as a day number."""
    return value.toordinal() - 719_163


@dataclass(frozen=True)
class Calendar:
    """The run's time: first day of the first month, first ``as_at``, and the last day that is simulated."""

    starts: int
    first: int
    last: int


def streams(seed: int, name: str) -> np.random.Generator:
    """A random stream of its own for each part of the region, so that a change of one part leaves the others."""
    return np.random.default_rng([seed, *name.encode()])


def households(areas: list[Area], total: int, programme: int, seed: int) -> pl.DataFrame:
    """One row per household, authority by authority: hh, auth, community, shape, is_programme, is_troubled, pressure.

    ``is_troubled``: a family with several of the programme's problems, attached (``is_programme``) or not; ``pressure`` is how
    much likelier than average the others are to have any of them.
    """
    rng = streams(seed, "households")
    counts = apportion(total, [area.households for area in areas])
    families = apportion(programme, [area.families for area in areas])
    auth = np.repeat(np.arange(len(areas)), counts)
    rank = np.concatenate([np.arange(count) for count in counts])
    community = np.concatenate([_communities(rng, area, count) for area, count in zip(areas, counts, strict=True)])
    is_programme = rank < np.array(families)[auth]
    is_troubled = is_programme | (rng.random(total) < 0.015)
    shape = np.searchsorted(np.cumsum(_SHARES), rng.random(total) * sum(_SHARES), side="right").clip(0, CARE_HOME)
    family_shape = np.array([LONE_PARENT, COUPLE_CHILDREN, THREE_GENERATION])[np.searchsorted([0.55, 0.93], rng.random(total))]
    shape = np.where(is_troubled, family_shape, shape)
    return pl.DataFrame(
        {
            "hh": np.arange(total, dtype=np.int32),
            "auth": auth.astype(np.int8),
            "community": community.astype(np.int8),
            "shape": shape.astype(np.int8),
            "is_programme": is_programme,
            "is_troubled": is_troubled,
            "pressure": np.exp(rng.normal(-0.32, 0.8, total)),
        }
    )


def _communities(rng: np.random.Generator, area: Area, count: int) -> Ints:
    cumulative = np.cumsum(area.communities)
    found: Ints = np.searchsorted(cumulative, rng.integers(0, cumulative[-1], count), side="right")
    return found


def people(homes: pl.DataFrame, calendar: Calendar, seed: int) -> pl.DataFrame:
    """One row per person in order of household: person, hh, role, sex, dob, community and names.

    Children may be born in the months that are simulated.
    """
    rng = streams(seed, "people")
    shape, troubled = homes["shape"].to_numpy(), homes["is_troubled"].to_numpy()
    kids = _number_of_children(rng, shape, troubled)
    eldest = _eldest(rng, shape, troubled, calendar)
    head = _heads(rng, shape, eldest, kids, calendar)
    woman = rng.random(len(shape)) < np.select([shape == LONE_PARENT, shape == SINGLE], [0.9, 0.52], 0.3)
    parts = [
        _frame(np.flatnonzero(shape < STUDENTS), HEAD, np.where(woman, FEMALE, MALE)[shape < STUDENTS], head[shape < STUDENTS]),
        _partners(rng, shape, head, woman),
        _children(rng, shape, kids, eldest, calendar),
        _grandparents(rng, shape, head),
        _sharers(rng, shape, calendar),
    ]
    frame = pl.concat(parts).sort("hh", "role", maintain_order=True)
    community = homes["community"].to_numpy()[frame["hh"].to_numpy()].astype(np.int64)
    return _named(rng, frame.with_columns(community=pl.Series(community)), len(homes))


def _frame(hh: Ints, role: int, sex: Ints, dob: Ints) -> pl.DataFrame:
    return pl.DataFrame(
        {"hh": hh.astype(np.int32), "role": np.full(len(hh), role, dtype=np.int8), "sex": sex.astype(np.int8), "dob": dob.astype(np.int32)}
    )


def _number_of_children(rng: np.random.Generator, shape: Ints, troubled: Flags) -> Ints:
    mean = np.select(
        [shape == COUPLE_CHILDREN, shape == LONE_PARENT, shape == THREE_GENERATION, shape == ADULT_CHILDREN], [0.95, 0.7, 1.1, 0.4]
    )
    kids = 1 + rng.poisson(mean + 0.8 * troubled)
    has = np.isin(shape, [COUPLE_CHILDREN, LONE_PARENT, THREE_GENERATION, ADULT_CHILDREN])
    found: Ints = np.where(has, kids.clip(1, 7), 0)
    return found


def _eldest(rng: np.random.Generator, shape: Ints, troubled: Flags, calendar: Calendar) -> Ints:
    share = rng.random(len(shape))
    low = np.where(troubled, 9.5, np.where(shape == ADULT_CHILDREN, 19.0, -0.9))
    high = np.where(troubled, 15.6, np.where(shape == ADULT_CHILDREN, 30.0, 18.0))
    found: Ints = (calendar.first - (low + share * (high - low)) * YEAR).astype(np.int64)
    return found


def _heads(rng: np.random.Generator, shape: Ints, eldest: Ints, kids: Ints, calendar: Calendar) -> Ints:
    parents = eldest - (18.5 + 17 * rng.random(len(shape)) ** 1.3) * YEAR
    alone = calendar.first - (20 + 68 * rng.random(len(shape))) * YEAR
    found: Ints = np.where(kids > 0, parents, alone).astype(np.int64)
    return found


def _partners(rng: np.random.Generator, shape: Ints, head: Ints, woman: Flags) -> pl.DataFrame:
    """Partners of couples; a lone parent's partner (a few have one) comes later, see ``movement``."""
    share = np.select([np.isin(shape, [COUPLE, COUPLE_CHILDREN]), np.isin(shape, [THREE_GENERATION, ADULT_CHILDREN])], [1.0, 0.75], 0)
    hh = np.flatnonzero(rng.random(len(shape)) < np.where(shape == LONE_PARENT, 0.06, share))
    is_woman = woman[hh] ^ (rng.random(len(hh)) < 0.97)
    return _frame(hh, PARTNER, np.where(is_woman, FEMALE, MALE), head[hh] + rng.integers(-2000, 2200, len(hh)))


def _children(rng: np.random.Generator, shape: Ints, kids: Ints, eldest: Ints, calendar: Calendar) -> pl.DataFrame:
    hh = np.repeat(np.arange(len(shape)), kids)
    first = np.cumsum(kids) - kids
    nth = np.arange(len(hh)) - np.repeat(first, kids)
    gap = np.where(rng.random(len(hh)) < 0.012, 0, (1.2 + 2.6 * rng.random(len(hh))) * YEAR).astype(np.int64)
    gap[nth == 0] = 0
    total = np.cumsum(gap)
    dob = eldest[hh] + total - np.repeat(total[first[kids > 0]], kids[kids > 0])
    sex = np.where(rng.random(len(hh)) < 0.49, FEMALE, MALE)
    keep = (dob <= calendar.last) & ((shape[hh] != ADULT_CHILDREN) | (dob < calendar.first - 18 * YEAR))
    return _frame(hh[keep], CHILD, sex[keep], dob[keep])


def _grandparents(rng: np.random.Generator, shape: Ints, head: Ints) -> pl.DataFrame:
    hh = np.repeat(np.flatnonzero(shape == THREE_GENERATION), 1 + (rng.random(int((shape == THREE_GENERATION).sum())) < 0.4))
    sex = np.where(rng.random(len(hh)) < 0.62, FEMALE, MALE)
    return _frame(hh, GRANDPARENT, sex, head[hh] - ((19 + 12 * rng.random(len(hh))) * YEAR).astype(np.int64))


def _sharers(rng: np.random.Generator, shape: Ints, calendar: Calendar) -> pl.DataFrame:
    low = np.select([shape == STUDENTS, shape == HMO, shape == HOSTEL, shape == CARE_HOME], [3, 4, 9, 15], 0)
    high = np.select([shape == STUDENTS, shape == HMO, shape == HOSTEL, shape == CARE_HOME], [6, 8, 20, 32], 0)
    hh = np.repeat(np.arange(len(shape)), low + (rng.random(len(shape)) * (high - low + 1)).astype(np.int64) * (high > 0))
    where = shape[hh]
    youngest = np.select([where == STUDENTS, where == HMO, where == HOSTEL], [18, 20, 18], 76)
    oldest = np.select([where == STUDENTS, where == HMO, where == HOSTEL], [23, 50, 55], 97)
    age = (youngest + rng.random(len(hh)) * (oldest - youngest)) * YEAR
    sex = np.where(rng.random(len(hh)) < np.where(where == CARE_HOME, 0.66, 0.42), FEMALE, MALE)
    return _frame(hh, SHARER, sex, calendar.first - age.astype(np.int64))


def _named(rng: np.random.Generator, frame: pl.DataFrame, homes: int) -> pl.DataFrame:
    hh, sex = frame["hh"].to_numpy(), frame["sex"].to_numpy().astype(np.int64)
    community = frame["community"].to_numpy()
    first = np.searchsorted(hh, np.arange(homes)).clip(0, max(len(hh) - 1, 0))
    home_name = names.family_names(rng, community[first])
    own_name, womens = names.family_names(rng, community), names.womens_names(rng, community)
    own = (frame["role"].to_numpy() == SHARER) | ((frame["role"].to_numpy() == PARTNER) & (rng.random(len(hh)) < 0.25))
    carries = (sex == FEMALE) & names.HAS_WOMENS_NAMES[community] & (rng.random(len(hh)) < 0.7)
    given, middle = names.given_names(rng, community, sex), names.given_names(rng, community, sex)
    has_middle = rng.random(len(hh)) < 0.45
    frame = frame.with_columns(
        person=pl.int_range(pl.len(), dtype=pl.Int32),
        given_name=given,
        middle_names=pl.when(pl.Series(has_middle)).then(middle),
        family_name=pl.when(pl.Series(carries)).then(womens).when(pl.Series(own)).then(own_name).otherwise(home_name.gather(hh)),
    )
    alone = pl.col("community") == names.MONONYM
    return frame.with_columns(
        family_name=pl.when(alone).then("given_name").otherwise("family_name"), middle_names=pl.when(~alone).then("middle_names")
    )

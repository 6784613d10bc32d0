"""The hard cases of domain.md section 8, seeded on purpose: a few people of each kind in every run that is big enough."""

from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from wholefamily.demo.region import movement
from wholefamily.demo.region.names import FEMALE, MALE, Flags, Ints
from wholefamily.demo.region.people import CHILD, COUPLE_CHILDREN, HEAD, HOSTEL, LONE_PARENT, NEVER, PARTNER, SINGLE, YEAR
from wholefamily.demo.region.world import World

_EVERY = 2_000
"""Households for each copy of a case."""


@dataclass
class Cases:
    """Who was made a hard case: number of domain.md section 8, person, what is hard; ``linked_wrong`` if linkage may well err."""

    rows: list[pl.DataFrame] = field(default_factory=list)

    def add(self, number: int, what: str, person: Ints, *, may_err: bool = False) -> None:
        """Note the people of a case."""
        self.rows.append(
            pl.DataFrame({"case": number, "what": what, "person": np.asarray(person, dtype=np.int64), "is_hard_case": may_err})
        )

    def frame(self) -> pl.DataFrame:
        """All of them: case, what, person, is_hard_case."""
        schema = {"case": pl.Int32, "what": pl.String, "person": pl.Int64, "is_hard_case": pl.Boolean}
        return pl.concat([row.cast(schema) for row in self.rows]) if self.rows else pl.DataFrame(schema=schema)  # type: ignore[arg-type]


class Picker:
    """Gives out ordinary households one after the other, so that no household has two cases."""

    def __init__(self, world: World) -> None:
        self.copies = max(1, len(world.homes) // _EVERY)
        crossed = world.people.filter(pl.col("auth1") >= 0)["hh"].to_numpy()
        free = ~world.homes["is_troubled"].to_numpy()
        free[crossed] = False
        self.free: Flags = free
        self.world = world
        self.order = world.rng("cases").permutation(len(world.homes))

    def pick(self, wanted: pl.DataFrame) -> pl.DataFrame:
        """Rows of ``wanted`` (one a household) from as many free households as a case has copies."""
        rows = wanted.unique("hh", keep="first", maintain_order=True)
        rows = rows.filter(pl.Series(self.free[rows["hh"].to_numpy()]))
        rows = rows.with_columns(place=pl.Series(self.order[rows["hh"].to_numpy()]))
        rows = rows.sort("place").head(self.copies)
        self.free[rows["hh"].to_numpy()] = False
        return rows.drop("place")

    def children(self, low: float, high: float) -> pl.DataFrame:
        """A child of a certain age in a settled family, for each copy."""
        first = self.world.calendar.first
        return self.pick(
            self._settled().filter((pl.col("role") == CHILD) & pl.col("dob").is_between(int(first - high * YEAR), int(first - low * YEAR)))
        )

    def adults(self, shape: int) -> pl.DataFrame:
        """The head of a settled household of a shape, for each copy."""
        return self.pick(self._settled(shape).filter(pl.col("role") == HEAD))

    def _settled(self, *shapes: int) -> pl.DataFrame:
        """People who have lived where they live for more than a year and will stay."""
        wanted = self.world.homes.filter(pl.col("shape").is_in(shapes or (COUPLE_CHILDREN, LONE_PARENT)))["hh"].implode()
        long = (pl.col("known_from") < self.world.calendar.starts - 60) & (pl.col("deceased_on") == NEVER)
        return self.world.people.filter(pl.col("hh").is_in(wanted) & long)


def of_people(world: World, picker: Picker, cases: Cases) -> World:
    """The cases that change who people are or where they live."""
    people = world.people.with_columns(
        protected=pl.lit(value=False), renamed_on=pl.lit(NEVER), maiden_name=pl.col("family_name"), nino_of=pl.col("person").cast(pl.Int64)
    )
    people = _twins(world, people, picker, cases)
    people = _same_names(people, picker, cases)
    people = _married(world, people, picker, cases)
    people = _protected(people, picker, cases)
    people = _partners_nino(world, people, picker, cases)
    people = _dying(world, people, picker, cases)
    spells = _elsewhere(world, picker, cases)
    return replace(world, people=people, spells=spells)


def _set(people: pl.DataFrame, person: Ints, **values: pl.Series | Ints | str | int | bool) -> pl.DataFrame:
    for column, value in values.items():
        people = people.with_columns(people[column].scatter(person, value).alias(column))
    return people


def _twins(world: World, people: pl.DataFrame, picker: Picker, cases: Cases) -> pl.DataFrame:
    siblings = people.filter(pl.col("role") == CHILD).with_columns(nth=pl.int_range(pl.len()).over("hh"))
    young = siblings.filter(pl.col("dob").is_between(int(world.calendar.first - 14 * YEAR), int(world.calendar.first - 2 * YEAR)))
    second = picker.pick(young.filter(pl.col("nth") == 1))
    one, two = second["person"].to_numpy() - 1, second["person"].to_numpy()
    sex = people["sex"].gather(one)
    names = [(["Aisha", "Aysha"] if value == FEMALE else ["Jamie", "James"]) for value in sex]
    cases.add(9, "twins with names that are nearly the same", np.concatenate([one, two]), may_err=True)
    people = _set(
        people,
        two,
        dob=people["dob"].gather(one),
        sex=sex,
        family_name=people["family_name"].gather(one),
        middle_names=people["middle_names"].gather(one),
    )
    return _set(_set(people, one, given_name=pl.Series([a for a, _ in names])), two, given_name=pl.Series([b for _, b in names]))


def _same_names(people: pl.DataFrame, picker: Picker, cases: Cases) -> pl.DataFrame:
    sons = picker.pick(
        people.filter((pl.col("role") == CHILD) & (pl.col("sex") == MALE)).join(
            people.filter((pl.col("role") == HEAD) & (pl.col("sex") == MALE)).select("hh", father="person"), on="hh", maintain_order="left"
        )
    )
    son, father = sons["person"].to_numpy(), sons["father"].to_numpy()
    cases.add(8, "father and son of one name at one address", np.concatenate([son, father]))
    people = _set(people, son, given_name=people["given_name"].gather(father), family_name=people["family_name"].gather(father))
    pairs = [picker.adults(SINGLE)["person"].to_numpy() for _ in range(2)]
    count = min(map(len, pairs))
    one, two = pairs[0][:count], pairs[1][:count]
    cases.add(8, "two strangers of one name and date of birth", np.concatenate([one, two]), may_err=True)
    return _set(people, two, **{name: people[name].gather(one) for name in ("given_name", "family_name", "dob", "sex", "community")})


def _married(world: World, people: pl.DataFrame, picker: Picker, cases: Cases) -> pl.DataFrame:
    wives = picker.pick(people.filter((pl.col("role") == PARTNER) & (pl.col("sex") == FEMALE)))
    wife = wives["person"].to_numpy()
    head = people.filter(pl.col("role") == HEAD).select("hh", head="family_name")
    new = wives.join(head, on="hh", how="left", maintain_order="left")["head"]
    cases.add(6, "married in these months: a new family name, the police know the old one", wife, may_err=True)
    when = world.calendar.starts + 10 + np.arange(len(wife)) % 60
    return _set(people, wife, maiden_name=pl.Series(["Ashdown-Pryce"] * len(wife)), family_name=new, renamed_on=pl.Series(when))


def _protected(people: pl.DataFrame, picker: Picker, cases: Cases) -> pl.DataFrame:
    hidden = picker.adults(LONE_PARENT)
    person = people.join(hidden.select("hh"), on="hh", how="semi")["person"].to_numpy()
    cases.add(5, "protected: the address is never to be disclosed", person, may_err=True)
    return _set(people, person, protected=True)


def _partners_nino(world: World, people: pl.DataFrame, picker: Picker, cases: Cases) -> pl.DataFrame:
    adults = people.filter((pl.col("role") == PARTNER) & (pl.col("dob") < world.calendar.first - 20 * YEAR))
    partner = picker.pick(adults)["person"].to_numpy()
    cases.add(13, "recorded with the NINO of the partner", partner, may_err=True)
    return _set(people, partner, nino_of=pl.Series(partner - 1))


def _dying(world: World, people: pl.DataFrame, picker: Picker, cases: Cases) -> pl.DataFrame:
    person = picker.adults(COUPLE_CHILDREN)["person"].to_numpy()
    cases.add(20, "a parent who dies in the first or second month", person, may_err=True)
    return _set(people, person, deceased_on=pl.Series(world.calendar.starts + 12 + np.arange(len(person)) % 40))


def _elsewhere(world: World, picker: Picker, cases: Cases) -> pl.DataFrame:
    """Second addresses: part-time with a separated parent, in care, in prison, and with no reason at all."""
    now = world.calendar.starts - 45
    parts = [world.spells]
    for number, what, residence, who, may_err in (
        (2, "lives part of the week with the other parent", movement.SHARED, picker.children(3, 15), False),
        (4, "looked after by carers, the family's home kept", movement.PLACEMENT, picker.children(2, 14), True),
        (27, "away in prison or hospital", movement.AWAY, picker.adults(COUPLE_CHILDREN), False),
        (3, "two main addresses at once, with no reason", movement.MAIN, picker.adults(SINGLE), True),
    ):
        host = picker.adults(SINGLE).head(len(who))
        guest = who.head(len(host))
        cases.add(number, what, guest["person"].to_numpy(), may_err=may_err)
        if may_err:
            cases.add(number, f"host of somebody who {what}", host["person"].to_numpy(), may_err=True)
        where = world.spells.unique("person", keep="last", maintain_order=True).select(host="person", at="dwelling", home="hh")
        rows = guest.select("person", "auth0").with_columns(host=host["person"]).join(where, on="host", how="left", maintain_order="left")
        extra = rows.select(
            "person", hh="home", dwelling="at", auth="auth0", starts=pl.lit(now), ends=pl.lit(NEVER), residence=pl.lit(residence)
        )
        parts.append(extra.cast(world.spells.schema))
    shared = _separated(world)
    cases.add(2, "part of the week with the parent who moved out", shared["person"].to_numpy())
    return _communal(world, pl.concat([*parts, shared]), picker, cases)


def _communal(world: World, spells: pl.DataFrame, picker: Picker, cases: Cases) -> pl.DataFrame:
    """A tower block recorded under its parent UPRN, and a family of the programme in a hostel."""
    crossed = world.people.filter(pl.col("auth1") >= 0)["hh"].implode()
    homes = world.homes.filter(~pl.col("hh").is_in(crossed))
    free = homes.filter(pl.Series(picker.free[homes["hh"].to_numpy()]) & (pl.col("auth") == 0) & (pl.col("shape") == COUPLE_CHILDREN))
    tower = free["hh"].head(8).to_numpy() if len(free) >= 8 else np.empty(0, dtype=np.int64)
    picker.free[tower] = False
    at = {int(hh): int(tower[0]) for hh in tower}
    hostels = homes.filter(pl.col("shape") == HOSTEL)
    for hostel, auth in zip(hostels["hh"], hostels["auth"], strict=True):
        family = homes.filter(pl.col("is_programme") & (pl.col("auth") == auth))["hh"].tail(1).to_list()
        at |= {int(hh): int(hostel) for hh in family}
    living = world.people.filter(pl.col("hh").is_in(list(at)))
    cases.add(
        10, "in a tower block under its parent UPRN, or a family of the programme in a hostel", living["person"].to_numpy(), may_err=True
    )
    dwelling = pl.col("hh").cast(pl.Int64).replace_strict(at, default=pl.col("dwelling"), return_dtype=pl.Int64)
    return spells.with_columns(dwelling=dwelling.cast(pl.Int32))


def _separated(world: World) -> pl.DataFrame:
    """Every second child of a couple that separates is with the other parent for part of the week."""
    gone = world.residence.separated.select("hh", "new_hh", "leaves")
    where = world.residence.tenures.select(new_hh="hh", dwelling="dwelling", auth="auth")
    children = world.people.filter(
        (pl.col("role") == CHILD) & (pl.col("dob") > world.calendar.first - 16 * YEAR) & (pl.col("auth1") < 0) & (pl.col("person") % 2 == 0)
    )
    rows = (
        children.select("person", "hh", "auth0", "dob")
        .join(gone, on="hh", how="inner", maintain_order="left")
        .join(where, on="new_hh", how="inner", maintain_order="left")
    )
    rows = rows.filter((pl.col("auth") == pl.col("auth0")) & (pl.col("dob") < pl.col("leaves")))
    spells = rows.select(
        "person", hh="new_hh", dwelling="dwelling", auth="auth", starts="leaves", ends=pl.lit(NEVER), residence=pl.lit(movement.SHARED)
    )
    return spells.cast(world.spells.schema)

"""The region: everything that is true, in day numbers and row numbers, before any sender writes it down."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from wholefamily import periods
from wholefamily.demo.region import movement, people
from wholefamily.demo.region.names import Ints, Shares
from wholefamily.demo.region.people import NEVER, Calendar, day
from wholefamily.demo.region.places import Area

HISTORY = 36
"""Months of events that senders hold."""


@dataclass(frozen=True)
class World:
    """``people`` has one row per person, in order of ``person``; ``homes`` one row per household in order of ``hh``."""

    areas: list[Area]
    calendar: Calendar
    seed: int
    homes: pl.DataFrame
    people: pl.DataFrame
    residence: movement.Residence
    spells: pl.DataFrame

    def column(self, name: str) -> Ints:
        """A whole-number column of ``people``."""
        found: Ints = self.people[name].to_numpy().astype(np.int64)
        return found

    def rng(self, name: str) -> np.random.Generator:
        """The random stream ``name``."""
        return people.streams(self.seed, name)

    def sender_on(self, person: Ints, when: Ints) -> Ints:
        """The authority in which each person lives on a day: the sender of what happens that day."""
        moved = when >= self.column("moved_on")[person]
        found: Ints = np.where(moved, self.column("auth1")[person], self.column("auth0")[person])
        return found

    def pressure(self, person: Ints) -> Shares:
        """How much likelier than average each person's household is to have a problem."""
        home = self.column("hh")[person]
        found: Shares = self.homes["pressure"].to_numpy()[home]
        return found


def calendar_of(first_period: str, months: int) -> Calendar:
    """Time of a run. Whole years are simulated, so that more months of the same seed begin with the same ones."""
    last = first_period
    for _ in range(12 * ((months + 11) // 12) - 1):
        last = periods.next_period(last)
    first = periods.as_at(first_period)
    return Calendar(day(first.replace(day=1)), day(first), day(periods.as_at(last)))


def make(areas: list[Area], calendar: Calendar, total: int, programme: int, seed: int) -> World:
    """People, households and addresses; what befalls them is added by the other modules."""
    homes = people.households(areas, total, programme, seed)
    persons = people.people(homes, calendar, seed)
    residence = movement.live(homes, persons, len(areas), calendar, seed)
    spells = movement.spells(residence)
    persons = persons.with_columns(
        movement.authorities(spells, len(persons)).drop("person"), deceased_on=pl.Series(movement.deaths(persons, calendar, seed))
    )
    return World(areas, calendar, seed, homes, persons, residence, spells)


def ages(dob: Ints, when: Ints | int) -> Ints:
    """Whole years of age on a day."""
    born, at = np.asarray(dob).astype("datetime64[D]"), np.asarray(when).astype("datetime64[D]")
    years = at.astype("datetime64[Y]").astype(np.int64) - born.astype("datetime64[Y]").astype(np.int64)
    found: Ints = years - (_month_and_day(at) < _month_and_day(born))
    return found


def _month_and_day(days: np.ndarray[tuple[int], np.dtype[np.datetime64]]) -> Ints:
    month = days.astype("datetime64[M]")
    found: Ints = (month.astype(np.int64) % 12) * 32 + (days - month).astype(np.int64)
    return found


def to_date(number: int) -> date:
    """A day number as a date."""
    return date(1970, 1, 1) + timedelta(number)


Facts = dict[str, pl.DataFrame]
"""Feed -> its rows: ``person``, ``auth`` (the sending authority's number, or nothing for the police), columns in day numbers."""
FactMaker = Callable[[World, pl.DataFrame], Facts]
__all__ = ["HISTORY", "NEVER", "FactMaker", "Facts", "World", "ages", "calendar_of", "make", "to_date"]

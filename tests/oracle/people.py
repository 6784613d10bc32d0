"""What the oracle knows of invented people: where they live, what was sent about them, and which household they are counted in."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from dateutil.relativedelta import relativedelta

Row = dict[str, str | None]


@dataclass
class Spell:
    """Somebody at an address, or elsewhere without one, as one authority says."""

    partner: str
    uprn: str | None
    residence: str = "MAIN"
    first: date = date(2011, 1, 1)
    last: date | None = None


@dataclass
class Person:
    """A person and the rows of each feed that are about them; a row's ``_by`` names a sender other than the usual one."""

    ref: str
    born: date | None
    spells: list[Spell]
    rows: dict[str, list[Row]] = field(default_factory=dict)
    died: date | None = None

    @property
    def partner(self) -> str:
        """The authority that knows the person best."""
        return self.spells[0].partner


@dataclass
class Place:
    """A person's place in a family on the programme."""

    ref: str
    role: str
    joined: date | None = None
    left: date | None = None


@dataclass
class Family:
    """A family on the programme: its episodes (the days on which it was attached), and who belongs to it."""

    partner: str
    ref: str
    framework: str
    episodes: list[date]
    places: list[Place]
    worker: str | None = None
    assessed: date | None = None
    planned: date | None = None

    def has_plan(self, as_at: date) -> bool:
        """Whether somebody leads the work, the whole family was assessed, and there is a plan."""
        return bool(self.worker) and all(day is not None and day <= as_at for day in (self.assessed, self.planned))

    def attached(self, as_at: date) -> date | None:
        """The day on which the latest episode that has begun by ``as_at`` began."""
        return max((day for day in self.episodes if day <= as_at), default=None)


@dataclass
class Snapshot:
    """Everything that is sent for one month about a few people who have to do with each other."""

    people: list[Person]
    families: list[Family]


@dataclass
class Household:
    """Who belongs to a home: those whose facts count there, and those placed elsewhere or away."""

    uprn: str
    partner: str
    counting: list[Person] = field(default_factory=list)
    others: list[Person] = field(default_factory=list)
    placed: set[str] = field(default_factory=set)

    @property
    def refs(self) -> frozenset[str]:
        """Everyone who belongs to it."""
        return frozenset(person.ref for person in [*self.counting, *self.others])


def households(people: Iterable[Person], as_at: date) -> list[Household]:
    """The households of these people on ``as_at``.

    The main residence decides, a shared one only where there is no main one; the dead have left from the month after their
    death on; who is placed or away belongs to their home without their facts counting, and, when their spell at home has
    ended, to the home of those with whom they last lived.
    """
    people = [person for person in people if person.died is None or (person.died.year, person.died.month) >= (as_at.year, as_at.month)]
    homes = {person.ref: home(person, as_at) for person in people}
    at: dict[str, Household] = {}
    for person in people:
        if spell := homes[person.ref]:
            assert spell.uprn
            household = at.setdefault(spell.uprn, Household(spell.uprn, spell.partner))
            (household.others if elsewhere(person, as_at) else household.counting).append(person)
    for person in people:
        former = max((spell for spell in person.spells if spell.residence == "MAIN" and spell.uprn), key=lambda spell: spell.first)
        if not homes[person.ref] and elsewhere(person, as_at) and former.uprn in at:
            at[former.uprn].others.append(person)
    for household in at.values():
        household.placed = {person.ref for person in household.others if "PLACEMENT" in elsewhere(person, as_at)}
    return list(at.values())


def home(person: Person, as_at: date) -> Spell | None:
    """The spell that says where somebody is at home."""
    here = [spell for spell in current(person, as_at) if spell.uprn and spell.residence in {"MAIN", "SHARED"}]
    return max(here, key=lambda spell: (spell.residence == "MAIN", spell.first), default=None)


def elsewhere(person: Person, as_at: date) -> set[str]:
    """Whether somebody is in a placement or away."""
    return {spell.residence for spell in current(person, as_at)} & {"PLACEMENT", "AWAY"}


def current(person: Person, as_at: date) -> list[Spell]:
    """The spells that hold on a day; the last day is part of a spell."""
    return [spell for spell in person.spells if spell.first <= as_at and (spell.last is None or spell.last >= as_at)]


def age(born: date | None, on: date) -> int | None:
    """Age in whole years, of whom a date of birth is known."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day)) if born else None


def months_before(day: date, months: int) -> date:
    """The same day so many calendar months earlier, or the last one of that month."""
    before: date = day + relativedelta(months=-months)
    return before


def day(text: str | None) -> date | None:
    """A date as sent, or none."""
    return date.fromisoformat(text) if text else None


def required(text: str | None) -> date:
    """A date as sent."""
    assert text is not None
    return date.fromisoformat(text)


def is_open(row: Row, on: date, first: str = "from_date", last: str = "to_date") -> bool:
    """Whether a spell holds on a day; the last day is part of it."""
    end = row.get(last)
    return required(row[first]) <= on and (not end or required(end) >= on)

"""The smallest case on which oracle and marts still disagree.

A run of the models takes as long for a thousand small cases as for one, so each round tries all ways of leaving something out at
once, each as a case of its own, and goes on with the smallest that still disagrees.
"""

import copy
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pprint import pformat

from tests.oracle.people import Family, Person, Snapshot
from tests.oracle.population import Case

Disagree = Callable[[list[Case]], list[list[str]]]
"""What differs of each of these cases, found in one run of the models."""


def smallest(case: Case, disagree: Disagree, rounds: int = 15) -> tuple[Case, list[str]]:
    """The smallest case found, and what differs of it. ``case`` itself must disagree."""
    case = renumbered(case, 1)
    (words,) = disagree([case])
    for _ in range(rounds):
        candidates = [renumbered(smaller, number) for number, smaller in enumerate(smaller_cases(case), 1)]
        left = [(size(one), one, differs) for one, differs in zip(candidates, disagree(candidates), strict=True) if differs]
        if not left:
            break
        _, case, words = min(left, key=lambda found: found[0])
    return case, words


def size(case: Case) -> int:
    """How much there is to read in a case."""
    return sum(
        10
        + sum(5 + len(person.spells) + sum(map(len, person.rows.values())) for person in month.people)
        + sum(2 + len(family.places) + len(family.episodes) for family in month.families)
        for month in case.months.values()
    )


def told(case: Case, words: Iterable[str]) -> str:
    """A case (all of it is invented) and what differs, to be read."""
    return "\n".join([*words, pformat(case.months, width=140, sort_dicts=False)])


def smaller_cases(case: Case) -> Iterator[Case]:
    """The case with something left out: whole months, people, families or feeds first, then single rows."""
    for month in case.months:
        yield replace(case, months={month: case.months[month]})
        yield replace(case, months={other: snapshot for other, snapshot in case.months.items() if other != month})
    refs = {person.ref for snapshot in case.months.values() for person in snapshot.people}
    for ref in refs:
        yield _without(case, lambda one, ref=ref: one.ref != ref)  # type: ignore[misc]
        yield _without(case, lambda one, ref=ref: one.ref == ref)  # type: ignore[misc]
    for ref in {family.ref for snapshot in case.months.values() for family in snapshot.families}:
        yield _changed(case, family=lambda one, ref=ref: None if one.ref == ref else one)  # type: ignore[misc]
    feeds = {feed for snapshot in case.months.values() for person in snapshot.people for feed in person.rows}
    for feed in feeds:
        yield _changed(case, person=lambda one, feed=feed: _fewer(one, lambda other, _: other != feed))  # type: ignore[misc]
        yield _changed(case, person=lambda one, feed=feed: _fewer(one, lambda other, _: other == feed))  # type: ignore[misc]
    yield from _one_row_less(case)


def _one_row_less(case: Case) -> Iterator[Case]:
    for month, snapshot in case.months.items():
        for k, person in enumerate(snapshot.people):
            for feed, rows in person.rows.items():
                for n in range(len(rows)):
                    one = copy.deepcopy(case)
                    del one.months[month].people[k].rows[feed][n]
                    yield one


def _without(case: Case, keep: Callable[[Person], bool]) -> Case:
    """The case with those people only that are to be kept."""
    kept = {person.ref for snapshot in case.months.values() for person in snapshot.people if keep(person)}
    return _changed(
        case,
        person=lambda one: one if one.ref in kept else None,
        family=lambda one: replace(one, places=[place for place in one.places if place.ref in kept]),
    )


def _fewer(person: Person, keep: Callable[[str, int], bool]) -> Person:
    return replace(person, rows={feed: rows for feed, rows in person.rows.items() if keep(feed, len(rows))})


def _changed(
    case: Case,
    person: Callable[[Person], Person | None] = lambda one: one,
    family: Callable[[Family], Family | None] = lambda one: one,
) -> Case:
    """The case with every person and family changed, or left out."""
    return replace(
        case,
        months={
            month: Snapshot(
                [new for one in snapshot.people if (new := person(one))],
                [kept for one in snapshot.families if (kept := family(one))],
            )
            for month, snapshot in case.months.items()
        },
    )


def renumbered(case: Case, number: int) -> Case:
    """The same case under another number: other refs and other addresses."""

    def ref(old: str) -> str:
        return f"{number}-{old.split('-')[1]}"

    def person(one: Person) -> Person:
        moved = [replace(spell, uprn=spell.uprn and str(100_000_000_000 + number * 10 + int(spell.uprn) % 10)) for spell in one.spells]
        return replace(one, ref=ref(one.ref), spells=moved)

    def family(one: Family) -> Family:
        return replace(one, ref=f"{one.ref[0]}{number}", places=[replace(place, ref=ref(place.ref)) for place in one.places])

    return replace(_changed(case, person, family), number=number)

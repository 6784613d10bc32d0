"""The audit that decides whether tables may be published: what could be told of too few families, by linear programs alone."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from wholefamily.disclosure.tables.facts import complements
from wholefamily.disclosure.tables.knowledge import Interval, Knowledge, Sum, Unknown, is_narrow
from wholefamily.disclosure.tables.table import ALL, LEAST, At, Cell, Release


class Leak(NamedTuple):
    """Something that can be worked out too closely."""

    release: str
    at: At
    asked: Sum
    is_complement: bool
    """Whether it is the families that do *not* meet the criterion of the cell."""

    def __str__(self) -> str:
        what = "the families without the criterion of " if self.is_complement else ""
        return f"{what}{self.release} {self.at[0]} {'/'.join(self.at[1])}"


Proven = set[frozenset[tuple[Unknown, int]]]
"""Sums that cannot be narrowed down. What cannot be worked out from some figures cannot be from fewer."""


def leaks(knowledge: Knowledge, releases: Sequence[Release], proven: Proven | None = None) -> Iterator[Leak]:
    """Every hidden cell of every release that can be narrowed down to fewer than ten numbers, and every small complement.

    What is ``proven`` is not looked at again, and what is found to be safe is added to it.
    """
    seen: Proven = set() if proven is None else proven
    told: Proven = set()
    for leak in (*hidden(knowledge, releases), *_complements(knowledge, releases)):
        key = frozenset(leak.asked.items())
        if key in seen or key in told:
            continue
        if not knowledge.is_narrow(leak.asked):
            seen.add(key)
        elif is_told(knowledge, leak):
            told.add(key)
            yield leak


def is_told(knowledge: Knowledge, leak: Leak) -> bool:
    """Whether it can be worked out too closely."""
    if not leak.is_complement:
        return knowledge.is_narrow(leak.asked)
    attached = {unknown: times for unknown, times in leak.asked.items() if times > 0}
    return knowledge.is_narrow(leak.asked) and is_small(knowledge.interval(leak.asked)) and knowledge.interval(attached) != (0, 0)


def is_small(interval: Interval) -> bool:
    """Whether an interval tells of a number that it is, or can well be, smaller than ten.

    A complement below zero is no number of families: its figures are of different times.
    """
    low, high = interval
    return is_narrow(interval) and low < LEAST and (high is None or high >= 0)


def telling_lines(release: Release) -> Iterator[tuple[At, tuple[At, ...]]]:
    """Each line all of whose families are in one category: its total, and the zeros that tell it.

    A category that a rule excludes tells nothing, nor does a zero that was carried forward: it stands for up to nine families.
    """
    for file, table in release.tables.items():
        for total, cells in table.shape.lines:
            possible = [cell for cell in cells if not release.is_ruled_out((file, cell))]
            zeros = tuple((file, cell) for cell in possible if table.values[cell] == 0 and not _may_hold_some(release, file, cell))
            if len(possible) > 1 and len(zeros) == len(possible) - 1 and table.values[total] != 0:
                yield (file, total), zeros


def _may_hold_some(release: Release, file: str, cell: Cell) -> bool:
    return any((file, part) in release.carried for part in release.tables[file].shape.parts[cell])


def hidden(knowledge: Knowledge, releases: Sequence[Release]) -> Iterator[Leak]:
    """The hidden cells of all releases, the newest first, told or not."""
    for release in reversed(releases):
        for file, cell in release.hidden:
            asked = knowledge.sum_of(release.name, file, release.tables[file].shape.parts[cell])
            yield Leak(release.name, (file, cell), asked, is_complement=False)


def _complements(knowledge: Knowledge, releases: Sequence[Release]) -> Iterator[Leak]:
    for release in reversed(releases):
        for found in complements(release):
            attached = {knowledge.unknown(release.name, at): 1 for at in found.attached}
            asked = attached | {knowledge.unknown(release.name, at): -1 for at in found.met}
            yield Leak(release.name, found.at, asked, is_complement=True)


def sole_others(knowledge: Knowledge, release: Release) -> Iterator[tuple[At, Sum]]:
    """The hidden cells whose only family, if it knows that it is, learns that another hidden cell has one family only.

    With each the difference of the two, which would have to be uncertain for it not to.
    """
    for file, cell in release.hidden:
        if ALL not in cell:
            own = knowledge.unknown(release.name, (file, cell))
            yield from (((file, cell), {own: -1, other: 1}) for other in knowledge.bound_to(own, 1, 1))

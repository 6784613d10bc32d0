"""What somebody who reads all releases can work out: the least and the largest number that a hidden figure can stand for.

Each inner cell of each release is an unknown of at least 0, the same one in all releases that carry it forward. What is told
gives equations: a figure is known, a margin that is told is the sum of its cells, and the tables hang together as ``facts``
say. Linear programs (HiGHS) then give the bounds. Nothing here knows how cells were chosen to be hidden.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from wholefamily.disclosure.tables.facts import facts
from wholefamily.disclosure.tables.program import Array, Program, Rows
from wholefamily.disclosure.tables.table import LEAST, At, Cell, Release
from wholefamily.errors import WholefamilyError

_TOLERANCE = 1e-6
_NO_LEAST = -(10**12)
"""Only a difference can be as small as one likes."""
Interval = tuple[int, int | None]
"""The least and the largest possible number; None: as large as one likes."""


class Unknown(NamedTuple):
    """The figure of an inner cell, and the release since which it stands."""

    file: str
    cell: Cell
    since: str


Sum = Mapping[Unknown, int]
"""How often each unknown is counted."""


@dataclass(frozen=True)
class Row:
    """An equation between unknowns, or (``is_equal`` false) that their sum is not larger than ``value``."""

    sum: Sum
    value: int
    is_equal: bool = True
    told_by: tuple[str, At] | None = None
    """The release and the margin that tell it; None: a fact."""


class Knowledge:
    """What releases, oldest first, tell together."""

    def __init__(self, releases: Sequence[Release]) -> None:
        """Raises WholefamilyError when they contradict each other."""
        self._unknown: dict[tuple[str, At], Unknown] = {}
        self.known: dict[Unknown, int] = {}
        self.rows: list[Row] = []
        self._rows_of: dict[Unknown, list[int]] = {}
        self._systems: dict[Unknown, _System] = {}
        self._read(releases)

    def _read(self, releases: Sequence[Release]) -> None:
        for before, release in zip((None, *releases), releases, strict=False):
            for file, table in release.tables.items():
                for cell in table.shape.inner:
                    self._tell(release, (file, cell), before)
        told: dict[frozenset[Unknown], int] = {}
        for release in releases:
            for row in self._margins(release):
                self._keep(release, row, told)
            self.rows += self._facts(release)
        for number, row in enumerate(self.rows):
            for unknown in row.sum:
                self._rows_of.setdefault(unknown, []).append(number)

    def _keep(self, release: Release, row: Row, told: dict[frozenset[Unknown], int]) -> None:
        key = frozenset(row.sum)
        if key not in told:
            told[key] = row.value
            self.rows.append(row)
        elif told[key] != row.value and row.told_by:
            file, cell = row.told_by[1]
            raise WholefamilyError(
                f"published tables {release.name}: {file} {'/'.join(cell)} has changed, and all its cells were carried forward"
            )

    def _tell(self, release: Release, at: At, before: Release | None) -> None:
        is_carried = at in release.carried and before is not None and (before.name, at) in self._unknown
        unknown = self._unknown[(before.name, at)] if is_carried and before else Unknown(*at, release.name)
        self._unknown[(release.name, at)] = unknown
        value = release.value(at)
        if value is not None and self.known.setdefault(unknown, value) != value:
            raise WholefamilyError(
                f"published tables {release.name}: {at[0]} {'/'.join(at[1])} has changed, and is listed as carried forward"
            )

    def _margins(self, release: Release) -> Iterator[Row]:
        for file, table in release.tables.items():
            for cell, parts in table.shape.parts.items():
                value = table.values[cell]
                if value is not None and parts != (cell,):
                    yield Row(self.sum_of(release.name, file, parts), value, told_by=(release.name, (file, cell)))

    def _facts(self, release: Release) -> Iterator[Row]:
        for fact in facts(release):
            part, whole = ([self._unknown[(release.name, at)] for at in side] for side in (fact.part, fact.whole))
            # It holds of families as they are at one time, not of figures from different ones.
            if all(unknown.since == release.name for unknown in (*part, *whole)):
                yield Row(dict.fromkeys(part, 1) | dict.fromkeys(whole, -1), 0, fact.is_equal)

    def sum_of(self, release: str, file: str, parts: Iterable[Cell]) -> dict[Unknown, int]:
        """A sum of inner cells of a file of a release."""
        return {self._unknown[(release, (file, part))]: 1 for part in parts}

    def unknown(self, release: str, at: At) -> Unknown:
        """The unknown behind an inner cell of a release."""
        return self._unknown[(release, at)]

    def rows_of(self, unknown: Unknown) -> Iterator[Row]:
        """The rows in which an unknown stands."""
        return (self.rows[number] for number in self._rows_of.get(unknown, ()))

    def interval(self, asked: Sum) -> Interval:
        """The least and the largest number that a sum can be."""
        low, high = float(sum(times * self.known[unknown] for unknown, times in asked.items() if unknown in self.known)), 0.0
        high = low
        for system, objective in self._parted(asked):
            low += system.least(objective)
            high -= system.least({unknown: -times for unknown, times in objective.items()})
        return (
            math.ceil(low - _TOLERANCE) if low > -math.inf else _NO_LEAST,
            None if math.isinf(high) else math.floor(high + _TOLERANCE),
        )

    def is_narrow(self, asked: Sum) -> bool:
        """Whether a sum can be narrowed down to fewer than ten numbers."""
        spread = sum(system.spread(objective) for system, objective in self._parted(asked))
        return spread < LEAST + 1 and is_narrow(self.interval(asked))

    def _parted(self, asked: Sum) -> list[tuple["_System", dict[Unknown, int]]]:
        """The parts of a sum that have nothing to do with each other, each with its equations."""
        parted: dict[int, tuple[_System, dict[Unknown, int]]] = {}
        for unknown, times in asked.items():
            if unknown not in self.known:
                system = self._system(unknown)
                parted.setdefault(id(system), (system, {}))[1][unknown] = times
        return list(parted.values())

    def _system(self, unknown: Unknown) -> "_System":
        if unknown not in self._systems:
            found, numbers, ahead = {unknown: 0}, dict.fromkeys(self._rows_of.get(unknown, ())), [unknown]
            while ahead:
                for number in self._rows_of.get(ahead.pop(), ()):
                    numbers[number] = None
                    for other in self.rows[number].sum:
                        if other not in self.known and other not in found:
                            found[other] = len(found)
                            ahead.append(other)
            system = _System(found, [self.rows[number] for number in numbers], self.known)
            self._systems |= dict.fromkeys(found, system)
        return self._systems[unknown]

    def bound_to(self, own: Unknown, value: int, other: int) -> list[Unknown]:
        """The figures that must be ``other`` where a figure that is not told is ``value``; none where it cannot be that."""
        return [] if own in self.known else self._system(own).bound_to(own, value, other)


def is_narrow(interval: Interval) -> bool:
    """Whether an interval holds a figure to fewer than ten numbers beyond its least."""
    low, high = interval
    return high is not None and high - low < LEAST


class _System:
    """Unknowns that hang together, and their equations."""

    def __init__(self, unknowns: Mapping[Unknown, int], rows: Sequence[Row], known: Mapping[Unknown, int]) -> None:
        self.unknowns = unknowns
        self.points: list[Array] = []
        told = Rows()
        for row in rows:
            right = float(row.value - sum(times * known[unknown] for unknown, times in row.sum.items() if unknown in known))
            terms = ((unknowns[unknown], float(times)) for unknown, times in row.sum.items() if unknown not in known)
            told.add(terms, right if row.is_equal else -math.inf, right)
        self._program = Program([0.0] * len(unknowns), [math.inf] * len(unknowns), told)

    def least(self, objective: Sum) -> float:
        """The least value of a sum. Raises WholefamilyError when the equations contradict each other."""
        found = self._program.least({self.unknowns[unknown]: float(times) for unknown, times in objective.items()})
        if found is None:
            raise WholefamilyError("published tables contradict each other: no numbers of families fit them")
        value, point = found
        if point.size:
            self.points.append(point)
        return value

    def spread(self, objective: Sum) -> float:
        """How far apart a sum is in the possible tables that were met so far: at most what is possible."""
        if len(self.points) < 2:
            return 0.0
        weights = np.zeros(len(self.unknowns))
        for unknown, times in objective.items():
            weights[self.unknowns[unknown]] = times
        values = np.array(self.points) @ weights
        return float(values.max() - values.min())

    def bound_to(self, own: Unknown, value: int, other: int) -> list[Unknown]:
        """The unknowns that must be ``other`` where ``own`` is ``value``; none where it cannot be that."""
        self._program.set_column(self.unknowns[own], value, value)
        open_: list[Unknown] = []
        if (found := self._program.least({})) is not None and found[1].size:
            open_ = self._still(found[1], [unknown for unknown in self.unknowns if unknown != own], other)
        bound = []
        while open_:
            asked = open_.pop()
            points = [self._program.least({self.unknowns[asked]: sign}) for sign in (1.0, -1.0)]
            bound += [asked] * all(point is not None and point[1].size and self._still(point[1], [asked], other) for point in points)
            for point in points:
                open_ = self._still(point[1], open_, other) if point is not None and point[1].size else open_
        self._program.set_column(self.unknowns[own], 0.0, math.inf)
        return bound

    def _still(self, point: Array, unknowns: Iterable[Unknown], value: int) -> list[Unknown]:
        return [unknown for unknown in unknowns if abs(point[self.unknowns[unknown]] - value) < _TOLERANCE]

"""Which cells to hide so that a figure cannot be narrowed down: those in which the closest other table differs.

Another table in which the figure is ten more, or ten less, must agree with all that stays told. Of all such tables one that
differs in the fewest and least useful cells is found by a linear program; the cells in which it differs are hidden
(closest adjustment; cf. Fischetti and Salazar-González, Management Science 47, 2001).
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from wholefamily.disclosure.tables.carry import Counts
from wholefamily.disclosure.tables.knowledge import Knowledge, Row, Sum, Unknown
from wholefamily.disclosure.tables.program import Program, Rows
from wholefamily.disclosure.tables.table import ALL, LEAST, At

_DIFFERENT = 1e-6
_TOTALS_COST = 3
"""A total is as useful as so many cells."""


class Draft(Protocol):
    """The newest release, not finished yet."""

    @property
    def name(self) -> str:
        """Its name."""

    def is_free(self, at: At) -> bool:
        """Whether a cell may be hidden."""


def cells_to_hide(knowledge: Knowledge, asked: Sum, draft: Draft, figures_of: Mapping[str, Counts]) -> list[At]:
    """Cells of the draft to hide so that ``asked`` can be ten more or ten less than it is; none when there is no way."""
    problem = _Adjustment(knowledge, asked, draft, figures_of)
    found = [solved for step in (LEAST, -LEAST) if (solved := problem.solve(step)) is not None]
    # Where neither fits, one table above and one below, ten apart.
    for up in range(LEAST - 1, 0, -1):
        if not found and (above := problem.solve(up)) and (below := problem.solve(up - LEAST)):
            found = [(above[0] + below[0], [*above[1], *below[1]])]
    return min(found, key=lambda solved: solved[0])[1] if found else []


class _Adjustment:
    """How another table may differ: up and down in each unknown that is not fixed, up and down in each total that can be hidden."""

    def __init__(self, knowledge: Knowledge, asked: Sum, draft: Draft, figures_of: Mapping[str, Counts]) -> None:
        self._figure = {u: figures_of[u.since][u.file].get(u.cell, 0) for row in knowledge.rows for u in row.sum}
        self._figure |= {u: figures_of[u.since][u.file].get(u.cell, 0) for u in asked}
        self._at: list[At | None] = []
        self._costs: list[float] = []
        self._most_down: list[float] = []
        self._number: dict[Unknown, int] = {}
        for unknown, value in self._figure.items():
            at = (unknown.file, unknown.cell)
            if unknown not in knowledge.known:
                self._number[unknown] = self._add(None, 0.0, value)
            elif unknown.since == draft.name and draft.is_free(at):
                self._number[unknown] = self._add(at, _cost(at, value), value)
        self._program = self._of(knowledge.rows, asked, draft)

    def _of(self, told: Sequence[Row], asked: Sum, draft: Draft) -> Program:
        totals = [self._total(row, draft) for row in told]
        rows = Rows()
        rows.add(self._terms(asked, None), 0.0, 0.0)
        for row, total in zip(told, totals, strict=True):
            room = row.value - sum(times * self._figure[unknown] for unknown, times in row.sum.items())
            rows.add(self._terms(row.sum, total), 0.0 if row.is_equal else -math.inf, 0.0 if row.is_equal else float(room))
        n = len(self._at)
        return Program([0.0] * 2 * n, [math.inf] * n + self._most_down, rows)

    def _total(self, row: Row, draft: Draft) -> int | None:
        if row.told_by and row.told_by[0] == draft.name and draft.is_free(row.told_by[1]):
            return self._add(row.told_by[1], _cost(row.told_by[1], row.value), math.inf)
        return None

    def _add(self, at: At | None, cost: float, most_down: float) -> int:
        self._at.append(at)
        self._costs.append(cost)
        self._most_down.append(float(most_down))
        return len(self._at) - 1

    def _terms(self, asked: Sum, total: int | None) -> Iterator[tuple[int, float]]:
        terms = [(self._number[unknown], float(times)) for unknown, times in asked.items() if unknown in self._number]
        for number, times in terms if total is None else (*terms, (total, -1.0)):
            yield number, times
            yield len(self._at) + number, -times

    def solve(self, step: int) -> tuple[float, list[At]] | None:
        """The cost and the cells that differ, or None when in no table what is asked has moved by ``step``."""
        n = len(self._at)
        self._program.set_row(0, float(step), float(step))
        found = self._program.least(dict(enumerate((*self._costs, *self._costs))))
        if found is None or not found[1].size:
            return None
        cost, point = found
        moved = point[:n] - point[n:]
        return cost, [at for at, move in zip(self._at, moved, strict=True) if at is not None and abs(move) > _DIFFERENT]


def _cost(at: At, value: int) -> float:
    """What is lost by hiding a cell: more for large figures, and for totals."""
    totals: int = at[1].count(ALL)
    return math.log(10.0 + value) * float(_TOTALS_COST**totals)

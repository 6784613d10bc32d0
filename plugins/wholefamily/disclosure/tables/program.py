"""A linear program that is solved again and again with another objective, each time from where it stood (HiGHS)."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from wholefamily.errors import WholefamilyError

Array = NDArray[np.float64]
_POSSIBLE = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty)
_UNBOUNDED = (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible)


class Rows:
    """Sums of columns between a least and a largest value, as a sparse matrix by row."""

    def __init__(self) -> None:
        self.least: list[float] = []
        self.most: list[float] = []
        self.starts: list[int] = [0]
        self.columns: list[int] = []
        self.times: list[float] = []

    def add(self, terms: Iterable[tuple[int, float]], least: float, most: float) -> None:
        """One row more."""
        for column, times in terms:
            self.columns.append(column)
            self.times.append(times)
        self.starts.append(len(self.columns))
        self.least.append(least)
        self.most.append(most)


class _Quiet(highspy.Highs):
    """A solver that says nothing: it would print its banner on the first thing done with it but setting options, which is to enable callbacks."""

    def enableCallbacks(self) -> None:  # noqa: N802 - as highspy calls it
        """None is used here: switch off what it writes instead."""
        self.setOptionValue("output_flag", False)


class Program:
    """Columns between their bounds, and rows over them."""

    def __init__(self, least: Sequence[float], most: Sequence[float], rows: Rows) -> None:
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = len(least), len(rows.least)
        program.col_cost_ = np.zeros(len(least))
        program.col_lower_, program.col_upper_ = np.array(least), np.array(most)
        program.row_lower_, program.row_upper_ = np.array(rows.least), np.array(rows.most)
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        program.a_matrix_.start_, program.a_matrix_.index_ = np.array(rows.starts), np.array(rows.columns)
        program.a_matrix_.value_ = np.array(rows.times)
        self._n = len(least)
        self._solver: Any = _Quiet()  # type: ignore[no-untyped-call]  # highspy has none
        # Another objective leaves the last solution possible: the primal method goes on from there.
        self._solver.setOptionValue("simplex_strategy", 4)
        self._solver.passModel(program)

    def set_row(self, number: int, least: float, most: float) -> None:
        """Give a row other bounds."""
        self._solver.changeRowBounds(number, least, most)

    def set_column(self, number: int, least: float, most: float) -> None:
        """Give a column other bounds."""
        self._solver.changeColBounds(number, least, most)

    def least(self, objective: Mapping[int, float]) -> tuple[float, Array] | None:
        """The least value of a sum of columns and where it is reached; minus infinity and nowhere; or None when nothing is possible.

        Raises WholefamilyError when the solver does not find out.
        """
        costs = np.zeros(self._n)
        for column, times in objective.items():
            costs[column] = times
        self._solver.changeColsCost(self._n, np.arange(self._n, dtype=np.int32), costs)
        self._solver.run()
        status = self._solver.getModelStatus()
        if status in _POSSIBLE:
            point = np.array(self._solver.getSolution().col_value)
            return float(costs @ point), point
        if status in _UNBOUNDED and (not costs.any() or self._is_possible()):
            return -math.inf, np.zeros(0)
        if status in (highspy.HighsModelStatus.kInfeasible, *_UNBOUNDED):
            return None
        raise WholefamilyError(f"published tables cannot be audited: the solver ended with {self._solver.modelStatusToString(status)}")

    def _is_possible(self) -> bool:
        return self.least({}) is not None

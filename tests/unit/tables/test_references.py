"""Figures of published cases of table protection, found again."""

import math

from wholefamily.disclosure.tables.argus import hidden_by_argus
from wholefamily.disclosure.tables.program import Program, Rows
from wholefamily.disclosure.tables.table import ALL, Shape


def test_bounds_of_an_attacker_who_knows_each_figure_to_a_factor_of_two() -> None:
    """A = 2, B = 4, total 6; each is known to be between 0 and twice its value: A is 0 to 4 (NSW Health, modulartabler)."""
    rows = Rows()
    rows.add([(0, 1.0), (1, 1.0)], 6.0, 6.0)
    program = Program([0.0, 0.0], [4.0, 8.0], rows)
    least, most = program.least({0: 1.0}), program.least({0: -1.0})
    assert least is not None
    assert most is not None
    assert (least[0], -most[0]) == (0.0, 4.0)


def test_a_program_that_nothing_fits_says_so_and_one_without_end_too() -> None:
    rows = Rows()
    rows.add([(0, 1.0)], 6.0, 6.0)
    assert Program([0.0], [4.0], rows).least({0: 1.0}) is None
    unbounded = Program([0.0, 0.0], [math.inf, math.inf], rows).least({1: -1.0})
    assert unbounded is not None
    assert unbounded[0] == -math.inf


def test_tau_argus_hides_the_cells_of_least_cost() -> None:
    """3 x 3 with margins, one cell of 8: four cells at the corners of a rectangle are hidden (NSW Health, modulartabler).

    The row of zeros is ours: the engine takes the least figure of a table for the least that an intruder thinks of.
    """
    shape = Shape("t.csv", ("row", "column"), (("A", "B", "C", "zero"), ("I", "II", "III")))
    figures = dict(zip(shape.inner, (20, 50, 10, 8, 19, 22, 17, 32, 12, 0, 0, 0), strict=True))
    hidden = hidden_by_argus(shape, shape.summed(figures), {("B", "I")}, {cell for cell in shape.cells if ALL in cell})
    assert hidden == {("B", "I"), ("B", "III"), ("C", "I"), ("C", "III")}


def test_tau_argus_hides_nothing_where_nothing_is_unsafe() -> None:
    """4 x 2 with margins, one cell unsafe: that one and three more; none unsafe: none (sdcTable, checkTauArgus)."""
    shape = Shape("t.csv", ("region", "gender"), (("A", "B", "C", "D"), ("male", "female")))
    figures = dict(zip(shape.inner, (895, 137, 753, 973, 569, 486, 540, 793), strict=True))
    assert hidden_by_argus(shape, shape.summed(figures), set(), set()) == set()
    assert hidden_by_argus(shape, shape.summed(figures), {("A", "female")}, set()) == {
        ("A", "male"),
        ("A", "female"),
        ("C", "male"),
        ("C", "female"),
    }

"""What is published of any families: nothing hidden can be worked out, all adds up, and one family more or less is not seen."""

import ctypes
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from tests.unit.tables.invented import FILES, Family, Series, counted, family

from wholefamily.disclosure.attacks import tables as attacks
from wholefamily.disclosure.tables.carry import carry_forward
from wholefamily.disclosure.tables.closest import cells_to_hide
from wholefamily.disclosure.tables.facts import FAMILIES
from wholefamily.disclosure.tables.table import ALL, At, Cell, Release, Shape, Table

ONE_TABLE = FILES[:1]


def bounds(table: Table) -> dict[Cell, tuple[float, float]]:
    """The range of each hidden cell by another route: every cell a variable, every line an equation, what is told fixed."""
    number = {cell: n for n, cell in enumerate(table.shape.cells)}
    lines = np.zeros((len(table.shape.lines), len(number)))
    for row, (total, cells) in enumerate(table.shape.lines):
        lines[row, number[total]] = -1
        lines[row, [number[cell] for cell in cells]] = 1
    limits = [(0, None) if table.values[cell] is None else (table.values[cell],) * 2 for cell in number]
    found = {}
    for cell in (cell for cell, value in table.values.items() if value is None):
        asked = np.eye(len(number))[number[cell]]
        ends = [linprog(sign * asked, A_eq=lines, b_eq=np.zeros(len(lines)), bounds=limits) for sign in (1, -1)]
        found[cell] = (ends[0].fun, float("inf") if ends[1].status == 3 else -ends[1].fun)
    return found


@given(seed=st.integers(0, 10_000), n=st.integers(0, 400))
@settings(max_examples=12, deadline=None)
def test_whatever_the_families_nothing_hidden_is_narrower_than_ten_and_margins_add_up(seed: int, n: int) -> None:
    draw = random.Random(seed)  # noqa: S311
    counts = counted([family(draw) for _ in range(n)])
    release = Series().add(counts)
    for shape in FILES:
        table, true = release.tables[shape.file], shape.summed(counts[shape.file])
        told = {cell: value for cell, value in table.values.items() if value is not None}
        assert told.items() <= true.items()
        assert not [value for value in told.values() if 0 < value < 10]
        assert [cell for cell, (low, high) in bounds(table).items() if high - low < 10 - 1e-6] == []


@pytest.fixture(scope="module")
def drifted() -> tuple[Series, list[Family]]:
    """A year of releases of some 600 families, and the families of the quarter after it."""
    draw, series = random.Random(8), Series(ONE_TABLE, frozenset())  # noqa: S311
    families = [family(draw) for _ in range(600)]
    for _ in range(3):
        series.add(counted(families))
        families = [family(draw) if draw.random() < 0.15 else each for each in families] + [family(draw) for _ in range(40)]
    return series, families


def figures(release: Release) -> dict[Cell, int]:
    return {cell: value for cell, value in release.tables[FAMILIES].values.items() if value is not None}


def test_of_a_thousand_changes_of_one_family_none_moves_a_figure_by_less_than_ten(drifted: tuple[Series, list[Family]]) -> None:
    series, families = drifted
    draw, last = random.Random(15), series.releases[-1]  # noqa: S311
    base = counted(families)
    seen: dict[tuple[tuple[Cell, int], ...], dict[Cell, int]] = {}
    for _ in range(1000):
        gone, come = draw.choice([*families, None]), draw.choice([family(draw), None])
        changed = dict(base[FAMILIES])
        for each, step in ((gone, -1), (come, 1)):
            if each:
                cell = (each.authority, each.framework, each.status)
                changed[cell] = changed.get(cell, 0) + step
        moved, _ = carry_forward(ONE_TABLE, {FAMILIES: changed}, series.figures[last.name])
        key = tuple(sorted(moved[FAMILIES].items()))
        # What is told rests on the figures carried forward, and on nothing else.
        told = seen[key] if key in seen else seen.setdefault(key, figures(series.next({FAMILIES: changed})))
        before = figures(last)
        assert [cell for cell, value in told.items() if 0 < abs(value - before.get(cell, value)) < 10] == []
    assert len(seen) > 1, "no change mattered: the test proves nothing"


def test_the_next_release_is_the_same_when_one_family_has_moved() -> None:
    draw, series = random.Random(3), Series()  # noqa: S311
    families = [family(draw) for _ in range(200)]
    first = series.add(counted(families))
    for _ in range(5):
        changed = series.next(counted([*families[1:], family(draw)]))
        assert {file: table.values for file, table in changed.tables.items()} == {
            file: table.values for file, table in first.tables.items()
        }
        draw.shuffle(families)


def test_a_cell_that_has_moved_by_ten_moves_and_its_neighbours_stay() -> None:
    counts = {FAMILIES: {("eastham", "tf_2012", "on_programme"): 50, ("eastham", "tf_2012", "closed"): 40}}
    moved = {FAMILIES: {("eastham", "tf_2012", "on_programme"): 60, ("eastham", "tf_2012", "closed"): 49}}
    after, carried = carry_forward(ONE_TABLE, moved, counts)
    assert after[FAMILIES][("eastham", "tf_2012", "on_programme")] == 60
    assert after[FAMILIES][("eastham", "tf_2012", "closed")] == 40
    assert (FAMILIES, ("eastham", "tf_2012", "closed")) in carried


def test_no_margin_moves_by_less_than_ten_either() -> None:
    before = {FAMILIES: {("eastham", "tf_2012", "on_programme"): 50, ("eastham", "tf_2012", "closed"): 40}}
    now = {FAMILIES: {("eastham", "tf_2012", "on_programme"): 35, ("eastham", "tf_2012", "closed"): 53}}
    after, _ = carry_forward(ONE_TABLE, now, before)
    totals = [ONE_TABLE[0].summed(figures[FAMILIES])[(ALL, ALL, ALL)] for figures in (before, after)]
    assert abs(totals[1] - totals[0]) >= 10


def test_releases_of_a_year_withstand_every_attack() -> None:
    draw, series = random.Random(21), Series()  # noqa: S311
    families = [family(draw) for _ in range(300)]
    earlier: dict[str, dict[str, bytes]] = {}
    for _ in range(4):
        release = series.add(counted(families))
        outcomes = attacks.run(release.name, files := series.files(release), earlier)
        assert [outcome for outcome in outcomes if outcome.result != "withstood"] == []
        earlier[release.name] = files
        families = [family(draw) if draw.random() < 0.1 else each for each in families] + [family(draw) for _ in range(30)]
    assert any(release.carried for release in series.releases)


def test_tables_that_cannot_be_protected_are_an_error_and_not_published(monkeypatch: pytest.MonkeyPatch) -> None:
    from wholefamily.disclosure.tables import closest
    from wholefamily.errors import WholefamilyError

    monkeypatch.setattr(closest, "cells_to_hide", lambda *_: [])
    monkeypatch.setattr("wholefamily.disclosure.tables.suppress._ask_argus", lambda _: None)
    with pytest.raises(WholefamilyError, match="cannot be protected"):
        Series(ONE_TABLE, frozenset()).add(
            {FAMILIES: {("eastham", "tf_2012", status): n for status, n in (("closed", 4), ("eligible", 30))}}
        )


def test_nothing_is_written_to_the_terminal_while_tables_are_protected_and_audited(capfd: pytest.CaptureFixture[str]) -> None:
    draw = random.Random(4)  # noqa: S311 - made-up families
    series = Series(ONE_TABLE, frozenset())
    release = series.add(counted([family(draw) for _ in range(120)]))
    assert [*release.hidden], "nothing had to be solved"
    attacks.run(release.name, series.files(release), {})
    # What the solvers' own libraries have not written out yet comes now.
    ctypes.CDLL(None).fflush(None)
    assert capfd.readouterr() == ("", "")


def test_the_shapes_of_the_files_are_those_of_the_exchange() -> None:
    shape = Shape("x.csv", ("authority", "status"), (("a", "b"), ("on", "off")))
    assert Table(shape, {cell: None if cell == ("a", "on") else 10 for cell in shape.cells}).to_csv().decode().splitlines()[:3] == [
        "authority,status,value",
        "a,on,c",
        "a,off,10",
    ]


def test_a_family_alone_in_its_cell_does_not_learn_of_another_alone_in_its_own() -> None:
    """Two authorities of 40 and 60 families, 60 on the programme and 40 closed: one and 59 of them, 39 and one."""
    shape = Shape(FAMILIES, ("authority", "status"), (("a", "b", "d"), ("on", "off")))
    counts = {FAMILIES: dict(zip(shape.inner, (1, 39, 59, 1, 30, 50), strict=True))}
    series = Series([shape], frozenset())
    release = series.add(counts)
    assert {outcome.attack: outcome.result for outcome in attacks.run(release.name, series.files(release), {})}[
        "15 contributor"
    ] == "withstood"
    knowledge, hidden = attacks.Knowledge([release]), release.tables[FAMILIES]
    assert hidden.values[("a", "on")] is None
    assert knowledge.bound_to(knowledge.unknown(release.name, (FAMILIES, ("a", "on"))), 1, 1) == []


def test_a_figure_between_two_limits_is_hidden_by_a_table_above_and_one_below() -> None:
    """3 of 10, and only one cell may still be hidden: no other table has ten more or ten less, but one has 10 and one 0."""
    shape = Shape("t.csv", ("row", "column"), (("a", "b"), ("on", "off")))
    figures = dict(zip(shape.inner, (3, 7, 7, 20), strict=True))
    told = {cell: value if value >= 10 else None for cell, value in shape.summed(figures).items()}
    release = Release("2026-Q3", {"t.csv": Table(shape, told)})

    class Draft:
        name = "2026-Q3"

        def is_free(self, at: At) -> bool:
            return at == ("t.csv", ("b", "off"))

    knowledge = attacks.Knowledge([release])
    asked = {knowledge.unknown("2026-Q3", ("t.csv", ("a", "on"))): 1}
    assert knowledge.interval(asked) == (3, 3)
    assert set(cells_to_hide(knowledge, asked, Draft(), {"2026-Q3": {"t.csv": figures}})) == {("t.csv", ("b", "off"))}

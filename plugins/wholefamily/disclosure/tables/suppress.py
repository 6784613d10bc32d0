"""Which cells of a release to hide: the small ones, those that tau-ARGUS adds, and what the audit still finds."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from wholefamily.disclosure.tables import audit, closest
from wholefamily.disclosure.tables.argus import hidden_by_argus
from wholefamily.disclosure.tables.carry import Counts
from wholefamily.disclosure.tables.knowledge import Knowledge
from wholefamily.disclosure.tables.table import LEAST, At, Cell, Release, Shape, Table
from wholefamily.errors import WholefamilyError

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Given:
    """What a release is made of before anything is hidden."""

    name: str
    shapes: Sequence[Shape]
    figures: Counts
    carried: frozenset[At]
    ruled_out: frozenset[At]
    """Inner cells that are 0 by a rule."""


def protect(given: Given, earlier: Sequence[Release], figures_of: Mapping[str, Counts]) -> Release:
    """The release with enough cells hidden that the audit of it and all ``earlier`` ones, oldest first, finds nothing.

    ``figures_of`` gives the figures that the earlier releases rest on, hidden ones too. Raises WholefamilyError when there is no way.
    """
    draft = _Draft(given, earlier[-1] if earlier else None)
    draft.hide(draft.small())
    _ask_argus(draft)
    # Each round hides a cell that can be hidden, so there is an end.
    proven: audit.Proven = set()
    while _hide_more(draft, earlier, {**figures_of, given.name: given.figures}, proven):
        pass
    if left := [str(leak) for leak in audit.leaks(*draft.with_earlier(earlier), proven)]:
        raise WholefamilyError(f"published tables {given.name} cannot be protected, at {len(left)} places, the first: {left[0]}")
    return draft.release()


class _Draft:
    def __init__(self, given: Given, before: Release | None) -> None:
        self.given = given
        self.values = {shape.file: shape.summed(given.figures[shape.file]) for shape in given.shapes}
        self.structural = frozenset(
            (shape.file, cell)
            for shape in given.shapes
            for cell, parts in shape.parts.items()
            if all((shape.file, part) in given.ruled_out for part in parts)
        )
        self._hidden: set[At] = set()
        self._alike: dict[frozenset[At], list[At]] = {}
        self._parts: dict[At, frozenset[At]] = {}
        for shape in given.shapes:
            for cell, parts in shape.parts.items():
                self._place(shape, cell, parts, before)

    def _place(self, shape: Shape, cell: Cell, parts: Iterable[Cell], before: Release | None) -> None:
        at, of = (shape.file, cell), frozenset((shape.file, part) for part in parts) - self.given.ruled_out
        if of and not of <= self.given.carried:
            # Two cells of which one is the other and cells that a rule makes 0 are hidden together.
            self._parts[at] = of
            self._alike.setdefault(of, []).append(at)
        elif of and before is not None and before.value(at) is None:
            self._hidden.add(at)

    def is_free(self, at: At) -> bool:
        """Whether a cell may be hidden; what has not changed is told, or not, as it was."""
        return at in self._parts

    @property
    def name(self) -> str:
        """The name of the release."""
        return self.given.name

    def small(self) -> Iterator[At]:
        """What tells of fewer than ten families."""
        return (at for at in self._parts if 0 < self.values[at[0]][at[1]] < LEAST)

    def hide(self, cells: Iterable[At]) -> bool:
        """Hide cells that may be; whether any of them was not hidden before."""
        n = len(self._hidden)
        self._hidden |= {other for at in cells for other in self._alike[self._parts[at]]}
        return len(self._hidden) > n

    def release(self) -> Release:
        """The release as it stands."""
        tables = {
            shape.file: Table(
                shape, {cell: None if (shape.file, cell) in self._hidden else value for cell, value in self.values[shape.file].items()}
            )
            for shape in self.given.shapes
        }
        return Release(self.given.name, tables, self.given.carried, self.structural)

    def with_earlier(self, earlier: Sequence[Release]) -> tuple[Knowledge, list[Release]]:
        """What it and the earlier releases tell."""
        releases = [*earlier, self.release()]
        return Knowledge(releases), releases


def _ask_argus(draft: _Draft) -> None:
    """Hide what tau-ARGUS would; where it finds no way, all is left to what the audit finds."""
    from pytauargus.batch import BatchError

    release = draft.release()
    for shape in draft.given.shapes:
        for part, whole in _slices(shape):
            at = {cell: (shape.file, whole(cell)) for cell in part.cells}
            unsafe = {cell for cell in part.cells if release.value(at[cell]) is None}
            told = {cell for cell in part.cells if not draft.is_free(at[cell]) and cell not in unsafe}
            if not unsafe or not any(map(draft.is_free, at.values())):
                continue
            try:
                found = hidden_by_argus(part, {cell: draft.values[shape.file][at[cell][1]] for cell in part.cells}, unsafe, told)
            except BatchError as error:
                _log.warning("%s: tau-ARGUS finds no way (%s); the audit decides", shape.file, error)
            else:
                draft.hide(at[cell] for cell in found if draft.is_free(at[cell]))


def _slices(shape: Shape) -> Iterator[tuple[Shape, "_Whole"]]:
    """The two-dimensional tables in a file, all of whose dimensions have totals, and how their cells are called in the file.

    Of three dimensions at once tau-ARGUS looks for the best of all ways for minutes; what its slices tell together is for the audit.
    """
    kept = [n for n, name in enumerate(shape.dimensions) if name not in shape.without_total]
    kept = [kept[0], kept[-1]] if len(kept) > 2 else kept
    fixed = [n for n in range(len(shape.dimensions)) if n not in kept]
    inner = Shape(shape.file, tuple(shape.dimensions[n] for n in kept), tuple(shape.labels[n] for n in kept))
    for cell in dict.fromkeys(tuple(cell[n] for n in fixed) for cell in shape.cells):
        yield inner, _Whole(dict(zip(fixed, cell, strict=True)))


@dataclass(frozen=True)
class _Whole:
    """Puts the labels that are the same in the whole slice back into a cell."""

    labels: Mapping[int, str]

    def __call__(self, cell: Cell) -> Cell:
        rest = iter(cell)
        return tuple(self.labels[n] if n in self.labels else next(rest) for n in range(len(cell) + len(self.labels)))


def _hide_more(draft: _Draft, earlier: Sequence[Release], figures_of: Mapping[str, Counts], proven: audit.Proven) -> bool:
    """Hide cells so that what the audit finds is found no longer; whether there was anything to hide."""
    knowledge, releases = draft.with_earlier(earlier)
    if draft.hide(_against_classes(knowledge, releases[-1], draft, figures_of)):
        return True
    asked = [leak.asked for leak in audit.leaks(knowledge, releases, proven)]
    has_hidden = False
    for each in asked or [difference for _, difference in audit.sole_others(knowledge, releases[-1])]:
        # What was hidden for one of them may be enough for the next.
        if knowledge.is_narrow(each) and draft.hide(closest.cells_to_hide(knowledge, each, draft, figures_of)):
            has_hidden = True
            knowledge, _ = draft.with_earlier(earlier)
    return has_hidden


def _against_classes(knowledge: Knowledge, release: Release, draft: _Draft, figures_of: Mapping[str, Counts]) -> list[At]:
    """Cells to hide so that no row or column tells that all its families are in one category."""
    found: list[At] = []
    for _, zeros in audit.telling_lines(release):
        parts = [(file, part) for file, cell in zeros for part in release.tables[file].shape.parts[cell]]
        asked = {knowledge.unknown(release.name, at): 1 for at in parts}
        found += closest.cells_to_hide(knowledge, asked, draft, figures_of)
    return found

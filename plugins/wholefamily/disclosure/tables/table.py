"""A published table: a long file with a row a cell, its margins, and what a release of several of them says (exchange.md section 8)."""

import csv
import io
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from wholefamily.errors import WholefamilyError

ALL = "ALL"
HIDDEN = "c"
CONTROL = "disclosure_control.json"
LEAST = 10
"""Fewer than so many families are never told, and no hidden figure can be narrowed down to fewer possible values."""

Cell = tuple[str, ...]
At = tuple[str, Cell]
"""A cell of a file."""
Values = dict[Cell, int | None]
"""What a file tells of each cell; None: hidden."""


@dataclass(frozen=True)
class Shape:
    """The dimensions of a file, their labels, and which of them have no total."""

    file: str
    dimensions: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    without_total: frozenset[str] = frozenset()

    @cached_property
    def inner(self) -> tuple[Cell, ...]:
        """The cells that are no margin."""
        return tuple(itertools.product(*self.labels))

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """All cells, margins after their cells, in the order of the file."""
        return tuple(itertools.product(*(self._with_total(n) for n in range(len(self.dimensions)))))

    @cached_property
    def lines(self) -> tuple[tuple[Cell, tuple[Cell, ...]], ...]:
        """Each total with the cells along one dimension that it is the sum of."""
        return tuple(
            (cell, tuple((*cell[:n], label, *cell[n + 1 :]) for label in self.labels[n]))
            for cell in self.cells
            for n, value in enumerate(cell)
            if value == ALL
        )

    @cached_property
    def parts(self) -> dict[Cell, tuple[Cell, ...]]:
        """The inner cells that each cell is the sum of; of an inner cell, itself."""
        return {
            cell: tuple(itertools.product(*(self.labels[n] if value == ALL else (value,) for n, value in enumerate(cell))))
            for cell in self.cells
        }

    def summed(self, inner: Mapping[Cell, int]) -> dict[Cell, int]:
        """All cells of a table whose inner cells are given; an inner cell that is not given is 0."""
        return {cell: sum(inner.get(part, 0) for part in parts) for cell, parts in self.parts.items()}

    def _with_total(self, n: int) -> tuple[str, ...]:
        return self.labels[n] if self.dimensions[n] in self.without_total else (*self.labels[n], ALL)


@dataclass(frozen=True)
class Table:
    """A shape and what is told of its cells."""

    shape: Shape
    values: Values

    def to_csv(self) -> bytes:
        """The file: dimension columns, then ``value``, a whole number or ``c``."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([*self.shape.dimensions, "value"])
        writer.writerows([*cell, shown(self.values[cell])] for cell in self.shape.cells)
        return text.getvalue().encode("utf-8")


def shown(value: int | None) -> str:
    """A value as a file writes it."""
    return HIDDEN if value is None else str(value)


@dataclass(frozen=True)
class Release:
    """What a release tells: its tables by file, which inner cells it has carried forward, which cells a rule fixes."""

    name: str
    tables: Mapping[str, Table]
    carried: frozenset[At] = frozenset()
    structural: frozenset[At] = frozenset()
    listed_hidden: tuple[At, ...] | None = None
    """The cells that ``disclosure_control.json`` lists as hidden; None: there is no such file."""
    magnitudes: tuple[str, ...] = ()
    """Columns beside ``value``."""

    @property
    def hidden(self) -> Iterator[At]:
        """The cells that are not told."""
        return ((file, cell) for file, table in self.tables.items() for cell, value in table.values.items() if value is None)

    def value(self, at: At) -> int | None:
        """What is told of a cell."""
        return self.tables[at[0]].values[at[1]]

    def is_ruled_out(self, at: At) -> bool:
        """Whether a rule, and not the data, makes a cell 0."""
        return at in self.structural and self.value(at) == 0


def read(name: str, files: Mapping[str, bytes]) -> Release:
    """A release from its files alone.

    Raises WholefamilyError when a file is not a table as section 8 writes it, or does not add up.
    """
    found_tables = {file: _table(file, content) for file, content in sorted(files.items()) if file.endswith(".csv")}
    if not found_tables:
        raise WholefamilyError(f"published tables {name}: there is no table (*.csv)")
    tables = {file: table for file, (table, _) in found_tables.items()}
    magnitudes = tuple(f"{file} {column}" for file, (_, columns) in found_tables.items() for column in columns)
    if CONTROL not in files:
        return Release(name, tables, magnitudes=magnitudes)
    try:
        control = json.loads(files[CONTROL])
        found = {key: tuple(_at(tables, entry) for entry in control[key]) for key in ("hidden", "structural", "carried_forward")}
    except (KeyError, TypeError, ValueError) as error:
        raise WholefamilyError(f"published tables {name}: {CONTROL} is not as section 8 of the exchange writes it: {error!r}") from None
    return Release(name, tables, frozenset(found["carried_forward"]), frozenset(found["structural"]), found["hidden"], magnitudes)


def _at(tables: Mapping[str, Table], entry: Mapping[str, Any]) -> At:
    file, cell = str(entry["file"]), entry["cell"]
    shape = tables[file].shape
    at = tuple(str(cell[dimension]) for dimension in shape.dimensions)
    if at not in shape.parts:
        raise ValueError(f"{file} has no cell {entry_of(shape, at)['cell']}")
    return file, at


def entry_of(shape: Shape, cell: Cell) -> dict[str, Any]:
    """A cell as ``disclosure_control.json`` names it."""
    return {"file": shape.file, "cell": dict(zip(shape.dimensions, cell, strict=True))}


def _table(file: str, content: bytes) -> tuple[Table, list[str]]:
    try:
        heading, *rows = list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
    except (UnicodeDecodeError, csv.Error, ValueError):
        raise WholefamilyError(f"{file} is not CSV in UTF-8 with a heading") from None
    n = heading.index("value") if "value" in heading else 0
    if n == 0 or any(name != name.lower() for name in heading):
        raise WholefamilyError(f"{file}: the headings are dimensions in lower case, then `value`")
    values: Values = {}
    for line, row in enumerate(rows, start=2):
        if len(row) != len(heading) or tuple(row[:n]) in values:
            raise WholefamilyError(f"{file}, line {line}: not one value of one cell, once")
        if row[n] != HIDDEN and not (row[n].isascii() and row[n].isdigit()):
            raise WholefamilyError(f"{file}, line {line}: the value is neither a whole number nor `{HIDDEN}`")
        values[tuple(row[:n])] = None if row[n] == HIDDEN else int(row[n])
    shape = _shape(file, heading[:n], values)
    if missing := [cell for cell in shape.cells if cell not in values]:
        raise WholefamilyError(f"{file}: {len(missing)} cells are missing, the first at {entry_of(shape, missing[0])['cell']}")
    _add_up(shape, values)
    return Table(shape, values), heading[n + 1 :]


def _shape(file: str, dimensions: Sequence[str], values: Iterable[Cell]) -> Shape:
    columns = [tuple(dict.fromkeys(cell[n] for cell in values)) for n in range(len(dimensions))]
    labels = tuple(tuple(label for label in column if label != ALL) for column in columns)
    without_total = frozenset(name for name, column in zip(dimensions, columns, strict=True) if ALL not in column)
    return Shape(file, tuple(dimensions), labels, without_total)


def _add_up(shape: Shape, values: Values) -> None:
    for total, cells in shape.lines:
        of = [values[cell] for cell in cells]
        known = [value for value in of if value is not None]
        whole = values[total]
        if whole is not None and (sum(known) > whole or (len(known) == len(of) and sum(known) != whole)):
            raise WholefamilyError(f"{shape.file}: the margin at {entry_of(shape, total)['cell']} is not the sum of its cells")

"""Secondary suppression of one table by tau-ARGUS, whose engine ``pytauargus`` ships with an open solver.

It gets the table as numbers of families with the cells that must be hidden, and hides the fewest families more. It looks at
one table at a time; what all tables of all releases tell together is for the audit.
"""

import contextlib
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path

from wholefamily.disclosure.tables.table import ALL, HIDDEN, LEAST, Cell, Shape

_MINUTES = 1
"""How long it may look for something better than what it has found."""
_VARIABLES = """<SEPARATOR> ";"
<SAFE> S
<UNSAFE> U
<PROTECT> P
{dimensions}value
  <NUMERIC>
  <DECIMALS> 0
n
  <FREQUENCY>
state
  <STATUS>
below
  <NUMERIC> <LOWERPL>
above
  <NUMERIC> <UPPERPL>
"""
_BATCH = """<OPENTABLEDATA> "{folder}/cells.tab"
<OPENMETADATA> "{folder}/cells.rda"
<SPECIFYTABLE> {dimensions}|"value"||
<SAFETYRULE>
<READTABLE> 0
<SUPPRESS> OPT(1,{minutes})
<WRITETABLE> (1,5,SO+,"{folder}/protected.tab")
"""


def hidden_by_argus(shape: Shape, values: Mapping[Cell, int], unsafe: Collection[Cell], told: Collection[Cell]) -> set[Cell]:
    """The cells that tau-ARGUS would hide, those that are ``unsafe`` among them; what is already ``told`` stays.

    Raises ``pytauargus.batch.BatchError`` when it finds no way.
    """
    from pytauargus.engine import run_batch
    from pytauargus.result import TableResult

    names = [f"d{n}" for n in range(len(shape.dimensions))]
    # Labels of its own: it shortens and pads those it is given.
    codes = [{label: f"k{number:03d}" for number, label in enumerate(labels)} | {ALL: ALL} for labels in shape.labels]
    cell_of = {tuple(codes[n][label] for n, label in enumerate(cell)): cell for cell in shape.cells}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [_row(code, values[cell], cell in unsafe, cell in told) for code, cell in cell_of.items()]
        (folder / "cells.tab").write_text("".join(rows), encoding="utf-8")
        dimensions = "".join(f'{name}\n  <RECODEABLE>\n  <TOTCODE> "{ALL}"\n' for name in names)
        (folder / "cells.rda").write_text(_VARIABLES.format(dimensions=dimensions), encoding="utf-8")
        quoted = "".join(f'"{name}"' for name in names)
        batch = folder / "protect.arb"
        batch.write_text(_BATCH.format(folder=folder, dimensions=quoted, minutes=_MINUTES), encoding="utf-8")
        # Its solver leaves a file where it runs.
        with contextlib.chdir(folder):
            run_batch(str(batch))
        protected = TableResult(folder / "protected.tab", names, "value")
    # Its frame holds the figures that it was given: only what is safe is looked at.
    safe = zip(protected.rows, protected.safe(HIDDEN), strict=True)
    return {cell_of[tuple(str(row[name]) or ALL for name in names)] for row, value in safe if value == HIDDEN}


def _row(code: Cell, value: int, is_unsafe: bool, is_told: bool) -> str:  # noqa: FBT001 - columns of a row
    state = "U" if is_unsafe else "P" if is_told else "S"
    below = min(value, LEAST) if is_unsafe else 0
    figures = (value, value, state, below, LEAST - below if is_unsafe else 0)
    return ";".join((*(f'"{label}"' for label in code), *map(str, figures))) + "\n"

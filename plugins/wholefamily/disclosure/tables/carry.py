"""Carrying figures forward: between releases a figure moves by at least ten, or not at all (exchange.md section 8).

Otherwise one family that joins would be seen as the difference of two releases. A margin is the sum of what its cells are
told as; so that a margin moves by ten or not at all as well, some cells that have moved by ten wait for a later release.
"""

from collections.abc import Mapping, Sequence

from wholefamily.disclosure.tables.table import LEAST, At, Cell, Shape

Counts = Mapping[str, Mapping[Cell, int]]
"""The figure of each inner cell, by file."""


def carry_forward(shapes: Sequence[Shape], counted: Counts, before: Counts) -> tuple[dict[str, dict[Cell, int]], frozenset[At]]:
    """The figures that the next release rests on, and the cells whose figures stand as they were ``before``.

    ``counted`` is what was counted now. A cell that was not there before begins at 0.
    """
    figures: dict[str, dict[Cell, int]] = {}
    carried: set[At] = set()
    for shape in shapes:
        old = {cell: before[shape.file].get(cell, 0) for cell in shape.inner}
        moves = {cell: counted[shape.file].get(cell, 0) - value for cell, value in old.items()}
        moving = _moving(shape, {cell: move for cell, move in moves.items() if abs(move) >= LEAST})
        figures[shape.file] = {cell: value + moves[cell] * (cell in moving) for cell, value in old.items()}
        carried |= {(shape.file, cell) for cell in shape.inner if cell not in moving}
    return figures, frozenset(carried)


def _moving(shape: Shape, moves: Mapping[Cell, int]) -> set[Cell]:
    """The cells that may move with no margin moving by less than ten; where one would, the smallest moves under it wait."""
    moving = set(moves)
    while uneasy := _moving_little(shape, moves, moving):
        moving.discard(min((cell for cell in uneasy if cell in moving), key=lambda cell: (abs(moves[cell]), cell)))
    for cell in sorted(moves.keys() - moving, key=lambda cell: (-abs(moves[cell]), cell)):
        if not _moving_little(shape, moves, moving | {cell}):
            moving.add(cell)
    return moving


def _moving_little(shape: Shape, moves: Mapping[Cell, int], moving: set[Cell]) -> tuple[Cell, ...]:
    """The inner cells of the first margin that would move by less than ten; none when there is no such margin."""
    for parts in shape.parts.values():
        if 0 < abs(sum(moves[cell] for cell in parts if cell in moving)) < LEAST:
            return parts
    return ()

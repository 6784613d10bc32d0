"""Tables of a page: cells as a person reads them, and counts of so few that they would point at somebody left out."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

FEW = 10
"""Counts below this, but for none, are not shown of people (disclosure.md, attack 5)."""

_STEPS = (0.1, 1, 5, 10, 25, 50, 100)
"""Of per cent."""


def label(code: str) -> str:
    """A code such as ``west_midlands_police`` in plain words."""
    return code.replace("_", " ")


def share(value: float | None) -> str:
    """A share in per cent; a dash where there is nothing to share out."""
    return "–" if value is None else f"{value:.2%}"


def count(number: int) -> str:
    """How many people's records: none, or ten and more; else that they are few."""
    return f"under {FEW}" if 0 < number < FEW else f"{number:,}"


def rate(part: int, whole: int) -> str:
    """``part`` of ``whole`` people's records in per cent; not if few of them are in it, few are not, or few are there at all.

    Rounded to steps of ``FEW`` records or more: else what is left out would be the difference of two that are not.
    """
    if whole < FEW:
        return "–"
    if 0 < part < FEW:
        return f"under {FEW}"
    if 0 < whole - part < FEW:
        return f"all but under {FEW}"
    step = next(step for step in _STEPS if step * whole / 100 >= FEW)
    shown = round(part / whole * 100 / step) * step
    if part and not shown:
        return f"under {step}%"
    return f"{shown:.{1 if step < 1 else 0}f}%"


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], kind: str = "") -> str:
    """A table, of a class ``kind`` of the style sheet's; the first column and its heading are left-aligned, whole numbers have their thousands parted."""
    cells = [[f"{value:,}" if isinstance(value, int) else str(value) for value in row] for row in rows]
    if not cells:
        return "<p>None.</p>"
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    body = "".join(f'<tr><th scope="row">{escape(first)}</th>' + "".join(map(_cell, rest)) + "</tr>" for first, *rest in cells)
    return f'<div class="wide"><table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def matrix(corner: str, names: Sequence[str], shares: Mapping[tuple[str, str], str]) -> str:
    """Each of ``names`` by each: what ``shares`` says of (row, column), else a dash."""
    return table(
        [corner, *map(label, names)], [[label(row), *(shares.get((row, column), "–") for column in names)] for row in names], "close"
    )


def _cell(text: str) -> str:
    # What is nothing steps back, so that what is something can be seen.
    return f'<td class="none">{escape(text)}</td>' if text in {"0", "0%", "0.0%", "–"} else f"<td>{escape(text)}</td>"

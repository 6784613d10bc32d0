"""Charts as SVG: dots on a scale, bars to both sides of zero, a histogram with thresholds, trends. Plain text, no script, nothing from a network."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path

STYLE = Path(__file__).with_name("report.css")
"""How pages with these charts look."""

_WIDTH, _LABELS, _ROW = 860, 300, 20
_PLOT = _WIDTH - _LABELS - 70


def dots(rows: Mapping[str, Sequence[float | None]], names: Sequence[str], title: str) -> str:
    """For each label a mark per value, on a scale that begins at the whole per cent below the least and ends at 100 %.

    The first of ``names`` is a dot, each other a ring around it: equal values are seen as both.
    """
    known = [value for values in rows.values() for value in values if value is not None]
    if not known:
        return _NOTHING
    low = min(0.99, math.floor(min(known) * 100) / 100)

    def place(value: float) -> float:
        return _LABELS + (value - low) / (1 - low) * _PLOT

    bottom = 22 + (len(rows) + 1) * _ROW
    parts = []
    for n, name in enumerate(names):
        parts += [_mark(_LABELS + 6 + n * 110, 10, n, name), _text(_LABELS + 18 + n * 110, 14, name, "start")]
    for step in range(5):
        value = low + (1 - low) * step / 4
        parts += [_line(place(value), 26, place(value), bottom - 8, "rule"), _text(place(value), bottom + 6, f"{value:.2%}", "middle")]
    for number, (label, values) in enumerate(rows.items(), start=1):
        y = 22 + number * _ROW
        parts += [_text(_LABELS - 14, y + 4, label, "end"), _line(_LABELS, y, _LABELS + _PLOT, y, "rule")]
        parts += [_mark(place(value), y, n, f"{names[n]} {value:.4%}") for n, value in enumerate(values) if value is not None]
    return _svg(bottom + 14, parts, title)


def bars(rows: Sequence[tuple[str, float]], title: str, written: str = "{:,.0f}") -> str:
    """A bar for each row, to the left of zero where its value is negative."""
    if not rows:
        return _NOTHING
    low, high = min([0.0, *(value for _, value in rows)]), max([0.0, *(value for _, value in rows)])
    # Room for what is written beside a bar.
    room = 64 if low < 0 else 0
    scale = (_PLOT - room) / ((high - low) or 1)
    zero = _LABELS + room - low * scale
    parts = [_line(zero, 4, zero, 10 + len(rows) * _ROW, "axis")]
    for number, (label, value) in enumerate(rows):
        y = 10 + number * _ROW
        start, end = sorted((zero, zero + value * scale))
        parts += [
            _text(_LABELS - 14, y + 12, label, "end"),
            f'<rect x="{start:.1f}" y="{y}" width="{max(end - start, 1):.1f}" height="{_ROW - 6}" class="{"s1" if value < 0 else "s0"}"/>',
            _text(end + 5 if value >= 0 else start - 5, y + 12, written.format(value).replace("-", "−"), "start" if value >= 0 else "end"),
        ]
    return _svg(16 + len(rows) * _ROW, parts, title)


def histogram(
    bins: Sequence[tuple[float, Mapping[str, int]]], names: Sequence[str], marks: Mapping[str, float], units: tuple[str, str]
) -> str:
    """Beside each other a column for each name in each bin (its lower edge, count by name); counts on a logarithmic scale.

    ``marks`` are lines across; ``units`` are what the two axes count.
    """
    if not bins:
        return _NOTHING
    height, left, base = 220, 60, 270
    low = min(*(edge for edge, _ in bins), *marks.values())
    high = max(*(edge + 1 for edge, _ in bins), *marks.values())
    width = (_WIDTH - left - 20) / (high - low)
    most = max(max(counts.values()) for _, counts in bins)

    def tall(count: int) -> float:
        return height * math.log10(1 + count) / math.log10(1 + most)

    parts = [_text(_WIDTH / 2, base + 36, units[0], "middle"), _text(left - 8, 34, units[1], "end")]
    for n, name in enumerate(names):
        parts += [f'<rect x="{left + n * 150}" y="4" width="11" height="11" class="s{n}"/>', _text(left + 16 + n * 150, 14, name, "start")]
    for tick in (0, *(10**exponent for exponent in range(math.ceil(math.log10(1 + most))))):
        parts += [
            _line(left, base - tall(tick), _WIDTH - 20, base - tall(tick), "rule"),
            _text(left - 8, base - tall(tick) + 4, f"{tick:,}", "end"),
        ]
    for edge, counts in bins:
        for n, name in enumerate(names):
            count, wide = counts.get(name, 0), width / len(names)
            said = f"{name}, {edge:g} to {edge + 1:g} {units[0]}: {count:,}"
            parts.append(_column(left + (edge - low) * width + n * wide, base - tall(count), wide - 1, tall(count), n, said))
    parts += [_text(left + (n - low) * width, base + 16, f"{n:g}".replace("-", "−"), "middle") for n in _whole(low, high)]
    for n, (name, value) in enumerate(marks.items()):
        x = left + (value - low) * width
        parts += [_line(x, 26, x, base, "mark"), _text(x + 4, 38 + 14 * (n % 2), name, "start")]
    return _svg(base + 44, parts, title=f"{units[1]} by {units[0]}")


def trends(steps: Sequence[str], rows: Mapping[str, Sequence[float | None]], title: str, written: str = "{:,.0f}") -> str:
    """For each label a line over the steps, all on one scale that begins at 0, and its last value; where a value is missing, a gap."""
    known = [value for values in rows.values() for value in values if value is not None]
    if not known:
        return _NOTHING
    tall, high = 2 * _ROW, max(known) or 1
    wide = _PLOT / max(len(steps) - 1, 1)
    bottom = 10 + len(rows) * tall
    parts = [_text(_LABELS, bottom + 14, steps[0], "start"), _text(_LABELS + _PLOT, bottom + 14, steps[-1], "end")]
    for number, (label, values) in enumerate(rows.items(), start=1):
        base = number * tall + 4
        places = [None if value is None else (_LABELS + n * wide, base - value / high * (tall - 10)) for n, value in enumerate(values)]
        parts += [_text(_LABELS - 14, base, label, "end"), _line(_LABELS, base, _LABELS + _PLOT, base, "rule")]
        parts += [_line(*one, *next_one, "trend") for one, next_one in pairwise(places) if one and next_one]
        for step, value, place in zip(steps, values, places, strict=True):
            if value is not None and place:
                title_of_mark = f"{label}, {step}: {written.format(value)}"
                parts.append(
                    f'<circle cx="{place[0]:.1f}" cy="{place[1]:.1f}" r="3" class="s0"><title>{escape(title_of_mark)}</title></circle>'
                )
        if values[-1] is not None:
            parts.append(_text(_LABELS + _PLOT + 8, base, written.format(values[-1]), "start"))
    return _svg(bottom + 20, parts, title)


def _whole(low: float, high: float) -> range:
    step = 5 if high - low > 12 else 1
    return range(math.ceil(low / step) * step, math.floor(high) + 1, step)


def _column(x: float, y: float, width: float, height: float, n: int, title: str) -> str:
    size = f'width="{max(width, 1):.1f}" height="{height:.1f}"'
    return f'<rect x="{x:.1f}" y="{y:.1f}" {size} class="s{n}"><title>{escape(title)}</title></rect>'


_NOTHING = "<p>Nothing to show.</p>"


def _svg(height: float, parts: Sequence[str], title: str) -> str:
    # Scrolls where it does not fit: shrunk to a telephone its text could not be read.
    return (
        f'<div class="wide"><svg viewBox="0 0 {_WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}">{"".join(parts)}</svg></div>'
    )


def _mark(x: float, y: float, n: int, title: str) -> str:
    kind, radius = ("s0", 4) if n == 0 else (f"ring s{n}", 7)
    return f'<circle cx="{x:.1f}" cy="{y}" r="{radius}" class="{kind}"><title>{escape(title)}</title></circle>'


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'

"""Charts as SVG: dots on a scale, bars to both sides of zero, a histogram with thresholds. Plain text, no script, nothing from a network."""

import math
from collections.abc import Mapping, Sequence
from html import escape

_WIDTH, _LABELS, _ROW = 860, 300, 20
_PLOT = _WIDTH - _LABELS - 70


def dots(rows: Mapping[str, Sequence[float | None]], names: Sequence[str]) -> str:
    """For each label a dot per value, on a scale that begins at the whole per cent below the least and ends at 100 %."""
    known = [value for values in rows.values() for value in values if value is not None]
    low = min(0.99, math.floor(min(known, default=0.0) * 100) / 100)

    def place(value: float) -> float:
        return _LABELS + (value - low) / (1 - low) * _PLOT

    parts = [_text(_LABELS + n * 110, 14, f"● {name}", f"s{n}") for n, name in enumerate(names)]
    for number, (label, values) in enumerate(rows.items(), start=1):
        y = 14 + number * _ROW
        parts += [_text(_LABELS - 10, y + 4, label, "end"), _line(_LABELS, y, _LABELS + _PLOT, y, "rule")]
        for n, value in reversed(list(enumerate(values))):
            if value is not None:
                parts.append(
                    f'<circle cx="{place(value):.1f}" cy="{y}" r="5" class="s{n}"><title>{escape(names[n])} {value:.4%}</title></circle>'
                )
    bottom = 14 + (len(rows) + 1) * _ROW
    for step in range(5):
        value = low + (1 - low) * step / 4
        parts += [_line(place(value), 22, place(value), bottom - 8, "rule"), _text(place(value), bottom + 6, f"{value:.2%}", "middle")]
    return _svg(bottom + 14, parts)


def bars(rows: Sequence[tuple[str, float]], written: str = "{:,.0f}") -> str:
    """A bar for each row, to the left of zero where its value is negative."""
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
            _text(_LABELS - 10, y + 12, label, "end"),
            f'<rect x="{start:.1f}" y="{y}" width="{max(end - start, 1):.1f}" height="{_ROW - 6}" class="{"s1" if value < 0 else "s0"}"/>',
            _text(end + 5 if value >= 0 else start - 5, y + 12, written.format(value), "start" if value >= 0 else "end"),
        ]
    return _svg(16 + len(rows) * _ROW, parts)


def histogram(bins: Sequence[tuple[float, Mapping[str, int]]], names: Sequence[str], marks: Mapping[str, float], unit: str) -> str:
    """A column for each bin (its lower edge, count by name), stacked; counts on a logarithmic scale; ``marks`` are lines across."""
    height, left = 220, 50
    edges = [edge for edge, _ in bins] or [0.0]
    low, high = min([*edges, *marks.values()]), max([*(edge + 1 for edge in edges), *marks.values()])
    width = (_WIDTH - left - 20) / ((high - low) or 1)
    top = math.log10(1 + max((sum(counts.values()) for _, counts in bins), default=1))

    def tall(count: int) -> float:
        return height * math.log10(1 + count) / (top or 1)

    parts = [_text(left + n * 150, 14, f"■ {name}", f"s{n}") for n, name in enumerate(names)]
    base = 40 + height
    for edge, counts in bins:
        below = 0
        for n, name in enumerate(names):
            count = counts.get(name, 0)
            y, tallness = base - tall(below + count), tall(below + count) - tall(below)
            parts.append(
                f'<rect x="{left + (edge - low) * width:.1f}" y="{y:.1f}" width="{max(width - 1, 1):.1f}" height="{tallness:.1f}" class="s{n}">'
                f"<title>{escape(name)}, {edge:g} to {edge + 1:g} {escape(unit)}: {count:,}</title></rect>"
            )
            below += count
    for exponent in range(math.ceil(top) + 1):
        y = base - tall(10**exponent - 1)
        if y >= 30:
            parts += [_line(left, y, _WIDTH - 20, y, "rule"), _text(left - 6, y + 4, f"{10**exponent - 1:,}", "end")]
    step = max(1, round((high - low) / 12))
    parts += [_text(left + (n - low) * width, base + 16, f"{n:g}", "middle") for n in range(math.floor(low), math.ceil(high) + 1, step)]
    for n, (name, value) in enumerate(marks.items()):
        x = left + (value - low) * width
        parts += [_line(x, 26, x, base, "mark"), _text(x + 4, 38 + 14 * (n % 2), name, "start")]
    return _svg(base + 40, [*parts, _text(_WIDTH / 2, base + 34, unit, "middle")])


def _svg(height: float, parts: Sequence[str]) -> str:
    return f'<svg viewBox="0 0 {_WIDTH} {height:.0f}" role="img">{"".join(parts)}</svg>'


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'

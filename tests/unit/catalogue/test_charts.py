"""The page of charts: what is drawn of which value."""

import re

from wholefamily import svg
from wholefamily.catalogue.charts import Chart, html

MONTHS = ["2026-08", "2026-09", "2026-10", "2026-11"]


def test_a_line_has_a_gap_where_nothing_is_known() -> None:
    drawn = svg.trends(MONTHS, {"Dudley": [None, 2, 4, 4], "Walsall": [1, None, 1, 0]}, "Households")
    assert re.findall(r"<title>([^<]+)</title>", drawn) == [
        "Dudley, 2026-09: 2",
        "Dudley, 2026-10: 4",
        "Dudley, 2026-11: 4",
        "Walsall, 2026-08: 1",
        "Walsall, 2026-10: 1",
        "Walsall, 2026-11: 0",
    ]
    assert drawn.count('class="trend"') == 2 + 1


def test_all_lines_of_a_chart_are_on_one_scale_that_begins_at_zero() -> None:
    drawn = svg.trends(MONTHS[:1], {"a": [4], "b": [2], "c": [0]}, "t")
    bases = [float(y) for y in re.findall(r'<line [^>]*y1="([0-9.]+)"[^>]*class="rule"', drawn)]
    heights = [base - float(y) for base, y in zip(bases, re.findall(r'cy="([0-9.]+)"', drawn), strict=True)]
    assert heights[0] == 2 * heights[1] > 0
    assert heights[2] == 0


def test_a_value_is_written_in_its_unit_and_nothing_known_draws_nothing() -> None:
    page = html(
        [
            Chart("Rate <x>", "share", "Of all", MONTHS[:1], {"Dudley": [0.25]}),
            Chart("Pounds", "gbp", "Paid", MONTHS[:1], {"Dudley": [2100.0]}),
            Chart("New", "count", "New", MONTHS[:1], {"Dudley": [None]}),
        ]
    )
    assert [word in page for word in ("25.0%", "£2,100", "Rate &lt;x&gt;", "Nothing to show.")] == [True] * 4

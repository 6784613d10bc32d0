"""The waterfall as text: every weight has its line, its odds and its bar, and they end where they should."""

import pytest

from wholefamily.linkage.waterfall import Step, lines, odds_in_words


@pytest.mark.parametrize(
    ("bits", "odds"),
    [
        (0, "1 to 1"),
        (1, "2 to 1"),
        (-1, "1 to 2"),
        (6, "64 to 1"),
        (-20, "1 to 1,000,000"),
        (10, "1,000 to 1"),
        (0.5, "1.4 to 1"),
        (-33.2, "1 to 9,900,000,000"),
    ],
)
def test_bits_are_odds(bits: float, odds: str) -> None:
    assert odds_in_words(bits) == odds


def test_each_step_begins_where_the_one_before_ended() -> None:
    steps = [Step("two records of the region", "", -8.0), Step("birth", "day_and_month_swapped", 12.0), Step("place", "elsewhere", -2.0)]
    heading, *bars, together = lines([*steps, Step("sex", "unknown", 0.0)])
    assert "odds" in heading
    assert [line.split("  ")[0] for line in bars] == [
        "two records of the region",
        "birth: day and month swapped",
        "place: elsewhere",
        "sex: unknown",
    ]
    first, second, third, last = (line.rjust(0) for line in bars)
    # 12 bits are the whole width; the first falls 8 below even odds, the second rises 12, the third falls 2 from there.
    assert (first.count("░"), second.count("█"), third.count("░")) == (27, 40, 7)
    assert first.index("░") == second.index("█")
    assert second.rindex("█") == third.rindex("░")
    assert "█" not in last
    assert "░" not in last
    assert last.index("|") == first.rindex("░") + 1, "even odds"
    assert together.split() == ["together", "+2.0", "4", "to", "1"]


def test_a_level_that_says_nothing_weighs_nothing() -> None:
    assert "-0.0" not in "\n".join(lines([Step("start", "", -3.0), Step("sex", "unknown", -0.0)]))

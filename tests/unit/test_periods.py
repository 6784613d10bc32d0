"""Months and quarters."""

from datetime import date

import pytest

from wholefamily import periods


@pytest.mark.parametrize(
    ("period", "day"),
    [("2026-10", date(2026, 10, 31)), ("2024-02", date(2024, 2, 29)), ("2023-02", date(2023, 2, 28)), ("2026-12", date(2026, 12, 31))],
)
def test_a_month_is_judged_as_at_its_last_day(period: str, day: date) -> None:
    assert periods.as_at(period) == day


def test_a_day_is_judged_as_at_itself_and_is_no_month() -> None:
    assert periods.is_day("2024-02-29")
    assert periods.as_at("2024-02-29") == date(2024, 2, 29)
    assert not periods.is_period("2024-02-29")


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-1", "26-10", "2026-02-29", "2026-10-1", "", "2026-10\n", "2026-10-01\n"])
def test_anything_else_is_no_period(text: str) -> None:
    assert not periods.is_period(text)
    assert not periods.is_day(text)
    with pytest.raises(ValueError, match="is not a period"):
        periods.as_at(text)


def test_the_month_after_december_is_january() -> None:
    assert periods.next_period("2026-12") == "2027-01"
    assert periods.next_period("2026-09") == "2026-10"


def test_quarters_end_with_their_third_month() -> None:
    assert [periods.quarter_of(period) for period in ("2026-01", "2026-06", "2026-07", "2026-12")] == [
        "2026-Q1",
        "2026-Q2",
        "2026-Q3",
        "2026-Q4",
    ]
    assert periods.last_period_of("2026-Q3") == "2026-09"
    with pytest.raises(ValueError, match="is not a quarter"):
        periods.last_period_of("2026-Q5")

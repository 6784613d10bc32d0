"""What a value may become when it is told less exactly: the ways that exchange.md section 7 allows."""

import pytest

from wholefamily.disclosure import ladders


def becomes(ladder: ladders.Ladder, name: str) -> dict[str, str]:
    return next(dict(level.becomes) for level in ladder if level.name == name)


def test_a_quarter_becomes_a_half_year_a_year_and_the_span_of_years() -> None:
    ladder = ladders.quarters(["2024-Q4", "2026-Q2", "2026-Q3", ""])
    assert [level.name for level in ladder] == ["quarter", "half-year", "year", "span of years", "hidden"]
    assert becomes(ladder, "half-year") == {"": "", "2024-Q4": "2024-H2", "2026-Q2": "2026-H1", "2026-Q3": "2026-H2"}
    assert becomes(ladder, "year") == {"": "", "2024-Q4": "2024", "2026-Q2": "2026", "2026-Q3": "2026"}
    assert becomes(ladder, "span of years") == {"": "", "2024-Q4": "2024-2026", "2026-Q2": "2024-2026", "2026-Q3": "2024-2026"}


def test_a_quarter_of_closing_becomes_whether_the_case_is_closed() -> None:
    ladder = ladders.closing_quarters(["2026-Q2", "open", ""])
    assert becomes(ladder, "year") == {"": "", "2026-Q2": "2026", "open": "open"}
    assert becomes(ladder, "open/closed") == {"": "", "2026-Q2": "closed", "open": "open"}


def test_the_two_smallest_areas_are_joined_until_the_county_is_left() -> None:
    ladder = ladders.areas({"E08000025": 90, "E08000026": 30, "E08000028": 5, "E08000029": 8})
    assert [sorted(set(level.becomes.values())) for level in ladder] == [
        ["E08000025", "E08000026", "E08000028", "E08000029"],
        ["E08000025", "E08000026", "E08000028+E08000029"],
        ["E08000025", "E08000026+E08000028+E08000029"],
        ["E11000005"],
        ["*"],
    ]


def test_one_area_is_not_called_the_county() -> None:
    assert [sorted(level.becomes.values()) for level in ladders.areas({"E08000025": 3})] == [["E08000025"], ["*"]]


@pytest.mark.parametrize(
    ("unions", "expected"),
    [
        ("0-10 11-17 18-34 35-54 55+", {"0-4": "0-10", "16-17": "11-17", "65+": "55+", "": ""}),
        ("0-17 18-34 35+", {"0-4": "0-17", "16-17": "0-17", "65+": "35+", "": ""}),
        ("0-17 18+", {"0-4": "0-17", "16-17": "0-17", "65+": "18+", "": ""}),
    ],
)
def test_ages_widen_to_unions_of_bands(unions: str, expected: dict[str, str]) -> None:
    assert becomes(ladders.bands(expected, ladders.WIDER_AGES), f"bands {unions}") == expected


def test_a_value_loses_the_share_of_values_that_it_is_joined_with_and_all_when_hidden() -> None:
    exact, *_, hidden = ladders.bands(ladders.SIZE_BANDS, ladders.WIDER_SIZES)
    assert exact.loss == {"1-3": 0, "4-5": 0, "6+": 0}
    joined = ladders.bands(ladders.SIZE_BANDS, ladders.WIDER_SIZES)[1]
    assert joined.loss == {"1-3": pytest.approx(1 / 3), "4-5": pytest.approx(1 / 3), "6+": 0}
    assert hidden.loss == {"1-3": 1, "4-5": 1, "6+": 1}

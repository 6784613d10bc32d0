"""Every combination of values that is shown is shared by ten records, whatever came in, and no more is lost than that takes."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from wholefamily.disclosure import ladders
from wholefamily.disclosure.kanonymity import Protected, protect

AREAS = ("E08000025", "E08000028", "E08000029")
TEN = 10


def guarded(records: list[tuple[str, str, str, str]]) -> Protected:
    area, quarter, size, comparison = ([record[index] for record in records] for index in range(4))
    ladder = {
        "authority": ladders.areas(Counter(area)),
        "attached_quarter": ladders.quarters(quarter),
        "size_band": ladders.bands(size, ladders.WIDER_SIZES),
        "comparison": ladders.exact(comparison),
    }
    return protect(records, ladder, frozenset({"comparison"}))


def family(area: str = "E08000025", quarter: str = "2026-Q1", size: str = "1-3") -> tuple[str, str, str, str]:
    return (area, quarter, size, "N")


@st.composite
def releases(draw: st.DrawFn) -> list[tuple[str, str, str, str]]:
    kinds = draw(
        st.lists(
            st.tuples(
                st.sampled_from(AREAS),
                st.sampled_from(("2025-Q4", "2026-Q1", "2026-Q2", "")),
                st.sampled_from(ladders.SIZE_BANDS),
                st.sampled_from(("Y", "N")),
                st.integers(1, 14),
            ),
            max_size=8,
        )
    )
    return [kind[:4] for kind in kinds for _ in range(kind[4])]


@settings(max_examples=150, deadline=None)
@given(releases())
def test_whatever_comes_in_no_combination_is_shown_of_fewer_than_ten(records: list[tuple[str, str, str, str]]) -> None:
    protected = guarded(records)
    shown = [values for values in protected.shown if values is not None]
    assert all(sum(other == values for other in shown) >= TEN for values in shown)
    assert len(protected.shown) == len(records)
    assert 0 <= protected.loss <= 1
    for before, after in zip(records, protected.shown, strict=True):
        assert after is None or after[3] == before[3]  # what may not be hidden is not


@settings(max_examples=50, deadline=None)
@given(releases(), st.randoms(use_true_random=False))
def test_the_order_of_records_changes_nothing(records: list[tuple[str, str, str, str]], random: object) -> None:
    first = dict(zip(records, guarded(records).shown, strict=True))
    shuffled = list(records)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert dict(zip(shuffled, guarded(shuffled).shown, strict=True)) == first


def test_groups_of_ten_are_told_exactly() -> None:
    records = [family()] * 10 + [family(area="E08000028", size="6+")] * 11
    protected = guarded(records)
    assert protected.shown == records
    assert protected.loss == 0


def test_a_group_of_nine_is_told_less_exactly() -> None:
    protected = guarded([family()] * 9 + [family(quarter="2026-Q2")] * 9)
    assert protected.shown == [("E08000025", "2026-H1", "1-3", "N")] * 18


def test_nine_records_of_one_kind_are_left_out() -> None:
    assert guarded([family()] * 9).shown == [None] * 9


def test_few_that_are_unlike_many_lose_their_own_values_and_not_those_of_the_many() -> None:
    many = [family()] * 200 + [family(area="E08000028", size="6+")] * 200
    few = [family(area="E08000028", size="4-5")] * 5 + [family(area="E08000028", size="1-3")] * 5
    protected = guarded(many + few)
    assert protected.shown[:400] == many
    assert protected.shown[400:] == [("E08000028", "2026-Q1", "*", "N")] * 10


def test_nothing_in_nothing_out() -> None:
    protected = guarded([])
    assert protected.shown == []
    assert protected.loss == 0

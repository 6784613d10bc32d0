"""Who keeps an id when clusters merge and split."""

from uuid import UUID

from wholefamily.linkage.households import follow
from wholefamily.linkage.registry import assign

A, B, C = (UUID(int=n) for n in (1, 2, 3))


def new(index: int) -> UUID:
    """A minted id that tells for which cluster."""
    return UUID(int=1000 + index)


def test_an_id_lasts_while_its_records_stay_together() -> None:
    assert assign([[1, 2], [3]], {1: A, 2: A, 3: B}, {A: "2026-01", B: "2026-01"}, new) == {1: A, 2: A, 3: B}


def test_who_has_no_id_gets_a_new_one() -> None:
    assert assign([[1], [2, 3]], {}, {}, new) == {1: new(0), 2: new(1), 3: new(1)}


def test_a_merge_keeps_the_earliest_id() -> None:
    assert assign([[1, 2, 3]], {1: A, 2: B, 3: B}, {A: "2025-12", B: "2026-01"}, new) == {1: A, 2: A, 3: A}


def test_of_ids_of_one_month_the_one_of_most_records_is_kept() -> None:
    assert assign([[1, 2, 3]], {1: A, 2: B, 3: B}, {A: "2026-01", B: "2026-01"}, new) == {1: B, 2: B, 3: B}


def test_a_split_gives_the_smaller_part_a_new_id() -> None:
    assert assign([[1], [2, 3]], {1: A, 2: A, 3: A}, {A: "2026-01"}, new) == {1: new(0), 2: A, 3: A}


def test_an_id_is_never_given_twice() -> None:
    ids = assign([[1, 3], [2, 4]], {1: A, 2: A, 3: B, 4: C}, {A: "2026-01", B: "2026-02", C: "2026-02"}, new)
    assert ids == {1: A, 3: A, 2: C, 4: C}


def test_a_household_goes_to_one_home_and_the_best_candidate_is_first() -> None:
    homes: dict[str, UUID] = {}
    follow([("new house", A), ("flat", A), ("new house", B), ("flat", C)], homes)
    assert homes == {"new house": A, "flat": C}
    follow([("flat", B), ("caravan", A)], homes)
    assert homes == {"new house": A, "flat": C}

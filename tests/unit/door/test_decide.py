"""When a file is held, and what a drop is called: readings.md 13 and 14."""

import pytest

from wholefamily.door.decide import hold_rules, status_of_drop


@pytest.mark.parametrize(
    ("n_rows", "n_quarantined", "previous", "rules"),
    [
        (100, 5, None, []),
        (100, 6, None, ["too_many_quarantined"]),
        (1_000_000, 50_000, None, []),
        (1_000_000, 50_001, None, ["too_many_quarantined"]),
        (0, 0, None, []),
        (1, 1, None, ["too_many_quarantined"]),
        (70, 0, 100, []),
        (69, 0, 100, ["volume_changed"]),
        (150, 0, 100, []),
        (151, 0, 100, ["volume_changed"]),
        (0, 0, 100, ["volume_changed"]),
        (1, 0, 99, []),
        (151, 0, 101, []),
        (152, 0, 101, ["volume_changed"]),
        (71, 0, 101, []),
        (70, 0, 101, ["volume_changed"]),
        (69, 60, 100, ["too_many_quarantined", "volume_changed"]),
    ],
)
def test_a_file_is_held_past_the_limits_and_not_at_them(n_rows: int, n_quarantined: int, previous: int | None, rules: list[str]) -> None:
    assert hold_rules(n_rows, n_quarantined, previous) == rules


@pytest.mark.parametrize(
    ("files", "status"),
    [
        (["accepted", "accepted"], "accepted"),
        (["accepted", "refused"], "partly_accepted"),
        (["accepted", "refused", "held"], "held"),
        (["refused", "held"], "held"),
        (["refused", "refused"], "refused"),
    ],
)
def test_a_drop_is_called_after_its_files(files: list[str], status: str) -> None:
    assert status_of_drop(files) == status

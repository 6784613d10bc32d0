"""Which months of a partner are overdue on which day."""

from datetime import date

import pytest

from wholefamily.overdue import due_on, overdue_periods
from wholefamily.partners import Agreement, Partner, Sftp


def partner(due_day: int = 5, valid_from: date = date(2012, 4, 1), valid_to: date | None = None) -> Partner:
    return Partner(
        code="dudley",
        name="Dudley",
        kind="authority",
        gss="E08000027",
        framework="tf_2012",
        sftp=Sftp(host="127.0.0.1", username="dudley", host_key="ssh-ed25519 AAAA"),
        due_day=due_day,
        feeds=("people",),
        agreements=(Agreement(code="A", gateways=("G",), feeds=("people",), valid_from=valid_from, valid_to=valid_to),),
    )


@pytest.mark.parametrize(
    ("period", "due_day", "expected"),
    [
        pytest.param("2026-10", 5, date(2026, 11, 5), id="next-month"),
        pytest.param("2026-12", 5, date(2027, 1, 5), id="next-year"),
        pytest.param("2028-01", 28, date(2028, 2, 28), id="leap-february"),
        pytest.param("2027-01", 28, date(2027, 2, 28), id="last-day-of-february"),
    ],
)
def test_a_month_is_due_on_the_due_day_of_the_next(period: str, due_day: int, expected: date) -> None:
    assert due_on(partner(due_day), period) == expected


@pytest.mark.parametrize(
    ("due_day", "today", "first", "came", "expected"),
    [
        pytest.param(5, date(2026, 11, 5), "2026-09", ["2026-09"], [], id="on-the-due-day-it-is-in-time"),
        pytest.param(5, date(2026, 11, 6), "2026-09", ["2026-09"], ["2026-10"], id="the-day-after"),
        pytest.param(5, date(2026, 11, 6), "2026-09", ["2026-09", "2026-10"], [], id="it-has-come"),
        pytest.param(5, date(2026, 11, 30), "2026-10", ["2026-10"], [], id="the-running-month-is-not-due"),
        pytest.param(5, date(2026, 11, 6), "2026-07", ["2026-07", "2026-09"], ["2026-08", "2026-10"], id="a-gap-and-the-last"),
        pytest.param(5, date(2026, 11, 6), None, [], ["2026-10"], id="never-sent-the-last-month-only"),
        pytest.param(5, date(2026, 11, 5), None, [], ["2026-09"], id="never-sent-the-last-due"),
        pytest.param(5, date(2026, 11, 6), "2026-10", ["2026-09", "2026-10"], [], id="months-before-the-first-accepted-are-not-expected"),
        pytest.param(5, date(2026, 11, 6), "2026-12", ["2026-12"], ["2026-10"], id="first-accepted-is-later-than-the-last-due"),
        pytest.param(28, date(2027, 2, 28), "2026-12", ["2026-12"], [], id="last-day-of-february-in-time"),
        pytest.param(28, date(2027, 3, 1), "2026-12", ["2026-12"], ["2027-01"], id="first-of-march"),
        pytest.param(28, date(2028, 2, 29), "2027-12", ["2027-12"], ["2028-01"], id="leap-day"),
        pytest.param(1, date(2026, 12, 31), "2026-11", [], ["2026-11"], id="new-years-eve"),
        pytest.param(1, date(2027, 1, 1), "2026-11", ["2026-11"], [], id="new-years-day-is-the-due-day"),
        pytest.param(1, date(2027, 1, 2), "2026-11", ["2026-11"], ["2026-12"], id="second-of-january"),
        pytest.param(31 - 3, date(2027, 1, 28), "2026-10", ["2026-10"], ["2026-11"], id="due-day-28-in-january"),
    ],
)
def test_overdue(due_day: int, today: date, first: str | None, came: list[str], expected: list[str]) -> None:
    assert overdue_periods(partner(due_day), today, first, came) == expected


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "expected"),
    [
        pytest.param(date(2026, 10, 31), None, ["2026-10"], id="from-the-months-last-day"),
        pytest.param(date(2026, 11, 1), None, [], id="from-the-next-month"),
        pytest.param(date(2012, 4, 1), date(2026, 10, 31), ["2026-10"], id="to-the-months-last-day"),
        pytest.param(date(2012, 4, 1), date(2026, 10, 30), [], id="ended-before"),
    ],
)
def test_a_month_without_an_agreement_in_force_at_its_end_is_not_expected(
    valid_from: date, valid_to: date | None, expected: list[str]
) -> None:
    assert overdue_periods(partner(5, valid_from, valid_to), date(2026, 11, 6), None, []) == expected


def test_who_never_sends_is_never_due() -> None:
    receiver = partner().model_copy(update={"due_day": None})
    with pytest.raises(ValueError, match="never sends"):
        due_on(receiver, "2026-10")

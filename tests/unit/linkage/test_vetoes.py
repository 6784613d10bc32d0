"""What keeps two records apart: slips of the pen do not, brothers and sisters do."""

from datetime import date

import pytest

from wholefamily.linkage.vetoes import Record, conflict

BORN = date(2014, 5, 6)
OTHER_YEAR = date(2011, 9, 23)


def record(partner: str, given: str | None, born: date | None = BORN, *twins: str) -> Record:
    """A record of an authority."""
    return Record(0, partner, is_register=True, given_key=given, date_of_birth=born, twins=twins)


@pytest.mark.parametrize(
    ("given", "born"),
    [
        ("jonn", BORN),
        ("jhon", date(2014, 6, 5)),  # a letter moved, and day and month swapped
        ("jon", date(2014, 5, 8)),  # a letter lost, and one digit wrong
        ("jonh", date(2014, 1, 1)),  # some day of 2014
        ("john", OTHER_YEAR),
        (None, OTHER_YEAR),
        ("jack", None),
        ("jack", BORN),  # perhaps a second name: the score says how likely
    ],
)
def test_a_slip_of_the_pen_is_no_second_person(given: str | None, born: date | None) -> None:
    assert conflict([record("dudley", "john")], [record("walsall", given, born)]) is None


@pytest.mark.parametrize(
    ("given", "born"),
    [
        ("jack", OTHER_YEAR),
        ("jack", date(2014, 6, 5)),  # another name and another birthday, however near
        ("jonn", OTHER_YEAR),
    ],
)
def test_another_name_and_another_birthday_are_another_person(given: str, born: date) -> None:
    assert conflict([record("dudley", "john")], [record("walsall", given, born)]) == "different_given_name_and_birth"


@pytest.mark.parametrize(
    ("ours", "theirs", "reason"),
    [
        (("aisha", "aysha"), ("aysha", "aisha"), "twins_of_similar_names"),
        (("aisha", "aysha"), ("aesha",), "twins_of_similar_names"),  # either of the two
        (("aysha",), ("aisha", "aysha"), "twins_of_similar_names"),
        (("aisha", "amina"), ("amina",), "different_given_name_and_birth"),
        (("aisha", "amina"), ("aihsa", "amina"), None),  # a typo is no twin
        (("aisha", "amina"), ("ayisha",), None),
        (("aisha", "aysha"), ("aisha",), None),
        (("william", "harry"), ("bill",), "different_given_name_and_birth"),  # a pet name, but nobody knows whose
        (("ella", "emma", "elle"), ("elli",), "twins_of_similar_names"),  # triplets
    ],
)
def test_twins_are_told_apart_and_a_name_between_them_is_asked_about(
    ours: tuple[str, ...], theirs: tuple[str, ...], reason: str | None
) -> None:
    a, b = record("dudley", ours[0], BORN, *ours[1:]), record("walsall", theirs[0], BORN, *theirs[1:])
    assert conflict([a], [b]) == conflict([b], [a]) == reason


def test_a_third_record_fits_a_person_of_two_identifiers_that_were_decided_to_be_one() -> None:
    both = [Record(1, "dudley", True, nhs_number="1"), Record(2, "walsall", True, nhs_number="2")]
    assert conflict(both, [Record(3, "solihull", True, nhs_number="2")]) is None
    assert conflict(both, [Record(3, "solihull", True)]) is None
    assert conflict(both, [Record(3, "solihull", True, nhs_number="3")]) == "two_nhs_numbers"

"""One spelling for what people write differently, and two for what is different."""

from datetime import date

import pytest

from wholefamily.linkage.standardise import (
    Address,
    address,
    birth_key,
    family_keys,
    given_keys,
    is_temporary_upn,
    letters_and_digits,
    name_key,
    name_parts,
    repaired,
    uprn,
)


@pytest.mark.parametrize(
    ("spellings", "key"),
    [
        (["O'Neil", "O’NEIL", "o neil", "ONeil", "O'Neil "], "oneil"),
        (["McDonald", "Mc Donald", "MCDONALD", "Mc'Donald"], "mcdonald"),
        (["L'Écuyer", "L’ECUYER", "lecuyer", "L'E\u0301cuyer"], "lecuyer"),
        (["Smith-Jones", "SMITH JONES", "Smith‑Jones", "Smithjones"], "smithjones"),
        (["Zoë", "Zoe", "ZOE\u0308", "ZoÃ«"], "zoe"),
        (["Œdipe", "Oedipe"], "oedipe"),
        (["Łukasz", "Lukasz"], "lukasz"),
        (["Straße", "Strasse"], "strasse"),
        (["Mohammed", "Muhammad", "MOHAMED", "Mohd"], "mohammed"),
        (["Ahmed", "AHMED."], "ahmed"),
        (["Олена"], "олена"),
    ],
)
def test_spellings_of_one_name_are_one(spellings: list[str], key: str) -> None:
    assert {name_key(name) for name in spellings} == {key}


def test_different_names_stay_different() -> None:
    names = ["Kaur", "Singh", "Aisha", "Aysha", "Mohammed Ali", "Mohammed", "Ali", "Smith", "Smith-Jones", "MacDonald", "McDonald"]
    assert len({name_key(name) for name in names}) == len(names)


@pytest.mark.parametrize("name", [None, "", " ", "-", ".", "'", "123"])
def test_what_has_no_letter_is_no_name(name: str | None) -> None:
    assert name_key(name) is None


def test_only_what_is_mojibake_is_repaired() -> None:
    assert repaired("AndrÃ©") == "André"
    assert repaired("Ângela") == "Ângela"
    assert repaired("Ana") == "Ana"


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Smith-Jones", ("smith", "jones")),
        ("SMITH JONES", ("smith", "jones")),
        ("Mary Jane", ("mary", "jane")),
        ("Mohammed Ali", ("ali",)),
        ("Al-Hassan", ("hassan",)),
        ("O'Neil", ()),
        ("Sukarno", ()),
        ("", ()),
        (None, ()),
    ],
)
def test_a_name_of_several_parts_is_known_by_each_that_tells_people_apart(name: str | None, parts: tuple[str, ...]) -> None:
    assert name_parts(name) == parts


def test_a_person_may_go_by_every_name_that_was_ever_sent() -> None:
    assert given_keys(["yusuf", None, "yousef"], "Mohammed Yusuf", "Omar Khan") == ["khan", "omar", "yousef", "yusuf"]
    assert family_keys(["patel", "shah"], "Shah-Patel", None) == ["patel", "shah"]
    assert family_keys(["gill"], "Gill", "Jaspreet Kaur") == ["gill", "kaur"]


@pytest.mark.parametrize(
    ("born", "key"),
    [(date(1991, 7, 1), "1991-07-01"), (date(1985, 1, 1), "1985-01-01"), (date(1900, 1, 1), None), (date(1899, 5, 6), None), (None, None)],
)
def test_1900_stands_for_a_birthday_that_nobody_knows(born: date | None, key: str | None) -> None:
    assert birth_key(born) == key


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("12a High St, Dudley", Address(None, "12a", "highstreet", "dudley")),
        ("12A HIGH STREET, Netherton, DUDLEY", Address(None, "12a", "highstreet", "dudley")),
        ("Flat 3, 12 High Street, Dudley", Address("3", "12", "highstreet", "dudley")),
        ("Flat 3 12 High Street", Address("3", "12", "highstreet", None)),
        ("Apartment B, 7 Mill Rd.", Address("b", "7", "millroad", None)),
        ("3/12 High Street", Address("3", "12", "highstreet", None)),
        ("10-12 St. Mary's Ave", Address(None, "10-12", "stmarysavenue", None)),
        ("Rose Cottage, Mill Lane", Address(None, None, "rosecottage", "milllane")),
        ("Flatts Lane", Address(None, None, "flattslane", None)),
        ("7 ZoÃ« Close", Address(None, "7", "zoeclose", None)),
        ("of no fixed abode", Address(None, None, None, None)),
        ("NFA", Address(None, None, None, None)),
        ("", Address(None, None, None, None)),
        (None, Address(None, None, None, None)),
    ],
)
def test_an_address_falls_into_what_tells_homes_apart(line: str | None, parts: Address) -> None:
    assert address(line) == parts


def test_identifiers_compare_by_their_letters_and_digits() -> None:
    assert letters_and_digits(" dy1 1aa ") == "DY11AA"
    assert letters_and_digits("2012/0394773h") == "20120394773H"
    assert letters_and_digits(" - ") is None
    assert uprn("000100070000739") == "100070000739"
    assert uprn("0") is None


def test_a_temporary_upn_ends_in_a_letter() -> None:
    assert is_temporary_upn("E33040001401A")
    assert not is_temporary_upn("F330400014001")

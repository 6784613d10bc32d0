"""One spelling for what people write differently, and two for what is different."""

import pytest

from wholefamily.linkage.standardise import name_key, repaired


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

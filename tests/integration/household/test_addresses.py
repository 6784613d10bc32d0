"""Linkage and the models of households read a written address alike: one home is one home to both, however it is written."""

import pytest
from tests.integration.household.village import Village

from wholefamily.linkage.standardise import address
from wholefamily.warehouse import connect

HOMES: dict[tuple[str | None, str | None, str], list[str]] = {
    (None, "12a", "high"): [
        "12a High Street, Dudley",
        "12A HIGH STREET DUDLEY",
        "12 a, High St",
        "No. 12A High St., Sedgley, Dudley",
        "  12a  High   Street ,, Dudley",
    ],
    ("3", "12a", "high"): [
        "Flat 3, 12a High Street, Dudley",
        "FLAT 3 12A HIGH STREET",
        "12a High St, Flat 3, Dudley",
        "12a High Street (flat no. 3)",
        "3/12a High Street",
        "Flat #3, 12A High St",
        "Apt. 3, 12a High St.",
        "Flat 3, Elm Court, 12a High Street, Dudley",
        "Elm Court, Flat 3, 12a High Street",
        "Flat 3 Elm Court 12a High Street",
        "12a High St flat 3 Dudley",
        "Rm 3, 12a High St",
    ],
    ("3a", "12", "high"): ["Flat 3a, 12 High St", "FLAT 3 A, 12 HIGH STREET", "3A/12 High Street"],
    ("b3", "12", "high"): ["Flat B3, 12 High St", "12 High Street, Apartment b3"],
    ("b", "12", "high"): ["Flat B, 12 High St", "Unit B 12 High Street, Dudley"],
    ("1/2", "14", "high"): ["Flat 1/2, 14 High Street", "14 High St, flat 1/2"],
    ("groundfloor", "12", "high"): ["Ground Floor Flat, 12 High Street", "ground floor, 12 High St"],
    ("basement", "12", "high"): ["Basement Flat, 12 High St", "Basement, 12 High Street, Dudley"],
    ("studio", "12", "high"): ["Studio, 12 High Street"],
    ("5", "12-14", "high"): ["Room 5, 12-14 High Street", "ROOM 5 12 - 14 HIGH ST", "12–14 High Street, Room 5"],
    (None, "12-14", "high"): ["12-14 High Street", "12 - 14, High Street"],
    ("4", None, "the mill"): ["Apt 4 The Mill", "Apartment 4, The Mill, Dudley", "The Mill, Apt 4"],
    (None, None, "the mill"): ["The Mill, Mill Lane, Dudley", "THE MILL", "The Mill, Dudley DY1 1AA"],
    (None, None, "st chads house"): ["St Chad's House, Digbeth", "St Chad’s House", "ST CHADS HOUSE, Birmingham"],
    (None, None, "rhos cottage"): ["Rhôs Cottage, Mill Lane"],
    (None, "12", "the"): ["12 The Flats, Dudley"],
    (None, None, "flatford mill"): ["Flatford Mill, Mill Lane"],
    (None, "5", "st"): ["5 St. Mary's Ave", "5, St Mary’s Avenue, Dudley", "5 ST MARYS AVE DUDLEY"],
    (None, "5", "mill"): ["Rose Cottage, 5 Mill Lane"],
}
NOWHERE = ["of no fixed abode", "NFA", "No Fixed Abode, Birmingham", "N.F.A", "Unknown", "not known", "...", " "]


@pytest.fixture(scope="module")
def read(village: Village) -> dict[str, tuple[str | None, str | None]]:
    """What the model says of each address."""
    village.dbt("stg_people", "--exclude-resource-type", "test", "unit_test", periods=[])
    addresses = [*(line for lines in HOMES.values() for line in lines), *NOWHERE]
    with connect(village.settings) as connection:
        connection.cursor().executemany("insert into staging.stg_people (address) values (%s)", [[line] for line in addresses])
    village.dbt("int_written_address", "--exclude-resource-type", "unit_test", periods=[])
    return {line: (flat, place) for line, flat, place in village.rows("select address, flat, place from intermediate.int_written_address")}


@pytest.mark.parametrize(("home", "lines"), HOMES.items(), ids=[" ".join(filter(None, home)) for home in HOMES])
def test_linkage_and_households_know_a_home_however_it_is_written(read, home, lines) -> None:  # type: ignore[no-untyped-def]
    flat, house, words = home
    place = words if house is None else f"{house.replace('-', ' ')} {words}"
    assert {line: read[line] for line in lines} == dict.fromkeys(lines, (flat, place))
    assert {line: (address(line).flat, address(line).house) for line in lines} == dict.fromkeys(lines, (flat, house))
    (street,) = {address(line).street for line in lines}
    assert street is not None
    assert street.startswith(words.replace(" ", ""))


@pytest.mark.parametrize("line", NOWHERE)
def test_what_is_no_address_makes_no_home(read, line) -> None:  # type: ignore[no-untyped-def]
    assert read.get(line, (None, None)) == (None, None)
    assert address(line) == (None, None, None, None)


def test_the_table_is_long_and_no_home_stands_twice() -> None:
    lines = [line for found in HOMES.values() for line in found]
    assert len(lines) >= 40
    assert len(set(lines)) == len(lines)

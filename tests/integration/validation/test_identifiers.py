"""The SQL functions that suites call, against vectors worked out by hand or published (domain.md section 4.1)."""

import psycopg
import pytest
from stdnum.gb import nhs, upn

from wholefamily.settings import Settings


@pytest.fixture
def sql(warehouse: Settings):
    with psycopg.connect(warehouse.dsn()) as connection:
        yield lambda expression, *values: connection.execute(f"select {expression}", values).fetchone()[0]


UPNS = {
    "B801200005001": True,
    "F330400014001": True,
    "K331400014001": True,
    "P332400014001": True,
    "U333400014001": True,
    "Y334400014001": True,
    "C335400014001": True,
    "G336400014001": True,
    "E33040001401A": True,  # temporary
    "P207000016049": True,
    "A801200005001": False,
    "Q207000016049": False,  # a vendor's worked example with a slip in its sum
    "F33040001401A": False,
    "E33040001401I": False,  # I, O and S are no letters of a UPN
    "I330400014001": False,
    "b801200005001": False,
    "B80120000500": False,
    "B8012000050011": False,
    "B8012O0005001": False,
    "": False,
}
NHS_NUMBERS = {
    "9434765919": True,
    "4582701086": True,
    "9990000018": True,
    "9990000026": True,
    "9990000034": True,
    "9434765918": False,
    "9990000000": False,  # the check digit of 999000000 would be 10, so that no tenth digit is right
    "9990000001": False,
    "999000001": False,
    "99900000189": False,
    "943 476 5919": False,
    "943476591X": False,
}
NINOS = {
    "AB123456C": True,
    "AB123456": True,  # the suffix may be blank
    "AB123456 ": True,
    "CR123456A": True,  # an administrative prefix: its form is right
    "QQ123456A": False,
    "BG123456A": False,
    "GB123456A": False,
    "KN123456A": False,
    "NK123456A": False,
    "NT123456A": False,
    "TN123456A": False,
    "ZZ123456A": False,
    "AO123456A": False,
    "DA123456A": False,
    "AB123456E": False,
    "AB12345A": False,
    "AB1234567": False,
    "ab123456c": False,
}
PNC_IDS = {
    "2001/0171310W": True,
    "2011/0275516Q": True,
    "2008/0056560Z": True,
    "2003/0062845E": True,
    "1981/0154257C": True,
    "2012/0394773H": True,
    "12/394773H": True,
    "2012/394773H": True,  # not padded: 2394773 is what remains when the slash is taken out first
    "12394773H": True,
    "20120394773H": True,
    "2012394773H": True,
    "01/0171310W": True,
    "2004/0712343H": False,  # often seen in made-up data; its letter is W
    "2004/0712343W": True,
    "2001/0171310X": False,
    "201/0171310W": False,
    "2001/01713100W": False,
    "2001-0171310W": False,
    "2001/0171310": False,
    "2001/0171310w": False,
}
UPRNS = {"1": True, "100070123456": True, "000100070123": True, "1000701234567": False, "10007012345A": False, "-1": False, " 1": False}


@pytest.mark.parametrize(
    ("scheme", "vectors"), [("upn", UPNS), ("nhs_number", NHS_NUMBERS), ("nino", NINOS), ("pnc_id", PNC_IDS), ("uprn", UPRNS)]
)
def test_identifiers(sql, scheme: str, vectors: dict[str, bool]) -> None:
    assert {value: sql(f"quality.is_{scheme}(%s)", value) for value in vectors} == vectors


def test_check_digits_agree_with_python_stdnum(sql) -> None:
    """On ten serials each; stdnum also wants a UPN's first three digits to be those of an authority, as these are."""
    for serial in range(401_014_001, 401_014_011):
        right = f"{upn.calc_check_digit(f'X330{serial}')}330{serial}"
        assert upn.is_valid(right)
        assert sql("quality.is_upn(%s)", right), serial
    numbers = [f"{number}" for number in range(9_990_001_000, 9_990_001_100)]
    assert [number for number in numbers if sql("quality.is_nhs_number(%s)", number)] == [each for each in numbers if nhs.is_valid(each)]


def test_days(sql) -> None:
    days = {
        "2026-10-31": "2026-10-31",
        "2024-02-29": "2024-02-29",
        "2023-02-29": None,
        "2026-13-01": None,
        "2026-10-32": None,
        "0000-01-01": None,
        "31/10/2026": None,
        "2026-1-1": None,
        "20261031": None,
        "2026-10-31T00:00:00": None,
        "today": None,
        "infinity": None,
        " 2026-10-31": None,
    }
    assert {value: sql("quality.to_date(%s)::text", value) for value in days} == days


def test_instants(sql) -> None:
    days = {
        "2026-10-31T23:59:59Z": "2026-10-31",
        "2026-10-31T23:59": "2026-10-31",
        "2026-10-31 23:59:59.123+01:00": "2026-10-31",
        "2026-10-31T25:00:00Z": None,
        "2026-02-30T10:00:00Z": None,
        "2026-10-31": None,
        "now": None,
    }
    assert {value: sql("quality.to_day(%s)::text", value) for value in days} == days


def test_last_day_of_a_period(sql) -> None:
    ends = {"2026-10": "2026-10-31", "2026-12": "2026-12-31", "2024-02": "2024-02-29", "2100-02": "2100-02-28"}
    assert {period: sql("quality.as_at(%s)::text", period) for period in ends} == ends


def test_academic_years(sql) -> None:
    years = {"2025/26": True, "1999/00": True, "2025/27": False, "2025/2026": False, "2025-26": False, "2025": False, "25/26": False}
    assert {year: sql("quality.is_academic_year(%s)", year) for year in years} == years

"""The truth's rules on tiny cases, each worked out by hand from domain.md 1.1 to 1.3 and readings.md 20 to 28."""

from datetime import date

import polars as pl
import pytest

from wholefamily.demo.region import terms, truth

AS_AT = date(2026, 10, 31)
# 1 is 14, 2 is 40, 3 turned 18 on the day, 4 is 9, 5 was 16 on 1 September 2026, 6 was 16 on 31 August 2026, 7 has no date of birth
BORN = pl.DataFrame(
    {
        "person": [1, 2, 3, 4, 5, 6, 7],
        "date_of_birth": [
            date(2012, 5, 1),
            date(1986, 1, 1),
            date(2008, 10, 31),
            date(2017, 1, 1),
            date(2010, 9, 1),
            date(2010, 8, 31),
            None,
        ],
    }
)


def found(rows: pl.DataFrame) -> set[int]:
    return set(rows["person"].to_list())


@pytest.mark.parametrize(
    ("year", "sunday"), [(2024, (3, 31)), (2025, (4, 20)), (2026, (4, 5)), (2027, (3, 28)), (2008, (3, 23)), (2038, (4, 25))]
)
def test_easter(year: int, sunday: tuple[int, int]) -> None:
    assert terms.easter(year) == date(year, *sunday)


def test_terms_of_the_school_year() -> None:
    names = [(term.academic_year, term.code) for term in terms.completed(AS_AT)]
    assert names == [("2025/26", "AUT"), ("2025/26", "SPR"), ("2025/26", "SUM")]
    assert terms.completed(date(2026, 12, 31))[-1].code == "AUT", "a term that ends on the day is complete"
    assert terms.completed(date(2026, 12, 30))[-1].code == "SUM"
    assert terms.completed(date(2026, 4, 5))[-1] == terms.Term("2025/26", "SPR", date(2026, 1, 1), date(2026, 4, 5))
    assert [term.code for term in terms.begun(AS_AT, 5)] == ["SUM", "AUT", "SPR", "SUM", "AUT"]


def test_twelve_months_before() -> None:
    assert terms.months_before(date(2028, 2, 29), 12) == date(2027, 2, 28)
    assert terms.months_before(date(2026, 10, 31), 12) == date(2025, 10, 31)
    assert terms.months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert terms.last_friday_of_june(2026) == date(2026, 6, 26)


def offence(
    person: int, on: date, decided: date | None, disposal: str = "YOUTH_CAUTION", role: str = "OFFENDER", retracted: date | None = None
) -> dict:  # type: ignore[type-arg]
    return {"person": person, "role": role, "offence_date": on, "disposal": disposal, "disposal_date": decided, "retracted_on": retracted}


OFFENCE = {
    "person": pl.Int64,
    "role": pl.String,
    "offence_date": pl.Date,
    "disposal": pl.String,
    "disposal_date": pl.Date,
    "retracted_on": pl.Date,
}


@pytest.mark.parametrize(
    ("row", "counts"),
    [
        (offence(1, date(2026, 1, 1), date(2026, 2, 1)), True),
        (offence(1, date(2025, 9, 1), date(2025, 11, 1)), True),
        (offence(1, date(2025, 9, 1), date(2025, 10, 31)), False),  # the window is open at its start
        (offence(1, date(2026, 9, 1), AS_AT), True),
        (offence(1, date(2026, 1, 1), date(2026, 2, 1), role="VICTIM"), False),
        (offence(1, date(2026, 1, 1), None, disposal="CHARGED"), False),
        (offence(1, date(2026, 1, 1), date(2026, 2, 1), disposal="COMMUNITY_RESOLUTION"), False),
        (offence(1, date(2026, 1, 1), date(2026, 2, 1), disposal="QUASHED"), False),
        (offence(1, date(2026, 1, 1), date(2026, 2, 1), retracted=AS_AT), False),
        (offence(1, date(2026, 1, 1), date(2026, 2, 1), retracted=date(2026, 11, 1)), True),
        (offence(2, date(2026, 1, 1), date(2026, 2, 1)), False),  # an adult
        (offence(3, date(2026, 1, 1), date(2026, 2, 1)), False),  # 18 on the day
        (offence(4, date(2026, 9, 1), date(2026, 9, 20)), False),  # nine at the offence
        (offence(7, date(2026, 1, 1), date(2026, 2, 1)), False),  # age not known
    ],
)
def test_proven_offence_of_somebody_under_18(row: dict, *, counts: bool) -> None:  # type: ignore[type-arg]
    rows = pl.DataFrame([row], schema=OFFENCE)
    assert found(truth.proven_offence(rows, BORN, AS_AT)) == ({row["person"]} if counts else set())


@pytest.mark.parametrize(
    ("kind", "ground", "start", "end", "counts"),
    [
        ("ABC", None, date(2024, 1, 1), None, True),
        ("ABC", None, date(2024, 1, 1), date(2025, 10, 31), False),
        ("ABC", None, date(2024, 1, 1), date(2025, 11, 1), True),  # the last day is inclusive
        ("ABC", "ARREARS", date(2026, 1, 1), None, False),
        ("CBO", "OTHER", date(2026, 1, 1), date(2028, 1, 1), True),
        ("NSP", "ASB", date(2026, 1, 1), None, True),
        ("NSP", "ARREARS", date(2026, 1, 1), None, False),
        ("NSP", None, date(2026, 1, 1), None, False),
        ("EVICTION", "OTHER", date(2026, 1, 1), None, False),
        ("DEMOTION_ORDER", None, date(2026, 1, 1), None, True),
        ("WARNING_LETTER", None, date(2026, 1, 1), None, False),
        ("DISPERSAL", None, date(2026, 1, 1), None, False),
        ("CPN", None, date(2026, 1, 1), None, False),
    ],
)
def test_asb_intervention(kind: str, ground: str | None, start: date, end: date | None, *, counts: bool) -> None:
    rows = pl.DataFrame(
        [(2, kind, ground, start, end)],
        schema={"person": pl.Int64, "intervention": pl.String, "ground": pl.String, "start_date": pl.Date, "end_date": pl.Date},
        orient="row",
    )
    assert found(truth.asb_intervention(rows, AS_AT)) == ({2} if counts else set())


def exclusions(*rows: tuple[int, str, date, date | None]) -> pl.DataFrame:
    schema = {"person": pl.Int64, "category": pl.String, "start_date": pl.Date, "rescinded_on": pl.Date}
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_three_suspensions_in_the_last_three_completed_terms() -> None:
    three = [(1, "SUSP", date(2025, 9, 10), None), (1, "FIXD", date(2026, 2, 2), None), (1, "SUSP", date(2026, 7, 1), None)]
    assert found(truth.exclusion(exclusions(*three), BORN, AS_AT)) == {1}
    for replaced in (
        (1, "SUSP", date(2026, 9, 20), None),  # the running term does not count yet
        (1, "SUSP", date(2025, 7, 10), None),  # a term too early
        (1, "LNCH", date(2026, 7, 1), None),
        (1, "SUSP", date(2026, 7, 1), date(2026, 8, 1)),  # rescinded
        (4, "SUSP", date(2026, 7, 1), None),  # a sister's are not added
    ):
        assert found(truth.exclusion(exclusions(*three[:2], replaced), BORN, AS_AT)) == set()


def test_a_permanent_exclusion_counts_at_once() -> None:
    assert found(truth.exclusion(exclusions((1, "PERM", date(2026, 10, 30), None)), BORN, AS_AT)) == {1}
    assert found(truth.exclusion(exclusions((1, "PERM", date(2025, 7, 1), None)), BORN, AS_AT)) == set()
    assert found(truth.exclusion(exclusions((6, "PERM", date(2026, 5, 1), None)), BORN, AS_AT)) == set(), "left school in June 2026"
    assert found(truth.exclusion(exclusions((5, "PERM", date(2026, 5, 1), None)), BORN, AS_AT)) == {5}, "leaves school in June 2027"


def test_school_places() -> None:
    schema = {"person": pl.Int64, "status": pl.String, "because_excluded": pl.String, "from_date": pl.Date, "to_date": pl.Date}

    def rows(status: str, because: str | None, to: date | None = None, person: int = 1) -> pl.DataFrame:
        return pl.DataFrame([(person, status, because, date(2026, 3, 1), to)], schema=schema, orient="row")

    assert found(truth.excluded_placement(rows("PRU", "Y"), BORN, AS_AT)) == {1}
    assert found(truth.excluded_placement(rows("ALTERNATIVE_PROVISION", "Y", to=AS_AT), BORN, AS_AT)) == {1}
    assert found(truth.excluded_placement(rows("PRU", "Y", to=date(2026, 10, 30)), BORN, AS_AT)) == set()
    assert found(truth.excluded_placement(rows("PRU", "N"), BORN, AS_AT)) == set()
    assert found(truth.excluded_placement(rows("PRU", None), BORN, AS_AT)) == set()
    assert found(truth.not_on_roll(rows("NOT_ON_ROLL", None), BORN, AS_AT)) == {1}
    assert found(truth.not_on_roll(rows("NOT_ON_ROLL", None, person=2), BORN, AS_AT)) == set()
    assert found(truth.not_on_roll(rows("ELECTIVE_HOME_EDUCATION", None), BORN, AS_AT)) == set()
    assert found(truth.not_on_roll(rows("AWAITING_PLACE", None), BORN, AS_AT)) == set()


@pytest.mark.parametrize(
    ("sessions", "counts"),
    [
        ([("2025/26", "AUT", 140, 21), ("2025/26", "SPR", 120, 18), ("2025/26", "SUM", 120, 18)], True),  # 57 of 380: 15 %
        ([("2025/26", "AUT", 140, 21), ("2025/26", "SPR", 120, 18), ("2025/26", "SUM", 120, 17)], False),
        ([("2025/26", "AUT", 100, 45), ("2025/26", "SPR", 100, 0), ("2025/26", "SUM", 100, 0)], True),  # pooled, not each term
        ([("2025/26", "SUM", 100, 10), ("2025/26", "SUM", 20, 8)], True),  # two schools in one term: 18 of 120
        ([("2024/25", "SUM", 100, 90), ("2026/27", "AUT", 40, 40), ("2025/26", "SPR", 100, 14)], False),  # too early; still running
        ([("2025/26", "SUM", 0, 0)], False),
    ],
)
def test_unauthorised_absence(sessions: list[tuple[str, str, int, int]], *, counts: bool) -> None:
    rows = pl.DataFrame(sessions, schema=["academic_year", "code", "possible", "unauthorised"], orient="row").with_columns(person=pl.lit(1))
    assert found(truth.unauthorised_absence(rows, BORN, AS_AT)) == ({1} if counts else set())


@pytest.mark.parametrize(
    ("person", "benefit", "regime", "end", "matched", "counts"),
    [
        (2, "ESA", None, None, date(2026, 10, 20), True),
        (2, "ESA", None, AS_AT, date(2026, 10, 20), True),
        (2, "ESA", None, date(2026, 10, 30), date(2026, 10, 20), False),
        (2, "ESA", None, None, date(2026, 8, 30), True),  # 62 days
        (2, "ESA", None, None, date(2026, 8, 29), False),  # 63 days
        (2, "UC", "SEARCHING", None, date(2026, 10, 20), True),
        (2, "UC", "NO_REQUIREMENTS", None, date(2026, 10, 20), True),
        (2, "UC", "WORKING_ENOUGH", None, date(2026, 10, 20), False),
        (2, "UC", "LIGHT_TOUCH", None, date(2026, 10, 20), False),
        (2, "UC", None, None, date(2026, 10, 20), False),
        (2, "PIP", None, None, date(2026, 10, 20), False),
        (3, "JSA", None, None, date(2026, 10, 20), True),  # 18 on the day
        (5, "JSA", None, None, date(2026, 10, 20), False),  # 16
        (7, "JSA", None, None, date(2026, 10, 20), False),  # age not known
    ],
)
def test_out_of_work(person: int, benefit: str, regime: str | None, end: date | None, matched: date, *, counts: bool) -> None:
    rows = pl.DataFrame(
        [(person, benefit, regime, date(2026, 1, 1), end, matched)],
        schema={
            "person": pl.Int64,
            "benefit": pl.String,
            "uc_conditionality": pl.String,
            "start_date": pl.Date,
            "end_date": pl.Date,
            "matched_on": pl.Date,
        },
        orient="row",
    )
    assert found(truth.out_of_work(rows, BORN, AS_AT)) == ({person} if counts else set())


def test_local_needs() -> None:
    rows = pl.DataFrame(
        [
            (1, "MENTAL_HEALTH", date(2026, 1, 1), None),
            (2, "CHILD_IN_NEED", date(2026, 1, 1), None),
            (3, "SUBSTANCE_MISUSE", date(2026, 1, 1), date(2026, 10, 30)),
            (4, "UNDER_18_CONCEPTION", date(2026, 1, 1), AS_AT),
        ],
        schema={"person": pl.Int64, "need": pl.String, "from_date": pl.Date, "to_date": pl.Date},
        orient="row",
    )
    assert found(truth.local_needs(rows, AS_AT)) == {1, 4}


def test_a_household_is_judged_by_its_members_at_home() -> None:
    at_home = pl.DataFrame({"person": [1, 2, 3, 4], "hh": [10, 10, 10, None], "is_away": [False, False, True, False]})
    met = pl.DataFrame(
        [
            (1, "education", "exclusion"),
            (1, "education", "not_on_roll"),
            (2, "work", "out_of_work_benefit"),
            (3, "local", "mental_health"),
            (4, "local", "mental_health"),
        ],
        schema=["person", "criterion_code", "limb_code"],
        orient="row",
    ).with_columns(pl.col("person").cast(pl.Int64))
    rows = truth.judge(at_home, met).rows()
    assert rows == [
        (10, "crime_asb", "", False),
        (10, "education", "exclusion", True),
        (10, "education", "not_on_roll", True),
        (10, "local", "", False),
        (10, "work", "out_of_work_benefit", True),
    ]

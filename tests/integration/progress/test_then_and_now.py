"""A corrected drop takes a household's third criterion away: the marts say what is known now, and what was known then."""

from collections.abc import Iterator, Sequence

import pytest
from tests.integration.household.village import Village, empty_village, person

from wholefamily import build, linkage

MONTH = "2026-09"
CAUSE = f"walsall/{MONTH}/r2/attendance"
HOME = {"uprn": "100071234567", "address": "4 Quarry Lane", "postcode": "WS1 1AA"}
NEXT_DOOR = {"uprn": "100071234568", "address": "6 Quarry Lane", "postcode": "WS1 1AA"}
FEEDS = {
    "people": [
        person("w1", "Oriel", "Tamsworth", "1988-02-03", **HOME),
        person("w2", "Perrin", "Tamsworth", "2013-05-06", **HOME),
        person("w3", "Quenby", "Ruddock", "1979-11-30", **NEXT_DOOR),
    ],
    "asb_interventions": [{"intervention_ref": "a1", "person_ref": "w1", "intervention": "ABC", "start_date": "2026-03-01"}],
    "support_needs": [
        {"person_ref": "w1", "need": "MENTAL_HEALTH", "from_date": "2026-02-01"},
        {"person_ref": "w3", "need": "SUBSTANCE_MISUSE", "from_date": "2026-02-01"},
    ],
}


def attendance(unauthorised: str) -> list[dict[str, object]]:
    return [
        {
            "person_ref": "w2",
            "school_urn": "104000",
            "academic_year": "2025/26",
            "term": "SUM",
            "sessions_possible": "100",
            "sessions_authorised_absence": "0",
            "sessions_unauthorised_absence": unauthorised,
        }
    ]


def built(village: Village, periods: Sequence[str] = (MONTH,)) -> None:
    build.run_dbt(village.settings, "staging", periods)
    linkage.link(village.settings, list(periods))
    build.run_dbt(village.settings, "intermediate", periods)
    build.run_dbt(village.settings, "marts", periods)


@pytest.fixture(scope="module")
def village(postgres_server, warehouse_template, tmp_path_factory) -> Iterator[Village]:  # type: ignore[no-untyped-def]
    with empty_village(postgres_server, warehouse_template, tmp_path_factory.mktemp("then")) as village:
        village.send("walsall", MONTH, attendance=attendance("20"), **FEEDS)
        built(village)
        built(village)
        assert corrections(village) == [], "nothing else is believed yet"
        village.send("walsall", MONTH, 2, attendance=attendance("10"))
        built(village)
        yield village


def corrections(village: Village) -> list[tuple[object, ...]]:
    return village.rows(
        "select xref.person_ref, criterion_code, was_met, is_met, caused_by from marts.fct_correction as correction "
        "inner join identity.household_xref as xref using (period, household_id) "
        "where framework_code = 'tf_2012' and xref.person_ref in ('w1', 'w3') order by known_until, 1"
    )


def met(village: Village, moment: str) -> set[tuple[str, str]]:
    """The criteria of `tf_2012` that were believed to be met at a moment: an SQL expression."""
    rows = village.rows(
        "select xref.person_ref, criterion_code from marts.fct_criterion_known as known "
        "inner join identity.household_xref as xref using (period, household_id) "
        f"where framework_code = 'tf_2012' and xref.person_ref in ('w1', 'w3') and known_from <= {moment} "
        f"and (known_until is null or known_until > {moment})"
    )
    return {(ref, criterion) for ref, criterion in rows}


def test_what_a_correction_changed_is_a_row(village: Village) -> None:
    assert corrections(village) == [("w1", "education", True, False, CAUSE)]


def test_what_was_believed_then_and_what_is_now(village: Village) -> None:
    received = "(select received_at from quality.delivery where revision = {})"
    now = {("w1", "crime_asb"), ("w1", "local"), ("w3", "local")}
    assert met(village, received.format(1)) == now | {("w1", "education")}
    assert met(village, received.format(2)) == now
    eligible = village.rows("select n_criteria_met, is_eligible from marts.fct_household_eligibility where framework_code = 'tf_2012'")
    assert sorted(eligible) == [(1, False), (2, False)]


def test_a_correction_that_is_taken_back_leaves_both_rows(village: Village) -> None:
    village.send("walsall", MONTH, 3, attendance=attendance("15"))
    built(village)
    again = f"walsall/{MONTH}/r3/attendance"
    assert corrections(village) == [("w1", "education", True, False, CAUSE), ("w1", "education", False, True, again)]
    received = "(select received_at from quality.delivery where revision = {})"
    assert [("w1", "education") in met(village, received.format(revision)) for revision in (1, 2, 3)] == [True, False, True]


def test_a_month_that_is_built_for_the_first_time_corrects_nothing(village: Village) -> None:
    village.send("walsall", "2026-10", attendance=attendance("20"), **FEEDS)
    built(village, ["2026-10"])
    assert village.rows("select count(*) from marts.fct_correction where period = '2026-10'") == [0]

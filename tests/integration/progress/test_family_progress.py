"""A family from attachment to its result, over two months and all layers."""

from collections.abc import Iterator

import pytest
from tests.integration.household.village import Village, empty_village, person, place

from wholefamily import build, linkage, partners
from wholefamily.products.published import count
from wholefamily.warehouse import connect

PERIODS = ["2026-09", "2026-10"]
HOME = {"uprn": "100071234567", "address": "4 Quarry Lane", "postcode": "WS1 1AA"}
PEOPLE = [person("w1", "Oriel", "Tamsworth", "1988-02-03", **HOME), person("w2", "Perrin", "Tamsworth", "2013-05-06", **HOME)]
# Met in the month of attachment: the child's absence of last year, and an intervention on the mother. One incident is left of three.
ATTENDANCE = {"person_ref": "w2", "school_urn": "104000", "academic_year": "2025/26", "sessions_authorised_absence": "0"}
INCIDENTS = [("i1", "2025-11-01"), ("i2", "2025-12-01"), ("i3", "2026-04-20"), ("i4", "2026-10-02")]


def attendance(unauthorised: str) -> list[dict[str, object]]:
    return [ATTENDANCE | {"term": "SUM", "sessions_possible": "100", "sessions_unauthorised_absence": unauthorised}]


@pytest.fixture(scope="module")
def village(postgres_server, warehouse_template, tmp_path_factory) -> Iterator[Village]:  # type: ignore[no-untyped-def]
    with empty_village(postgres_server, warehouse_template, tmp_path_factory.mktemp("progress")) as village:
        for period, unauthorised in zip(PERIODS, ["20", "10"], strict=True):
            village.send(
                "walsall",
                period,
                people=PEOPLE,
                attendance=attendance(unauthorised),
                programme=[place("f1", ref, role, attached_on="2026-04-20") for ref, role in (("w1", "ADULT"), ("w2", "CHILD"))],
                asb_interventions=[{"intervention_ref": "a1", "person_ref": "w1", "intervention": "ABC", "start_date": "2026-03-01"}],
                work_outcomes=[],
                benefits=[],
            )
            village.send(
                "west_midlands_police",
                period,
                people=[person("p1", "Oriel", "Tamsworth", "1988-02-03", **HOME)],
                offences=[],
                asb_incidents=[
                    {"incident_ref": ref, "person_ref": "p1", "role": "SUBJECT", "incident_type": "NUISANCE", "occurred_on": day}
                    for ref, day in INCIDENTS
                    if day <= f"{period}-30"
                ],
            )
        build.run_dbt(village.settings, "staging", PERIODS)
        linkage.link(village.settings, PERIODS)
        build.run_dbt(village.settings, "intermediate", PERIODS)
        build.run_dbt(village.settings, "marts", PERIODS)
        yield village


def test_measures(village: Village) -> None:
    rows = village.rows(
        "select period, measure_code, baseline_value, current_value, result, reason from marts.fct_family_progress order by 1, 2"
    )
    assert rows == [
        ("2026-09", "asb", 3, 1, "pass", "reduced_enough"),  # 20 April still counts in the six months to 30 September
        ("2026-09", "continuous_employment", 0, 0, "neutral", "not_identified"),
        ("2026-09", "education", 1, 1, "fail", "a_child_excluded_or_absent"),
        ("2026-09", "progress_to_work", None, 0, "neutral", "not_identified"),
        ("2026-09", "youth_offending", 0, 0, "neutral", "nothing_in_baseline"),
        ("2026-10", "asb", 3, 1, "pass", "reduced_enough"),  # that of 2 October
        ("2026-10", "continuous_employment", 0, 0, "neutral", "not_identified"),
        ("2026-10", "education", 1, 0, "pass", "every_child_attends"),
        ("2026-10", "progress_to_work", None, 0, "neutral", "not_identified"),
        ("2026-10", "youth_offending", 0, 0, "neutral", "nothing_in_baseline"),
    ]


def test_the_result_is_claimed_once_every_relevant_measure_passes(village: Village) -> None:
    rows = village.rows("select period, route, amount_gbp, status, evidence_hash ~ '^[0-9a-f]{64}$' from marts.fct_result_claim")
    assert rows == [("2026-10", "crime_asb_education", 2100, "valid", True)]
    months = village.rows(
        "select period, n_households, n_families_on_programme, n_results, n_stale_feeds from marts.fct_authority_month "
        "where authority_code = 'walsall' and framework_code = 'tf_2012' order by 1"
    )
    assert months == [("2026-09", 1, 1, 0, 0), ("2026-10", 1, 1, 1, 0)]


def test_building_a_month_again_changes_nothing(village: Village) -> None:
    tables = ["fct_family_progress", "fct_result_claim", "fct_criterion_evidence", "fct_household_eligibility"]
    before = [sorted(map(str, village.rows(f"select * from marts.{table}"))) for table in tables]
    build.run_dbt(village.settings, "intermediate", PERIODS[1:])
    build.run_dbt(village.settings, "marts", PERIODS[1:])
    assert [sorted(map(str, village.rows(f"select * from marts.{table}"))) for table in tables] == before


def test_the_published_tables_count_the_family_once_a_criterion_met_when_it_joined_and_a_result_a_measure(village: Village) -> None:
    authorities = {"walsall": partners.load(village.settings.partners_dir)["walsall"]}
    with connect(village.settings) as connection:
        counted = count.count(connection, "2026-10", authorities)
    assert counted == {
        "families_by_authority_framework_status.csv": {("walsall", "tf_2012", "on_programme"): 1},
        "criteria_by_authority_framework_criterion.csv": {("walsall", "tf_2012", "crime_asb"): 1, ("walsall", "tf_2012", "education"): 1},
        "results_by_authority_measure_result.csv": {
            ("walsall", "asb", "pass"): 1,
            ("walsall", "continuous_employment", "neutral"): 1,
            ("walsall", "education", "pass"): 1,
            ("walsall", "progress_to_work", "neutral"): 1,
            ("walsall", "youth_offending", "neutral"): 1,
        },
    }

"""A family on the programme and its neighbours without it, over months that are built one after the other and all over again."""

from collections.abc import Iterator

import pytest
from tests.integration.household.village import Village, empty_village, person, place

from wholefamily import build, linkage

PERIODS = ["2026-03", "2026-04", "2026-05"]
# Four homes of an adult and a child each: the first is on the programme, the second is attached in May, the last is never eligible.
HOMES = {n: {"uprn": f"10007123456{n}", "address": f"{n} Quarry Lane", "postcode": "WS1 1AA"} for n in range(1, 5)}
GIVEN = {1: ("Oriel", "Perrin"), 2: ("Quenby", "Rowan"), 3: ("Sabra", "Teal"), 4: ("Ulric", "Venn")}
FAMILY = {1: "Tamsworth", 2: "Ruddock", 3: "Ockley", 4: "Harbin"}
PEOPLE = [
    row
    for n in HOMES
    for row in (
        person(f"a{n}", GIVEN[n][0], FAMILY[n], "1988-02-03", **HOMES[n]),
        person(f"c{n}", GIVEN[n][1], FAMILY[n], "2013-05-06", **HOMES[n]),
    )
]
# Before: three incidents each. The third home has one left afterwards, the first has two.
INCIDENTS = [("a1", f"i1{k}", f"2025-12-0{k}") for k in (1, 2, 3)] + [("a1", "i14", "2026-03-05"), ("a1", "i15", "2026-03-06")]
INCIDENTS += [(f"a{n}", f"i{n}{k}", f"2025-11-0{k}") for n in (2, 3) for k in (1, 2, 3)] + [("a3", "i34", "2026-05-02")]


def attendance(period: str) -> list[dict[str, object]]:
    """A fifth of the sessions missed in autumn; corrected to a twentieth in May."""
    missed = "5" if period == "2026-05" else "20"
    term = {"school_urn": "104000", "academic_year": "2025/26", "term": "AUT", "sessions_possible": "100"}
    return [term | {"person_ref": f"c{n}", "sessions_authorised_absence": "0", "sessions_unauthorised_absence": missed} for n in (1, 2, 3)]


def send(village: Village, period: str) -> None:
    second = [place("f2", ref, role, attached_on="2026-05-10") for ref, role in (("a2", "ADULT"), ("c2", "CHILD"))]
    village.send(
        "walsall",
        period,
        people=PEOPLE,
        attendance=attendance(period),
        programme=[place("f1", ref, role, attached_on="2026-01-10") for ref, role in (("a1", "ADULT"), ("c1", "CHILD"))]
        + (second if period == "2026-05" else []),
        asb_interventions=[
            {"intervention_ref": f"a{n}", "person_ref": f"a{n}", "intervention": "ABC", "start_date": "2026-01-01"} for n in (1, 2, 3)
        ],
        support_needs=[{"person_ref": f"a{n}", "need": "MENTAL_HEALTH", "from_date": "2025-01-01"} for n in (1, 2, 3, 4)],
        work_outcomes=[],
        benefits=[],
    )
    village.send(
        "west_midlands_police",
        period,
        people=[person(f"p{n}", GIVEN[n][0], FAMILY[n], "1988-02-03", **HOMES[n]) for n in (1, 2, 3)],
        offences=[],
        asb_incidents=[
            {"incident_ref": ref, "person_ref": f"p{who[1]}", "role": "SUBJECT", "incident_type": "NUISANCE", "occurred_on": day}
            for who, ref, day in INCIDENTS
            if day <= f"{period}-30"
        ],
    )


def built(village: Village, *periods: str) -> None:
    build.run_dbt(village.settings, "staging", periods)
    linkage.link(village.settings, list(periods))
    build.run_dbt(village.settings, "intermediate", periods)
    build.run_dbt(village.settings, "marts", periods)


@pytest.fixture(scope="module")
def village(postgres_server, warehouse_template, tmp_path_factory) -> Iterator[Village]:  # type: ignore[no-untyped-def]
    with empty_village(postgres_server, warehouse_template, tmp_path_factory.mktemp("comparison")) as village:
        for period in PERIODS:
            send(village, period)
            built(village, period)
        yield village


def cohort(village: Village) -> list[tuple[object, ...]]:
    return village.rows(
        "select cohort.period, xref.person_ref, entered_period, left_period, status from marts.fct_comparison_household as cohort "
        "inner join identity.household_xref as xref using (household_id) "
        "where framework_code = 'tf_2012' and xref.partner_code = 'walsall' and xref.person_ref like 'a%%' "
        "and xref.period = cohort.period order by 1, 2"
    )


COHORT = [
    ("2026-03", "a2", "2026-03", None, "followed"),
    ("2026-03", "a3", "2026-03", None, "followed"),
    ("2026-04", "a2", "2026-03", None, "followed"),
    ("2026-04", "a3", "2026-03", None, "followed"),
    ("2026-05", "a2", "2026-03", "2026-05", "attached"),
    ("2026-05", "a3", "2026-03", None, "followed"),
]


def test_eligible_households_without_the_programme_are_followed_until_they_are_attached(village: Village) -> None:
    assert cohort(village) == COHORT


def test_they_are_judged_by_the_same_measures(village: Village) -> None:
    rows = village.rows(
        "select progress.period, xref.person_ref, measure_code, baseline_value, current_value, result, reason "
        "from marts.fct_comparison_progress as progress inner join identity.household_xref as xref using (household_id, period) "
        "where framework_code = 'tf_2012' and measure_code in ('asb', 'education') and xref.person_ref like 'a%%' "
        "and xref.partner_code = 'walsall' and period <> '2026-04' order by 1, 2, 3"
    )
    assert rows == [
        ("2026-03", "a2", "asb", 3, 3, "fail", "not_reduced_enough"),  # the windows are one: nothing can have changed
        ("2026-03", "a2", "education", 1, 1, "fail", "a_child_excluded_or_absent"),
        ("2026-03", "a3", "asb", 3, 3, "fail", "not_reduced_enough"),
        ("2026-03", "a3", "education", 1, 1, "fail", "a_child_excluded_or_absent"),
        ("2026-05", "a3", "asb", 3, 1, "pass", "reduced_enough"),
        ("2026-05", "a3", "education", 1, 0, "pass", "every_child_attends"),
    ]


def test_families_and_the_others_stand_side_by_side(village: Village) -> None:
    rows = village.rows(
        "select period, n_families, n_families_pass, n_families_fail, pct_families_pass, n_comparison, n_comparison_pass, n_comparison_fail, "
        "pct_comparison_pass from marts.fct_progress_compared where authority_code = 'walsall' and framework_code = 'tf_2012' "
        "and measure_code = 'asb' order by 1"
    )
    assert [tuple(map(float, row[1:4])) + tuple(map(float, row[5:8])) for row in rows] == [
        (1, 0, 1, 2, 0, 2),
        (1, 0, 1, 2, 0, 2),
        (2, 0, 1, 1, 1, 0),
    ]
    assert [(row[4], row[8]) for row in rows] == [(0, 0), (0, 0), (0, 100)]


def test_families_are_no_comparison_and_the_others_no_families(village: Village) -> None:
    overlap = (
        "select count(*) from marts.fct_family_progress as family inner join marts.fct_comparison_progress on household_id = family_id"
    )
    assert village.rows(overlap) == [0]
    families = village.rows("select period, count(distinct family_id) from marts.fct_family_progress group by 1 order by 1")
    assert families == [("2026-03", 1), ("2026-04", 1), ("2026-05", 2)]


def test_months_built_all_over_again_are_the_same(village: Village) -> None:
    tables = ["fct_comparison_household", "fct_comparison_progress", "fct_progress_compared", "fct_identified_criterion"]
    before = [sorted(map(str, village.rows(f"select * from marts.{table}"))) for table in tables]
    built(village, *PERIODS)
    assert [sorted(map(str, village.rows(f"select * from marts.{table}"))) for table in tables] == before
    built(village, *PERIODS[1:])
    assert [sorted(map(str, village.rows(f"select * from marts.{table}"))) for table in tables] == before

"""A family from attachment to its result, to the month in which it falls back, over all layers; and the evidence of its claim."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.integration.household.village import Village, empty_village, person, place

from wholefamily import build, cli, linkage, partners
from wholefamily.products.published import count
from wholefamily.warehouse import connect

PERIODS = ["2026-09", "2026-10", "2026-11"]
HOME = {"uprn": "100071234567", "address": "4 Quarry Lane", "postcode": "WS1 1AA"}
PEOPLE = [person("w1", "Oriel", "Tamsworth", "1988-02-03", **HOME), person("w2", "Perrin", "Tamsworth", "2013-05-06", **HOME)]
# Met in the month of attachment: the child's absence of last year, and an intervention on the mother. One incident is left of three.
ATTENDANCE = {"person_ref": "w2", "school_urn": "104000", "academic_year": "2025/26", "sessions_authorised_absence": "0"}
INCIDENTS = [("i1", "2025-11-01"), ("i2", "2025-12-01"), ("i3", "2026-04-20"), ("i4", "2026-10-02")]


def attendance(unauthorised: str) -> list[dict[str, object]]:
    return [ATTENDANCE | {"term": "SUM", "sessions_possible": "100", "sessions_unauthorised_absence": unauthorised}]


def send_police(village: Village, period: str, incidents: list[tuple[str, str]], revision: int = 1) -> None:
    village.send(
        "west_midlands_police",
        period,
        revision,
        people=[person("p1", "Oriel", "Tamsworth", "1988-02-03", **HOME)],
        offences=[],
        asb_incidents=[
            {"incident_ref": ref, "person_ref": "p1", "role": "SUBJECT", "incident_type": "NUISANCE", "occurred_on": day}
            for ref, day in incidents
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
    with empty_village(postgres_server, warehouse_template, tmp_path_factory.mktemp("progress")) as village:
        for period, unauthorised in zip(PERIODS, ["20", "10", "20"], strict=True):
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
            send_police(village, period, INCIDENTS)
        built(village, *PERIODS)
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
        ("2026-11", "asb", 3, 1, "pass", "reduced_enough"),
        ("2026-11", "continuous_employment", 0, 0, "neutral", "not_identified"),
        ("2026-11", "education", 1, 1, "fail", "a_child_excluded_or_absent"),
        ("2026-11", "progress_to_work", None, 0, "neutral", "not_identified"),
        ("2026-11", "youth_offending", 0, 0, "neutral", "nothing_in_baseline"),
    ]


def test_the_result_is_claimed_once_every_relevant_measure_passes(village: Village) -> None:
    rows = village.rows("select period, route, amount_gbp, status, evidence_hash ~ '^[0-9a-f]{64}$' from marts.fct_result_claim")
    assert rows == [("2026-10", "crime_asb_education", 2100, "valid", True)]
    months = village.rows(
        "select period, n_households, n_families_on_programme, n_results, n_stale_feeds from marts.fct_authority_month "
        "where authority_code = 'walsall' and framework_code = 'tf_2012' order by 1"
    )
    assert months == [("2026-09", 1, 1, 0, 0), ("2026-10", 1, 1, 1, 0), ("2026-11", 1, 1, 0, 0)]


def test_a_family_that_falls_back_is_flagged_and_its_claim_stays(village: Village) -> None:
    held = village.rows("select period, claimed_period, amount_gbp, standing, failed_measures from marts.fct_claim_standing order by 1")
    assert held == [("2026-10", "2026-10", 2100, "stands", None), ("2026-11", "2026-10", 2100, "regressed", "education")]
    assert village.rows("select period, route from marts.fct_result_evidenced") == [("2026-10", "crime_asb_education")]


def test_building_a_month_again_changes_nothing(village: Village) -> None:
    tables = [
        "fct_family_progress",
        "fct_result_claim",
        "fct_claim_standing",
        "fct_claim_evidence",
        "fct_criterion_evidence",
        "fct_household_eligibility",
    ]
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


@pytest.fixture
def told(village: Village, monkeypatch, capsys) -> Callable[..., tuple[int, str, str]]:  # type: ignore[no-untyped-def]
    """Run ``evidence`` on the one claim; returns the exit code and what was printed."""
    monkeypatch.setattr("wholefamily.settings.load", lambda: village.settings)
    (family,) = village.rows("select family_id from marts.fct_result_claim")

    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(["evidence", str(family), *words])
        return code, *capsys.readouterr()

    return run


def test_an_auditor_works_out_the_hash_from_the_pack_alone(village: Village, told, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    code, out, err = told("tf_2012", "--out", str(tmp_path))
    assert (code, err) == (0, "")
    (in_mart,) = village.rows("select evidence_hash from marts.fct_result_claim")
    pack = tmp_path / "evidence.txt"
    sha256sum = shutil.which("sha256sum")
    assert sha256sum
    printed = subprocess.run([sha256sum, str(pack)], check=True, capture_output=True, text=True).stdout
    assert printed.split()[0] == hashlib.sha256(pack.read_bytes()).hexdigest() == in_mart
    assert out.count(in_mart) == 2
    assert pack.read_text().splitlines() == [
        *(f"asb|west_midlands_police|2026-10/r1/asb_incidents:{line}" for line in (2, 3, 4, 5)),
        "education|walsall|2026-10/r1/attendance:2",
    ]
    claim = json.loads((tmp_path / "claim.json").read_text())
    assert (claim["period"], claim["status"], claim["amount_gbp"], claim["evidence_hash"]) == ("2026-10", "valid", 2100, in_mart)
    assert told("tf_2012", "--against", str(pack))[0] == 0


def test_a_family_without_a_claim_has_no_pack(told) -> None:  # type: ignore[no-untyped-def]
    code, _, err = told("sf_2022")
    assert code == 1
    assert "under sf_2022" in err


def test_one_row_less_is_another_hash(village: Village, told, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    told("tf_2012", "--out", str(tmp_path))
    before = village.rows("select evidence_hash from marts.fct_result_claim")
    send_police(village, "2026-10", INCIDENTS[:3], revision=2)
    built(village, *PERIODS[1:])
    assert village.rows("select evidence_hash from marts.fct_result_claim") != before
    code, out, err = told("tf_2012", "--against", str(tmp_path / "evidence.txt"))
    assert code == 1
    assert "- asb|west_midlands_police|2026-10/r1/asb_incidents:5" in out
    assert "+ asb|west_midlands_police|2026-10/r2/asb_incidents:2" in out
    assert "is not what the claim rests on now" in err

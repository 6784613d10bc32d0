"""The real stack from end to end: drops that a partner wrote by hand, and a synthetic region whose truth is known."""

import csv
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.e2e import handmade
from tests.integration.monitoring.walk import events, sources

from wholefamily import build
from wholefamily.demo import postgres
from wholefamily.demo.airflow import AirflowApi
from wholefamily.settings import Settings
from wholefamily.warehouse import connect

pytestmark = [pytest.mark.stack, pytest.mark.timeout(1500)]

REPOSITORY = Path(__file__).parents[2]


def free_port_base(width: int = 40) -> int:
    """The first of ``width`` ports in a row that nobody listens on."""
    for base in range(21000, 60000, width):
        try:
            for port in range(base, base + width):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return base
    raise AssertionError("no free ports")


class Demo:
    """A demo in a home of its own, driven by its command line as a person would."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port_base = free_port_base()
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "LANG", "TZ", "TMPDIR") if name in os.environ},
            "HOME": str(home),
            "HOME_DIR": str(home / "state"),
            "PORT_BASE": str(self.port_base),
            "PYTHONPATH": str(REPOSITORY / "plugins"),
        }

    @property
    def state(self) -> Path:
        return self.home / "state"

    def __call__(self, *arguments: str, timeout: float = 1200) -> subprocess.CompletedProcess[str]:
        """Run ``python -m wholefamily …``."""
        command = [sys.executable, "-m", "wholefamily", *arguments]
        return subprocess.run(command, cwd=REPOSITORY, env=self.environment, check=False, text=True, capture_output=True, timeout=timeout)

    @cached_property
    def dsn(self) -> str:
        """The warehouse's, once the stack has been started."""
        return self("dsn").stdout.strip()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query on the warehouse."""
        with psycopg.connect(self.dsn) as connection:
            return connection.execute(query).fetchall()  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    home = tmp_path_factory.mktemp("demo")
    demo = Demo(home)
    yield demo
    demo("down")


@pytest.fixture(scope="module")
def handmade_run(demo: Demo) -> subprocess.CompletedProcess[str]:
    """The hand-written month, taken."""
    drops = handmade.write_month(demo.home / "drops")
    done = demo("demo", "--drops", str(drops))
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def household_of(demo: Demo, partner: str, person_ref: str) -> str:
    ((household,),) = demo.rows(
        f"select household_id::text from identity.household_xref where partner_code = '{partner}' and person_ref = '{person_ref}'"
        f" and period = '{handmade.PERIOD}'"
    )
    return str(household)


def met(demo: Demo, household: str) -> set[tuple[str, bool]]:
    return {
        (criterion, is_met)
        for criterion, is_met in demo.rows(
            f"select criterion_code, is_met from marts.fct_household_criterion where framework_code = 'tf_2012' and household_id = '{household}'"
        )
    }


def test_every_dag_run_succeeded_in_airflows_own_database(demo: Demo, handmade_run: subprocess.CompletedProcess[str]) -> None:
    password = (demo.state / "secrets" / "airflow_db_password").read_text().strip()
    with psycopg.connect(f"postgresql://airflow:{password}@127.0.0.1:{demo.port_base}/airflow") as connection:
        runs = connection.execute("select dag_id, state, count(*) from dag_run group by dag_id, state").fetchall()
    assert {state for _, state, _ in runs} == {"success"}
    assert {dag for dag, _, _ in runs} == {
        "ingest_sandwell",
        "ingest_birmingham",
        "ingest_west_midlands_police",
        "build_warehouse",
        "release_evaluation",
        "release_published_tables",
    }


def test_receipts_tell_the_sender_what_became_of_each_file(demo: Demo, handmade_run: subprocess.CompletedProcess[str]) -> None:
    path = demo.state / "sftp" / "west_midlands_police" / "inbound" / handmade.PERIOD / "receipt-r1.json"
    receipt = json.loads(path.read_text())
    assert (receipt["sender"], receipt["period"], receipt["revision"], receipt["status"]) == (
        "west_midlands_police",
        handmade.PERIOD,
        1,
        "accepted",
    )
    counts = {
        f["feed"]: (f["rows_received"], f["rows_loaded"], f["rows_quarantined"], f["rows_not_for_disclosure"]) for f in receipt["files"]
    }
    assert counts == {"people": (3, 1, 0, 2), "offences": (4, 1, 0, 3), "reoffending_rates": (2, 2, 0, 0)}


def test_a_bad_row_is_quarantined_by_its_line_and_told(demo: Demo, handmade_run: subprocess.CompletedProcess[str]) -> None:
    path = demo.state / "sftp" / "birmingham" / "inbound" / handmade.PERIOD / "receipt-r1.json"
    (people,) = [file for file in json.loads(path.read_text())["files"] if file["feed"] == "people"]
    assert people["rows_quarantined"] == 1
    assert people["reasons"] == [{"rule": "not_a_date", "column": "date_of_birth", "count": 1, "lines": [4]}]


def test_the_hawthornes_meet_three_criteria_and_are_on_the_programme(demo: Demo, handmade_run: subprocess.CompletedProcess[str]) -> None:
    household = household_of(demo, "sandwell", "S1")
    assert {household_of(demo, "sandwell", ref) for ref in ("S2", "S3")} == {household}
    assert met(demo, household) == {("crime_asb", True), ("education", True), ("work", True), ("local", False)}
    eligibility = demo.rows(
        "select n_criteria_met, n_required, is_eligible, is_on_programme, authority_code from marts.fct_household_eligibility "
        f"where framework_code = 'tf_2012' and household_id = '{household}'"
    )
    assert eligibility == [(3, 3, True, True, "sandwell")]


def test_the_begums_meet_two(demo: Demo, handmade_run: subprocess.CompletedProcess[str]) -> None:
    household = household_of(demo, "sandwell", "S4")
    assert met(demo, household) == {("crime_asb", False), ("education", True), ("work", True), ("local", False)}


def test_the_okafors_meet_none_and_their_sons_part_as_a_victim_is_unknown(
    demo: Demo, handmade_run: subprocess.CompletedProcess[str]
) -> None:
    household = household_of(demo, "birmingham", "B1")
    assert {is_met for _, is_met in met(demo, household)} == {False}
    assert demo.rows("select count(*) from identity.person_xref where partner_code = 'west_midlands_police'") == [(1,)]


def test_evidence_leads_back_to_a_line_of_a_file(demo: Demo, handmade_run: subprocess.CompletedProcess[str]) -> None:
    evidence = demo.rows(
        "select source_partner, source_feed, source_record from marts.fct_criterion_evidence "
        "where framework_code = 'tf_2012' and limb_code = 'proven_offence'"
    )
    assert len(evidence) == 1
    partner, feed, record = evidence[0]
    assert (partner, feed) == ("west_midlands_police", "offences")
    assert record.endswith(":2"), record


def test_a_person_who_must_not_be_stored_is_found_nowhere(demo: Demo, handmade_run: subprocess.CompletedProcess[str]) -> None:
    sent = demo.state / "sftp" / "west_midlands_police" / "outbound"  # the sender's own folder
    for path in demo.state.rglob("*"):
        if path.is_file() and not path.is_relative_to(sent):
            assert handmade.CANARY.encode() not in path.read_bytes(), path.relative_to(demo.state)
    # PostgreSQL may have packed what it keeps: XComs, rendered templates, logs. A dump unpacks it.
    admin = (demo.state / "secrets" / "postgres_password").read_text().strip()
    for database in ("warehouse", "airflow"):
        address = f"postgresql://postgres:{admin}@127.0.0.1:{demo.port_base}/{database}"
        dump = subprocess.run([postgres.binaries() / "pg_dump", "--inserts", address], capture_output=True, check=True).stdout
        assert b"INSERT INTO" in dump
        assert handmade.CANARY.encode() not in dump, database


def test_lineage_leads_from_what_left_back_to_the_partners_files(demo: Demo, handmade_run: subprocess.CompletedProcess[str]) -> None:
    found = events(demo.state)
    drop = f"outbound/{handmade.PERIOD}/r1"
    ((release,),) = demo.rows("select distinct release from exchange.disclosure")
    for product in ("marts.fct_household_eligibility", f"sftp://evaluator/inbound/evaluation/{release}/families.csv"):
        made_from = sources(found, product)
        assert {f"sftp://sandwell/{drop}/people", f"sftp://west_midlands_police/{drop}/offences"} <= made_from, product
        assert {"raw.people", "staging.stg_people", "identity.person_xref", "intermediate.int_main_residence"} <= made_from, product
    written = (demo.state / "lineage" / "events.jsonl").read_text()
    for value in ("Hawthorne", "Begum", "9990000018", "AB123456C", "B70 1AA", "Mill Lane"):
        assert value not in written


def test_running_it_again_changes_nothing(demo: Demo, handmade_run: subprocess.CompletedProcess[str]) -> None:
    def state() -> dict[str, Any]:
        tables = demo.rows(
            "select table_schema || '.' || table_name from information_schema.tables "
            "where table_schema in ('marts', 'identity', 'quality', 'exchange') and table_type = 'BASE TABLE' order by 1"
        )
        held: dict[str, Any] = {
            name: demo.rows(f"select count(*), md5(string_agg(t::text, '|' order by t::text)) from {name} t") for (name,) in tables
        }
        held["receipts"] = {path: path.read_bytes() for path in (demo.state / "sftp").glob("*/inbound/**/*") if path.is_file()}
        return held

    before = state()
    done = demo("demo", "--drops", str(demo.home / "drops"), timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert state() == before


def test_a_correction_is_taken_by_the_next_run_and_takes_the_third_criterion_away(
    demo: Demo, handmade_run: subprocess.CompletedProcess[str]
) -> None:
    household = household_of(demo, "sandwell", "S1")
    corrected = dict(handmade.POLICE, offences=handmade.POLICE["offences"].replace("2026-05-01,\nO1,N2", "2026-05-01,2026-09-20\nO1,N2"))
    handmade.write_drop(demo.home / "correction", "west_midlands_police", handmade.PERIOD, 2, corrected)
    done = demo("demo", "--drops", str(demo.home / "correction"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert ("crime_asb", False) in met(demo, household)
    assert household_of(demo, "sandwell", "S1") == household


def test_a_correction_that_nobody_waits_for_is_found_and_taken_once(demo: Demo, handmade_run: subprocess.CompletedProcess[str]) -> None:
    settings = Settings(home_dir=demo.state, port_base=demo.port_base)
    handmade.write_drop(demo.state / "sftp", "sandwell", handmade.PERIOD, 2, handmade.SANDWELL)
    api = AirflowApi(settings, "engineer")
    ingest = ("ingest_sandwell", f"drop__{handmade.PERIOD}_r2_1")
    api.unpause("watch_for_drops")
    try:
        for _ in range(2):
            ended(api, "watch_for_drops", api.trigger("watch_for_drops"))
            assert ended(api, *ingest) == "success"
    finally:
        api.unpause("watch_for_drops", is_paused=True)
    assert [run["dag_run_id"] for run in api.dag_runs("ingest_sandwell")].count(ingest[1]) == 1
    assert demo.rows("select revision, status from quality.delivery where partner_code = 'sandwell' and revision = 2") == [(2, "accepted")]
    assert demo("demo", "--drops", str(demo.home / "drops")).returncode == 0, "the build that it asked for has ended well"


def settled(demo: Demo) -> AirflowApi:
    """Airflow's API, once nothing is being built and nothing waits for that."""
    settings = Settings(home_dir=demo.state, port_base=demo.port_base)
    api = AirflowApi(settings, "engineer")
    deadline = time.monotonic() + 600
    while True:
        with connect(settings) as connection:
            changed = build.changed_periods(connection)
        if not changed and not api.dag_runs("build_warehouse", ["queued", "running"]):
            return api
        assert time.monotonic() < deadline, f"{changed} have not been built"
        time.sleep(1)


def believed(demo: Demo) -> dict[str, Any]:
    """What people are told: a hash of each table of marts and identities, and what became of each file."""
    tables = demo.rows(
        "select table_schema || '.' || table_name from information_schema.tables "
        "where table_schema in ('marts', 'identity', 'raw') and table_type = 'BASE TABLE' "
        "and table_name <> 'resident_home' order by 1"  # a working table: it holds the months that were built last, and no others
    )
    found: dict[str, Any] = {
        name: demo.rows(f"select count(*), md5(string_agg(t::text, '|' order by t::text)) from {name} t") for (name,) in tables
    }
    found["files"] = demo.rows("select delivery_id, feed, status, rows_loaded, reasons from quality.delivery_file order by 1, 2")
    return found


def built_at(demo: Demo) -> Any:
    return demo.rows(f"select built_at from ops.build where period = '{handmade.PERIOD}'")[0][0]


def built_again(demo: Demo, before: Any) -> None:
    deadline = time.monotonic() + 600
    while built_at(demo) <= before:
        assert time.monotonic() < deadline, "the month was not built again"
        time.sleep(1)


def test_a_run_that_is_cleared_in_airflow_does_nothing_twice(demo: Demo, handmade_run: subprocess.CompletedProcess[str]) -> None:
    api = settled(demo)
    before = believed(demo)
    for dag_id in ("ingest_west_midlands_police", "build_warehouse"):
        run_id = next(run["dag_run_id"] for run in api.dag_runs(dag_id, ["success"]))
        api._ask("POST", f"/dags/{dag_id}/dagRuns/{run_id}/clear", json={"dry_run": False})
        assert ended(api, dag_id, run_id) == "success"
    assert believed(demo) == before


def test_a_replay_from_the_command_line_gives_the_same_marts(demo: Demo, handmade_run: subprocess.CompletedProcess[str]) -> None:
    api = settled(demo)
    before, built = believed(demo), built_at(demo)
    done = demo("replay", "sandwell", handmade.PERIOD)
    assert done.returncode == 0, done.stdout + done.stderr
    assert ended(api, "build_warehouse", api.trigger("build_warehouse", partition_key=handmade.PERIOD)) == "success"
    assert built_at(demo) > built
    assert believed(demo) == before


def ended(api: AirflowApi, dag_id: str, run_id: str) -> str:
    """The state in which a run has ended."""
    deadline = time.monotonic() + 600
    while (state := api.dag_run(dag_id, run_id)["state"]) not in {"success", "failed"}:
        assert time.monotonic() < deadline, f"{run_id} is {state}"
        time.sleep(1)
    return str(state)


REGION_PERIOD = "2026-10"


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row.get("period", REGION_PERIOD) == REGION_PERIOD]


@pytest.fixture(scope="module")
def region(demo: Demo, handmade_run: subprocess.CompletedProcess[str]) -> Path:
    """A synthetic month of all eight partners, taken; the folder that holds its truth."""
    folder = demo.home / "region"
    made = demo("generate", str(folder), "--size", "500", "--months", "1", "--first-period", REGION_PERIOD, "--seed", "7")
    assert made.returncode == 0, made.stdout + made.stderr
    done = demo("demo", "--drops", str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "truth"


def test_households_and_eligibility_are_the_truth_of_the_region(demo: Demo, region: Path) -> None:
    person_of = {(row["partner_code"], row["person_ref"]): row["true_person_id"] for row in csv_rows(region / "persons.csv")}
    linked = demo.rows(f"select partner_code, person_ref, household_id::text from identity.household_xref where period = '{REGION_PERIOD}'")
    found: dict[str, set[str]] = {}
    for partner, person_ref, household in linked:
        found.setdefault(household, set()).add(person_of[partner, person_ref])
    judged = {
        household: (n, eligible, on_programme)
        for household, n, eligible, on_programme in demo.rows(
            "select household_id::text, n_criteria_met, is_eligible, is_on_programme from marts.fct_household_eligibility "
            f"where period = '{REGION_PERIOD}' and framework_code = 'tf_2012'"
        )
    }
    true_members: dict[str, set[str]] = {}
    for row in csv_rows(region / "residence.csv"):
        true_members.setdefault(row["true_household_id"], set()).add(row["true_person_id"])
    by_members = {frozenset(members): judged[household] for household, members in found.items() if household in judged}
    plain = [row for row in csv_rows(region / "eligibility.csv") if row["is_hard_case"] == "false"]
    assert len(plain) > 300
    wrong_household, wrong_judgement = [], []
    for row in plain:
        members = frozenset(true_members[row["true_household_id"]])
        if members not in by_members:
            wrong_household.append(row["true_household_id"])
        elif by_members[members] != (int(row["n_criteria_met"]), row["is_eligible"] == "true", row["is_on_programme"] == "true"):
            wrong_judgement.append(row["true_household_id"])
    assert (wrong_household, wrong_judgement) == ([], [])


def test_the_release_reached_the_evaluator_and_every_row_is_in_the_ledger(demo: Demo, region: Path) -> None:
    (manifest,) = (demo.state / "sftp" / "evaluator" / "inbound" / "evaluation").glob("*/manifest.json")
    sent = {file["path"]: file["rows"] for file in json.loads(manifest.read_text())["files"]}
    entered = dict(
        demo.rows(
            "select file, count(i.*) from exchange.disclosure d left join exchange.disclosure_item i using (disclosure_id) group by file"
        )
    )
    for name in ("individuals.csv", "families.csv", "progress.csv"):
        assert entered.get(name, 0) == sent[name], name


# After the region's month: after a backfill Airflow starts the run of the month that has ended, which then waits for a drop as the others do.
def test_a_backfill_in_airflow_replays_what_came_and_skips_what_did_not(demo: Demo, region: Path) -> None:
    api = settled(demo)
    before, built = believed(demo), built_at(demo)
    asked = {"from_date": "2026-08-01T00:00:00Z", "to_date": "2026-09-30T00:00:00Z", "reprocess_behavior": "completed"}
    api._ask("POST", "/backfills", json={"dag_id": "ingest_sandwell", **asked})
    runs = {run["partition_key"]: run["dag_run_id"] for run in api.dag_runs("ingest_sandwell") if run["run_type"] == "backfill"}
    assert set(runs) == {"2026-08", handmade.PERIOD}
    for run_id in runs.values():
        assert ended(api, "ingest_sandwell", run_id) == "success"
    assert api.task_states("ingest_sandwell", runs["2026-08"])["collect"] == "skipped"
    assert api.task_states("ingest_sandwell", runs[handmade.PERIOD])["receipt"] == "success"
    built_again(demo, built)
    assert believed(demo) == before


def test_down_leaves_no_process_and_no_port(demo: Demo, region: Path) -> None:
    assert demo("down").returncode == 0
    for port in range(demo.port_base, demo.port_base + 40):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0, port
    marker = str(demo.state).encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes()
        except OSError:
            continue
        assert int(process.name) == os.getpid() or marker not in environment, process.name

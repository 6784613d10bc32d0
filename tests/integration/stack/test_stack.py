"""The embedded stack with all its processes: started, started again, used, broken, stopped."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest
from tests.conftest import free_port
from tests.e2e import handmade

from wholefamily.demo import airflow, stack
from wholefamily.demo.airflow import AirflowApi
from wholefamily.demo.processes import Processes, is_free
from wholefamily.errors import WholefamilyError
from wholefamily.settings import REPOSITORY, Settings
from wholefamily.warehouse import connect

ENDED = {"success", "failed"}

PROBE = '''
"""An Airflow DAG of the tests: how fast a task has the heavy libraries, and a question to a person."""

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import dag, task
from partitions import ASK_AGAIN


@dag(schedule=None)
def probe():
    @task
    def seconds_to_import() -> float:
        import time

        began = time.monotonic()
        import great_expectations
        import dbt.cli.main
        from wholefamily import settings, warehouse

        with warehouse.connect(settings.load()) as connection:
            connection.execute("select 1")
        return time.monotonic() - began

    question = HITLOperator(
        task_id="question", subject="?", options=["yes", "no"], assigned_users=[{"id": "approver", "name": "approver"}], **ASK_AGAIN
    )
    seconds_to_import() >> question


probe()
'''


def free_ports() -> int:
    """A port of which the next four are free too."""
    while True:
        base = free_port()
        if base < 65_000 and all(is_free(port) for port in range(base, base + 5)):
            return base


def until(condition: Callable[[], bool], seconds: int = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.1)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that does not exist yet, in a folder that only its owner may enter."""
    tmp_path.chmod(0o700)
    return tmp_path / "home of the stack"


@pytest.fixture
def settings(home: Path) -> Iterator[Settings]:
    settings = Settings(home_dir=home, port_base=free_ports())
    yield settings
    stack.down(settings)


def processes_of(sessions: set[int]) -> list[int]:
    """The processes of these sessions: a process keeps its session when its parent is gone, and in another process group."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if os.getsid(process.pid) in sessions and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
    return found


def _sessions(settings: Settings) -> set[int]:
    postmaster = int((settings.home_dir / "postgres/data/postmaster.pid").read_text().split()[0])
    return {*_pids(settings).values(), postmaster}


@pytest.mark.stack
def test_the_stack_from_an_empty_folder_to_nothing_left(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(REPOSITORY / "dags", tmp_path / "dags", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "dags" / "probe.py").write_text(PROBE)
    monkeypatch.setattr(airflow, "DAGS", tmp_path / "dags")

    stack.up(settings)
    assert stack.status(settings) == dict.fromkeys(("postgres", "sftp", "api-server", "scheduler", "dag-processor", "triggerer"), True)
    with connect(settings) as connection:
        assert connection.execute("select count(*) from quality.delivery").fetchone() == (0,)

    _starting_again_starts_nothing(settings)
    _a_crashed_piece_is_started_again(settings)
    _tasks_have_heavy_libraries_at_once_and_only_the_approver_may_approve(settings)
    _a_held_drop_waits_for_a_person_and_then_the_chain_goes_on(settings)
    _only_this_machine_can_reach_it(settings)

    sessions = _sessions(settings)
    assert len(processes_of(sessions)) > len(sessions)
    os.kill(_pids(settings)["scheduler"], signal.SIGKILL)
    until(lambda: not stack.status(settings)["scheduler"])
    assert set(stack.down(settings)) == {"postgres", "sftp", "api-server", "dag-processor", "triggerer"}
    assert processes_of(sessions) == []
    assert [port for port in range(settings.port_base, settings.port_base + 5) if not is_free(port)] == []
    assert stack.down(settings) == []


def _pids(settings: Settings) -> dict[str, int]:
    return Processes(settings.home_dir / "stack.json").pids()


def _starting_again_starts_nothing(settings: Settings) -> None:
    before, began = _pids(settings), time.monotonic()
    stack.up(settings)
    assert _pids(settings) == before
    assert time.monotonic() - began < 10


def _a_crashed_piece_is_started_again(settings: Settings) -> None:
    before = _pids(settings)
    os.kill(before["sftp"], signal.SIGKILL)
    until(lambda: not stack.status(settings)["sftp"])
    stack.up(settings)
    assert {name for name, pid in _pids(settings).items() if pid != before[name]} == {"sftp"}


def _tasks_have_heavy_libraries_at_once_and_only_the_approver_may_approve(settings: Settings) -> None:
    engineer, approver = AirflowApi(settings, "engineer"), AirflowApi(settings, "approver")
    until(lambda: "probe" in engineer.dag_ids())
    run = engineer.trigger("probe")
    until(lambda: approver.pending_approval("probe", run) == "question")
    with psycopg.connect(airflow.database_dsn(settings)) as connection:
        found = connection.execute(
            "select value #>> '{}' from xcom where task_id = 'seconds_to_import' and key = 'return_value'"
        ).fetchone()
    assert found is not None
    assert float(found[0]) < 2.0  # ten and five seconds, if each task had to import them
    with pytest.raises(WholefamilyError, match="403"):
        engineer.answer("probe", run, "question", ["yes"])
    until(lambda: _has_ended(engineer, approver, run))
    assert engineer.task_states("probe", run) == {"seconds_to_import": "success", "question": "success"}


def _has_ended(engineer: AirflowApi, approver: AirflowApi, run: str) -> bool:
    if question := approver.pending_approval("probe", run):  # Airflow may ask again: see ASK_AGAIN
        approver.answer("probe", run, question, ["yes"])
    return engineer.dag_run("probe", run)["state"] in ENDED


def _a_held_drop_waits_for_a_person_and_then_the_chain_goes_on(settings: Settings) -> None:
    people = "person_ref,given_name,family_name,resident_from\nP1,Ann,Baker,2020-01-01\nP2,Ann,Baker,2020-01-32\n"
    handmade.write_drop(settings.home_dir / "sftp", "sandwell", "2026-10", 1, {"people": people})
    engineer = AirflowApi(settings, "engineer")
    ingest = engineer.trigger("ingest_sandwell", partition_key="2026-10")
    until(lambda: engineer.dag_run("ingest_sandwell", ingest)["state"] in ENDED, 300)
    assert set(engineer.task_states("ingest_sandwell", ingest).values()) == {"success"}
    until(lambda: "question" in _waiting(engineer) and not _workers_at_work(settings))
    assert engineer.dag_run("decide_held_drop", "held-1")["state"] == "running"
    inbound = settings.home_dir / "sftp" / "sandwell" / "inbound" / "2026-10"
    told = json.loads((inbound / "receipt-r1.json").read_text())
    assert (told["status"], (settings.data_docs / told["data_docs"]).exists()) == ("held", True)

    until(lambda: _is_decided(engineer), 300)
    assert set(engineer.task_states("decide_held_drop", "held-1").values()) == {"success"}
    with connect(settings) as connection:
        rows = connection.execute(
            "select status, is_accepted, decided_by, reason from quality.decision inner join quality.arrival using (arrival_id)"
        )
        assert rows.fetchall() == [("accepted", True, "engineer", "the sender confirms it")]
        assert connection.execute("select person_ref from raw.people").fetchall() == [("P1",)]
    assert json.loads((inbound / "receipt-r1-2.json").read_text())["status"] == "accepted"
    until(lambda: _runs_that_build(engineer) != [])
    for run in _runs_that_build(engineer):  # what they would build is tested elsewhere
        engineer._ask("PATCH", f"/dags/build_warehouse/dagRuns/{run}", json={"state": "failed"})
    until(lambda: not _workers_at_work(settings))


def _waiting(engineer: AirflowApi) -> list[str]:
    """The tasks that wait for a person's decision about the drop."""
    if not engineer.dag_runs("decide_held_drop"):
        return []
    return [task for task, state in engineer.task_states("decide_held_drop", "held-1").items() if state == "awaiting_input"]


def _workers_at_work(settings: Settings) -> list[int]:
    """The executor's processes that run a task; it names them after what they do."""
    ours = processes_of(_sessions(settings))
    titles = {pid: " ".join(psutil.Process(pid).cmdline()) for pid in ours if psutil.pid_exists(pid)}
    return [pid for pid, title in titles.items() if "worker -- LocalExecutor" in title and "<idle>" not in title]


def _is_decided(engineer: AirflowApi) -> bool:
    if question := engineer.pending_approval("decide_held_drop", "held-1"):  # Airflow may ask again: see ASK_AGAIN
        engineer.answer("decide_held_drop", "held-1", question, ["Accept"], {"reason": "the sender confirms it"})
    return engineer.dag_run("decide_held_drop", "held-1")["state"] in ENDED


def _runs_that_build(engineer: AirflowApi) -> list[str]:
    """The runs of `build_warehouse` that have found something to build."""
    runs = [str(run["dag_run_id"]) for run in engineer.dag_runs("build_warehouse")]
    return [
        run for run in runs if engineer.task_states("build_warehouse", run).get("staging") in {"scheduled", "queued", "running", "success"}
    ]


def _only_this_machine_can_reach_it(settings: Settings) -> None:
    ours = processes_of(_sessions(settings))
    listening = [c.laddr for c in psutil.net_connections("tcp") if c.status == psutil.CONN_LISTEN and c.pid in ours]
    assert {address for address, _ in listening} == {"127.0.0.1"}
    assert {port - settings.port_base for _, port in listening} == {0, 1, 3}


def test_a_port_in_use_is_named_before_anything_is_started(settings: Settings) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", settings.port_base + 3))
        other.listen()
        with pytest.raises(WholefamilyError, match=rf"port {settings.port_base + 3}, wanted for sftp, is in use.*PORT_BASE"):
            stack.up(settings)
    assert stack.status(settings)["postgres"] is False
    assert not (settings.home_dir / "postgres").exists()


def test_a_second_command_says_which_one_is_at_work(settings: Settings) -> None:
    with stack.one_at_a_time(settings, "make demo"):
        second = subprocess.run(
            [sys.executable, "-m", "wholefamily", "down"],
            env={**os.environ, "HOME_DIR": str(settings.home_dir), "PYTHONPATH": str(REPOSITORY / "plugins")},
            capture_output=True,
            text=True,
            check=False,
        )
    assert second.returncode == 1
    assert second.stderr.splitlines() == [
        f"error: `make demo` (process {os.getpid()}) is at work in {settings.home_dir}: wait until it ends, or stop it"
    ]


def test_the_next_command_may_go_on_once_the_first_has_ended(settings: Settings) -> None:
    for _ in range(2):
        with stack.one_at_a_time(settings, "make demo"):
            pass

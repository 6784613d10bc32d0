"""The DAG files: what each DAG must have, and that reading them costs nothing."""

import itertools
import shutil
import socket
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

DAGS = Path(__file__).parents[2] / "dags"
SENDERS = ("birmingham", "coventry", "dudley", "sandwell", "solihull", "walsall", "west_midlands_police", "wolverhampton")


def import_dag_files(monkeypatch: pytest.MonkeyPatch, partners: Path = DAGS / "partners") -> dict[str, Any]:
    """All DAGs by id, read afresh by Airflow's own DagBag, with the partner files of a folder."""
    from airflow.dag_processing.dagbag import DagBag

    monkeypatch.setenv("PARTNERS_DIR", str(partners))
    monkeypatch.syspath_prepend(str(DAGS))
    monkeypatch.delitem(sys.modules, "partitions", raising=False)
    bag = DagBag(dag_folder=str(DAGS))
    assert bag.import_errors == {}
    return dict(bag.dags)


@pytest.fixture
def dags(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    return import_dag_files(monkeypatch)


def test_each_partner_that_sends_has_its_own_ingest_and_nobody_else(dags: dict[str, Any]) -> None:
    daily = ["ingest_west_midlands_police_daily"]  # live risks
    assert sorted(name for name in dags if name.startswith("ingest_")) == sorted([*(f"ingest_{code}" for code in SENDERS), *daily])
    assert {"build_warehouse", "decide_held_drop", "release_evaluation", "release_published_tables"} <= set(dags)


def test_a_ninth_authority_is_one_more_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shutil.copytree(DAGS / "partners", tmp_path, dirs_exist_ok=True)
    text = (tmp_path / "dudley.yml").read_text().replace("code: dudley", "code: telford").replace("E08000027", "E06000020")
    (tmp_path / "telford.yml").write_text(text)
    assert "ingest_telford" in import_dag_files(monkeypatch, tmp_path)


def test_every_dag_says_what_it_is_and_whose(dags: dict[str, Any]) -> None:
    for dag in dags.values():
        assert dag.doc_md, dag.dag_id
        assert dag.tags, dag.dag_id
        assert dag.catchup is False, dag.dag_id
        for task in dag.tasks:
            assert task.owner == "data-engineering", task.task_id
            assert task.on_failure_callback, f"nobody is told when {task.task_id} fails"
            is_question = (dag.dag_id, task.task_id) == ("decide_held_drop", "question")  # waits as long as it takes
            assert task.execution_timeout == (None if is_question else timedelta(minutes=60)), task.task_id


def test_only_tasks_that_talk_to_a_partners_server_try_again_and_questions_are_asked_again(dags: dict[str, Any]) -> None:
    retrying = {(dag_id.split("_", 1)[0], task.task_id) for dag_id, dag in dags.items() for task in dag.tasks if task.retries}
    of_a_server = {
        ("ingest", "wait_for_manifest"),
        ("ingest", "collect"),
        ("ingest", "receipt"),
        ("decide", "receipt"),
        ("release", "push"),
    }
    assert retrying == of_a_server | {("decide", "question"), ("release", "approval")}


def test_an_ingest_collects_judges_loads_decides_and_tells_the_sender_in_that_order(dags: dict[str, Any]) -> None:
    dag = dags["ingest_sandwell"]
    order = ["wait_for_manifest", "collect", "judge", "load", "decide", "receipt"]
    assert sorted(task.task_id for task in dag.tasks) == sorted([*order, "is_held", "ask_a_person"])
    for earlier, later in itertools.pairwise(order):
        assert later in dag.get_task(earlier).downstream_task_ids


def test_waiting_for_a_partner_holds_no_worker(dags: dict[str, Any]) -> None:
    assert dags["ingest_sandwell"].get_task("wait_for_manifest").mode == "reschedule"


def test_nothing_is_pushed_unless_a_person_has_decided(dags: dict[str, Any]) -> None:
    dag = dags["release_evaluation"]
    assert {"approval", "record_decision", "disclosure_gate", "build"} == set(dag.get_task("push").get_flat_relative_ids(upstream=True))
    assert dag.get_task("approval").defaults == ["Reject"], "no answer means no"


def test_nothing_is_published_unless_a_person_has_decided(dags: dict[str, Any]) -> None:
    dag = dags["release_published_tables"]
    assert {"approval", "record_decision", "disclosure_gate", "build"} == set(dag.get_task("publish").get_flat_relative_ids(upstream=True))
    assert dag.get_task("approval").defaults == ["Reject"], "no answer means no"


def test_reading_the_dag_files_is_quick_and_opens_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    import_dag_files(monkeypatch)  # what Airflow itself loads is not counted

    def refuse(*_: Any) -> None:
        raise AssertionError("a DAG file opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    began = time.process_time()
    import_dag_files(monkeypatch)
    assert time.process_time() - began < 1.0

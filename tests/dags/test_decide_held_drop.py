"""The DAG in which a person decides about a held drop, and how an ingest starts it."""

from pathlib import Path
from typing import Any

import pytest
from tests.dags.test_dags import import_dag_files


@pytest.fixture
def dags(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    return import_dag_files(monkeypatch)


@pytest.fixture
def question(dags: dict[str, Any]) -> Any:
    return dags["decide_held_drop"].get_task("question")


def test_a_person_is_asked_before_anything_is_recorded_told_or_built(dags: dict[str, Any]) -> None:
    dag = dags["decide_held_drop"]
    assert sorted(task.task_id for task in dag.tasks) == ["describe", "question", "rebuild", "receipt", "record"]
    for task_id in ("receipt", "rebuild"):
        assert dag.get_task(task_id).get_flat_relative_ids(upstream=True) == {"describe", "question", "record"}
    assert [asset.name for asset in dag.get_task("rebuild").outlets] == ["rebuild"]


def test_the_question_waits_as_long_as_it_takes(question: Any) -> None:
    assert (question.options, question.defaults) == (["Accept", "Refuse"], None)
    assert (question.execution_timeout, question.response_timeout) == (None, None)
    assert question.retries, "Airflow 3.3 can lose an answer: it is asked for again"


def test_engineer_and_approver_may_answer_and_nobody_else(question: Any) -> None:
    assert [user["id"] for user in question.assigned_users] == ["engineer", "approver"]


@pytest.mark.parametrize("given", [{}, {"reason": ""}, {"reason": " \n"}], ids=["none", "empty", "blank"])
def test_an_answer_without_a_reason_is_none(question: Any, given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="the answer has no reason"):
        question.validate_params_input(given)


def test_the_question_can_be_asked(question: Any) -> None:
    question.params.validate()  # as Airflow does when the task starts: what a person fills in must be valid while it is empty


def test_an_answer_with_a_reason_is_one(question: Any) -> None:
    question.validate_params_input({"reason": "the roll moved"})


def test_an_ingest_asks_once_and_does_not_wait(dags: dict[str, Any]) -> None:
    for dag_id in [name for name in dags if name.startswith("ingest_")]:
        dag = dags[dag_id]
        ask = dag.get_task("ask_a_person")
        assert ask.trigger_dag_id == "decide_held_drop"
        assert ask.skip_when_already_exists
        assert not ask.wait_for_completion
        assert dag.get_task("is_held").upstream_task_ids == {"decide"}
        assert dag.get_task("receipt").upstream_task_ids == {"decide"}, "the sender is told whether or not a person must be asked"


def test_many_drops_may_wait_for_a_person_at_once(dags: dict[str, Any]) -> None:
    assert dags["decide_held_drop"].max_active_runs >= 100


def test_every_dag_that_takes_drops_asks_about_held_ones() -> None:
    for path in (Path(__file__).parents[2] / "dags").glob("*.py"):
        text = path.read_text()
        if "door.decide(" in text:
            assert "ask_a_person_if_held(" in text, path.name

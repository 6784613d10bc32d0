"""Who may say that a release leaves, and how."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.dags.test_dags import DAGS, import_dag_files

THIRD_PARTY = """
code: ons
name: Office for National Statistics
kind: third_party
sftp: {host: sftp.example.org, username: programme, host_key: ssh-ed25519 AAAA}
products: [identity_file]
certificate: "${OPENPGP_CERTIFICATE}"
agreements:
  - {code: ONS-LINK, valid_from: 2026-01-01, gateways: [DEA2017-S64], feeds: [], products: [identity_file]}
"""


RELEASES = {"release_evaluation", "release_published_tables"}


def answer(option: str, reason: str, user: str | None = "approver") -> dict[str, Any]:
    return {
        "chosen_options": [option],
        "params_input": {"reason": reason},
        "responded_at": datetime(2026, 10, 12, tzinfo=UTC),
        "responded_by_user": user and {"id": user, "name": user},
    }


@pytest.mark.parametrize("dag_id", ["release_evaluation", "release_published_tables"])
def test_who_rejects_says_why_and_no_answer_needs_no_reason(monkeypatch: pytest.MonkeyPatch, dag_id: str) -> None:
    question = import_dag_files(monkeypatch)[dag_id].get_task("approval")
    with pytest.raises(ValueError, match="the rejection has no reason"):
        question.execute_complete({}, answer("Reject", " "))
    for given in (answer("Reject", "too few"), answer("Approve", ""), answer("Reject", "", user=None)):
        assert question.execute_complete({}, given)["chosen_options"] == given["chosen_options"]


@pytest.mark.parametrize(("dag_id", "product"), [("release_evaluation", "evaluation"), ("release_published_tables", "published_tables")])
def test_nothing_leaves_but_after_the_answer_about_its_own_product(monkeypatch: pytest.MonkeyPatch, dag_id: str, product: str) -> None:
    dag = import_dag_files(monkeypatch)[dag_id]
    (leaves,) = [task for task in dag.tasks if not task.downstream_task_ids]
    assert leaves.get_flat_relative_ids(upstream=True) == {"build", "disclosure_gate", "approval", "record_decision"}
    assert dag.get_task("record_decision").op_args[0] == product
    question = dag.get_task("approval")
    assert (question.defaults, [user["id"] for user in question.assigned_users]) == (["Reject"], ["approver"])
    assert "disclosure_gate" in question.body


def test_releases_run_on_a_worker_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    dags = import_dag_files(monkeypatch)
    queues = {dag_id: {task.queue for task in dag.tasks} for dag_id, dag in dags.items()}
    assert {dag_id for dag_id, queue in queues.items() if queue == {"release"}} == RELEASES
    assert not any("release" in queue for dag_id, queue in queues.items() if dag_id not in RELEASES)


def test_the_identity_file_is_off_until_a_partner_file_asks_for_it_and_needs_two_approvals(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "release_identity_file" not in import_dag_files(monkeypatch)
    shutil.copytree(DAGS / "partners", tmp_path, dirs_exist_ok=True)
    (tmp_path / "ons.yml").write_text(THIRD_PARTY)
    dag = import_dag_files(monkeypatch, tmp_path)["release_identity_file"]
    before = dag.get_task("push").get_flat_relative_ids(upstream=True)
    assert before == {"describe", "approval_1", "record_decision_1", "approval_2", "record_decision_2"}
    users = [[user["id"] for user in dag.get_task(f"approval_{n}").assigned_users] for n in (1, 2)]
    assert users == [["approver"], ["guardian"]]
    assert [dag.get_task(f"approval_{n}").defaults for n in (1, 2)] == [["Reject"], ["Reject"]]

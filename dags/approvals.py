"""The question whether a product may leave, and what comes of the answer: who says no must say why, and no answer in time is a no."""

from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param, task
from partitions import ASK_AGAIN

from wholefamily import settings

APPROVE, REJECT = "Approve", "Reject"


class ApprovalOperator(HITLOperator):
    """A question that a person cannot answer with no and no reason: it is asked again."""

    def execute_complete(self, context: Any, event: dict[str, Any]) -> Any:
        """Raise where a person rejected without a reason."""
        answer = super().execute_complete(context, event)
        reason = str(answer["params_input"].get("reason") or "").strip()
        if answer["responded_by_user"] and REJECT in answer["chosen_options"] and not reason:
            raise ValueError("the rejection has no reason: it is asked for again")
        return answer


def ask(subject: str, told_by: str, *, user: str = "approver", task_id: str = "approval") -> ApprovalOperator:
    """The task that puts the question ``subject`` to a user, with what the task ``told_by`` returns to read; it holds no worker while it waits."""
    return ApprovalOperator(
        task_id=task_id,
        subject=subject,
        body=f"{{{{ ti.xcom_pull(task_ids='{told_by}') }}}}",
        options=[APPROVE, REJECT],
        defaults=[REJECT],
        response_timeout=timedelta(days=14),
        assigned_users=[{"id": user, "name": user}],
        params={"reason": Param("", type="string", description="Why; a no needs a reason")},
        **ASK_AGAIN,
    )


@task.short_circuit
def record_decision(product: str, release: str, answer: dict, dag_run=None) -> bool:
    """Note who decided, when and why; go on only when it was approved, and not by who started the run."""
    from wholefamily.disclosure import approval

    return approval.record_answer(settings.load(), product, release, answer, dag_run.run_id, dag_run.triggering_user_name)

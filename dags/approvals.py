"""The question whether a product may leave: who says no must say why, and no answer in time is a no."""

from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator

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

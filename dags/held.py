"""The Airflow DAG in which a person decides about the files of a drop that are held."""

from collections.abc import Mapping
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param, dag, task
from partitions import ASK_AGAIN, DEFAULTS, REBUILD, RETRY_NETWORK, on_demand, signal

from wholefamily import settings

ARRIVAL = "{{ dag_run.conf['arrival'] }}"


class DecisionOperator(HITLOperator):
    """A question that is not answered without a reason. (A parameter of Airflow's that may not be empty may not start empty either.)"""

    def validate_params_input(self, params_input: Mapping[str, Any]) -> None:
        """Raise where the reason is missing or blank: the question is then asked again."""
        super().validate_params_input(params_input)
        if not str(params_input.get("reason") or "").strip():
            raise ValueError("the answer has no reason: it is asked for again")


@dag(
    dag_id="decide_held_drop",
    schedule=on_demand(),
    catchup=False,
    max_active_runs=500,
    default_args=DEFAULTS,
    tags=["ingest", "decision"],
    doc_md="Asks a person whether the held files of a drop are taken; waits as long as it takes, without a worker. The ingest of the "
    'partner starts it, with the arrival in its configuration (`{"arrival": 12}`). Runbook: `docs/runbook.md`.',
)
def decide_held_drop() -> None:
    @task
    def describe(arrival: str) -> dict[str, str]:
        """What the person must know: why each file is held, its counts, rules and lines."""
        from wholefamily import door

        return door.question(settings.load(), int(arrival))

    question = DecisionOperator(
        task_id="question",
        subject="{{ ti.xcom_pull(task_ids='describe')['subject'] }}",
        body="{{ ti.xcom_pull(task_ids='describe')['body'] }}",
        options=["Accept", "Refuse"],
        assigned_users=[{"id": user, "name": user} for user in ("engineer", "approver")],
        params={"reason": Param("", type="string", title="Reason", description="Why; name nobody here")},
        execution_timeout=None,  # or Airflow would make it the time within which to answer
        **ASK_AGAIN,
    )

    @task
    def record(arrival: str, answer: dict, dag_run=None) -> str:
        """Take or drop the held files, and note who decided, when and why; returns the month of the drop."""
        from wholefamily import door, lineage

        month = door.record_answer(settings.load(), int(arrival), answer, dag_run.run_id)
        lineage.emit_drop(settings.load(), int(arrival))
        return month

    @task(**RETRY_NETWORK)
    def receipt(arrival: str) -> None:
        """Tell the sender what became of the held files, in a receipt of its own."""
        from wholefamily import door

        door.send_receipt(settings.load(), int(arrival))

    @task(outlets=[REBUILD])
    def rebuild(month: str, outlet_events=None) -> None:
        """Signal that the marts of the month may have to be built anew."""
        signal(outlet_events, [REBUILD], month)

    describe(ARRIVAL) >> question
    recorded = record(ARRIVAL, question.output)
    recorded >> receipt(ARRIVAL)
    rebuild(recorded)


decide_held_drop()

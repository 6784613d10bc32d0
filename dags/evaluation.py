"""The Airflow DAG that releases de-personalised data to the evaluator, after a person has approved it."""

from airflow.sdk import dag, task
from approvals import ask, record_decision
from partitions import DEFAULTS, PARTNERS, RETRY_NETWORK, quarterly

from wholefamily import settings
from wholefamily.periods import quarter_of

RECIPIENTS = [partner for partner in PARTNERS.values() if "evaluation" in partner.products]


@dag(
    dag_id="release_evaluation",
    schedule=quarterly(),
    catchup=False,
    max_active_runs=1,
    # A worker of its own: nobody else has the custodian's keys.
    default_args={**DEFAULTS, "queue": "release"},
    tags=["release", "disclosure"],
    doc_md="Builds the evaluation release of the quarter that holds its partition key, tests it for disclosure, waits for a person's "
    "approval and pushes it to the evaluator. Nothing leaves without approval; no answer means no.",
)
def release_evaluation() -> None:
    @task
    def build(dag_run=None) -> str:
        """De-personalise the quarter's families into the schema `evaluation`; returns the name of the release."""
        from wholefamily.products import evaluation

        release = quarter_of(dag_run.partition_key)
        evaluation.build(settings.load(), release, dag_run.run_id)
        return release

    @task
    def disclosure_gate(release: str, dag_run=None) -> str:
        """Attack what would leave; a release in which anybody can be found ends here."""
        from wholefamily.products import evaluation

        evaluation.gate(settings.load(), release, dag_run.run_id)
        return evaluation.summary(settings.load(), release)

    @task(**RETRY_NETWORK)
    def push(release: str, dag_run=None) -> None:
        """Write the release to the evaluator's SFTP, read it back, and enter every row in the disclosure ledger."""
        from wholefamily.products import evaluation

        for recipient in RECIPIENTS:
            evaluation.push(settings.load(), recipient, release, dag_run.run_id)

    approval = ask("May the evaluation release {{ ti.xcom_pull(task_ids='build') }} leave?", told_by="disclosure_gate")

    release = build()
    disclosure_gate(release) >> approval
    record_decision("evaluation", release, approval.output) >> push(release)


release_evaluation()

"""The Airflow DAG that publishes tables for anyone, after a person has approved them."""

from airflow.sdk import dag, task
from approvals import ask, record_decision
from partitions import DEFAULTS, quarterly

from wholefamily import settings
from wholefamily.periods import quarter_of


@dag(
    dag_id="release_published_tables",
    schedule=quarterly(),
    catchup=False,
    max_active_runs=1,
    default_args={**DEFAULTS, "queue": "release"},
    tags=["release", "disclosure"],
    doc_md="Counts the families of the quarter that holds its partition key, hides what could tell of fewer than ten, attacks the tables, "
    "waits for a person's approval and publishes them. Nothing leaves without approval; no answer means no.",
)
def release_published_tables() -> None:
    @task
    def build(dag_run=None) -> str:
        """Count, carry forward and protect the quarter's tables; returns the name of the release."""
        from wholefamily.products import published

        release = quarter_of(dag_run.partition_key)
        published.build(settings.load(), release)
        return release

    @task
    def disclosure_gate(release: str) -> str:
        """Attack what would be published; tables from which anybody can be worked out end here."""
        from wholefamily.products import published

        published.gate(settings.load(), release)
        return published.summary(settings.load(), release)

    @task
    def publish(release: str, dag_run=None) -> None:
        """Write the tables and their page to the folder `published`, and enter every file in the disclosure ledger."""
        from wholefamily.products import published

        published.publish(settings.load(), release, dag_run.run_id)

    approval = ask("May the tables {{ ti.xcom_pull(task_ids='build') }} be published?", told_by="disclosure_gate")

    release = build()
    disclosure_gate(release) >> approval
    record_decision("published_tables", release, approval.output) >> publish(release)


release_published_tables()

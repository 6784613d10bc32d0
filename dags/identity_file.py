"""The Airflow DAG that sends the identity file to the trusted third party; there is none unless a partner file asks for the product."""

from airflow.sdk import dag, task
from approvals import ask
from partitions import DEFAULTS, PARTNERS, RETRY_NETWORK, on_demand

from wholefamily import settings

RECIPIENTS = [partner for partner in PARTNERS.values() if "identity_file" in partner.products]
RELEASE = "{{ dag_run.conf['release'] }}"


@dag(
    dag_id="release_identity_file",
    schedule=on_demand(),
    catchup=False,
    max_active_runs=1,
    default_args={**DEFAULTS, "queue": "release"},
    tags=["release", "disclosure"],
    doc_md="Names the people of an evaluation release to the trusted third party, after two people have approved it who did not start the run. "
    'A person starts it, with the release in its configuration (`{"release": "2026-Q3"}`).',
)
def release_identity_file() -> None:
    @task
    def describe(release: str) -> str:
        """What both must know; ends here unless an agreement in force names the product."""
        from wholefamily.products import identity_file

        return "\n".join(identity_file.summary(settings.load(), recipient, release) for recipient in RECIPIENTS)

    @task.short_circuit
    def record_decision(release: str, number: int, answer: dict, dag_run=None) -> bool:
        """Note who decided, when and why; go on only when it was approved, and not by who started the run."""
        from wholefamily.disclosure import approval
        from wholefamily.products import identity_file

        of_run = identity_file.of_approval(dag_run.run_id, number)
        return approval.record_answer(settings.load(), "identity_file", release, answer, of_run, dag_run.triggering_user_name)

    @task(**RETRY_NETWORK)
    def push(release: str, dag_run=None) -> None:
        """Write the file, encrypted, to the third party's SFTP, and enter every row in the disclosure ledger."""
        from wholefamily.products import identity_file

        for recipient in RECIPIENTS:
            identity_file.push(settings.load(), recipient, release, dag_run.run_id)

    # The second is whoever answers for the people told of, such as a Caldicott guardian.
    first, second = (
        ask(f"May the identity file of {RELEASE} leave? Approval {n} of 2", told_by="describe", user=user, task_id=f"approval_{n}")
        for n, user in ((1, "approver"), (2, "guardian"))
    )
    recorded_first = record_decision.override(task_id="record_decision_1")(RELEASE, 1, first.output)
    recorded_second = record_decision.override(task_id="record_decision_2")(RELEASE, 2, second.output)
    describe(RELEASE) >> first
    recorded_first >> second
    recorded_second >> push(RELEASE)


if RECIPIENTS:
    release_identity_file()

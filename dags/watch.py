"""The Airflow DAGs that watch the partners: who is overdue, and which drops nobody waits for."""

from datetime import date
from zoneinfo import ZoneInfo

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import dag, task
from notices import mail_alerts
from partitions import DEFAULTS, PARTNERS, TIMEZONE, daily, hourly

from wholefamily import settings

SENDERS = [partner for partner in PARTNERS.values() if partner.sends]
SCHEDULED = {
    "catchup": False,
    "max_active_runs": 1,
    "default_args": DEFAULTS,
    "is_paused_upon_creation": settings.load().watch_paused,
    "tags": ["watch"],
}


def day_of(dag_run) -> date:
    """The day of a run where the partners are: what is due is judged by it, whenever the run is repeated."""
    return dag_run.run_after.astimezone(ZoneInfo(TIMEZONE)).date()


@dag(
    dag_id="watch_partners",
    schedule=daily(),
    doc_md="Raises an alert for each month that a partner should have sent and has not, once, and settles it when the drop has come. "
    "Mails what is new. What counts as overdue: `docs/monitoring.md`.",
    **SCHEDULED,
)
def watch_partners() -> None:
    @task
    def find_overdue(dag_run=None) -> None:
        """Compare each partner's due day with the run's date."""
        from wholefamily import overdue

        overdue.watch(settings.load(), SENDERS, day_of(dag_run))

    @task(trigger_rule="all_done")
    def mail() -> None:
        """Mail what was raised or settled since the last time."""
        mail_alerts()

    find_overdue() >> mail()


@dag(
    dag_id="watch_for_drops",
    schedule=hourly(),
    doc_md="Looks at each partner's server for drops that no run waits for, such as corrections and late months, and starts "
    "`ingest_<partner>` for the oldest of each partner. How it keeps from starting one twice: `docs/monitoring.md`.",
    **SCHEDULED,
)
def watch_for_drops() -> None:
    @task
    def settle_alerts(ti=None) -> None:
        """Settle the alerts of runs that have succeeded since."""
        from wholefamily import alerts

        alerts.settle_tasks(settings.load(), lambda dag_id, run_id: ti.get_dr_count(dag_id, run_ids=[run_id], states=["success"]) > 0)

    @task
    def find_untaken(dag_run=None, ti=None) -> list[dict]:
        """Find at most one drop of each partner that nobody waits for and no run was started for."""
        from wholefamily import corrections

        active = {p.code: ti.get_dr_count(f"ingest_{p.code}", states=["queued", "running"]) for p in SENDERS}
        runs = {}
        for drop in corrections.untaken_of_all(settings.load(), SENDERS, day_of(dag_run), active):
            dag_id = f"ingest_{drop.partner_code}"
            if dag_id not in runs and ti.get_dr_count(dag_id, run_ids=[drop.run_id]) == 0:
                runs[dag_id] = {"trigger_dag_id": dag_id, "trigger_run_id": drop.run_id, "conf": {"period": drop.period}}
        return list(runs.values())

    @task(trigger_rule="all_done")
    def mail() -> None:
        """Mail what was raised or settled since the last time."""
        mail_alerts()

    start = TriggerDagRunOperator.partial(
        task_id="start", logical_date=None, skip_when_already_exists=True, openlineage_inject_parent_info=False
    ).expand_kwargs(find_untaken())
    [settle_alerts(), start] >> mail()


watch_partners()
watch_for_drops()

"""What the DAGs share: months as partition keys, one asset per partner, and what happens when a task fails.

Airflow's partition interface is young; it is used here and nowhere else.
"""

from datetime import timedelta
from typing import Any

from airflow.sdk import Asset, AssetAny, CronPartitionTimetable, PartitionedAssetTimetable

from wholefamily import settings
from wholefamily.partners import Partner, load

TIMEZONE = "Europe/London"

PARTNERS = load(settings.load().partners_dir)

REBUILD = Asset("rebuild")
"""Months that changed while the warehouse was being built."""


def drops_of(partner: Partner) -> Asset:
    """The signal that a drop of the partner was decided, with the month as its partition key. The ledger is the truth."""
    return Asset(f"drops_{partner.code}", group="drops")


def monthly() -> CronPartitionTimetable:
    """On the first of each month, for the month that has ended."""
    return CronPartitionTimetable("0 6 1 * *", timezone=TIMEZONE, run_offset=-1, key_format="%Y-%m")


def quarterly() -> CronPartitionTimetable:
    """On the 20th after each quarter; the key is the quarter's first month."""
    return CronPartitionTimetable("0 6 20 1,4,7,10 *", timezone=TIMEZONE, run_offset=-1, key_format="%Y-%m")


def any_drop() -> PartitionedAssetTimetable:
    """Whenever any partner's drop was decided. (All of them at once would fire once and miss a later correction.)"""
    return PartitionedAssetTimetable(assets=AssetAny(REBUILD, *(drops_of(partner) for partner in PARTNERS.values() if partner.sends)))


def notify_failure(context: dict[str, Any]) -> None:
    """The one callback of every task that fails for good: an alert in ``ops.alert``."""
    from wholefamily import alerts

    run, task = context["dag_run"], context["ti"]
    alerts.raise_alert(settings.load(), run.dag_id, run.run_id, task.task_id, run.partition_key, context.get("exception"))


DEFAULTS: dict[str, Any] = {
    "owner": "data-engineering",
    "retries": 0,
    "execution_timeout": timedelta(minutes=60),
    "on_failure_callback": notify_failure,
}
RETRY_NETWORK: dict[str, Any] = {"retries": 3, "retry_delay": timedelta(minutes=2), "retry_exponential_backoff": 2.0}
"""For tasks that talk to a partner's server, where trying again can help."""
ASK_AGAIN: dict[str, Any] = {"retries": 3, "retry_delay": timedelta(seconds=10)}
"""For questions to a person: Airflow 3.3 can fail one whose answer comes while the process that asked is ending; it is asked again."""

"""What the DAGs share: months as partition keys, one asset per partner, and what happens when a task fails.

Airflow's partition interface is young; it is used here and nowhere else.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import (
    Asset,
    AssetAny,
    CronPartitionTimetable,
    CronTriggerTimetable,
    PartitionedAssetTimetable,
    PartitionedAtRuntime,
    XComArg,
    task,
)
from notices import notify_failure

from wholefamily import settings
from wholefamily.partners import Partner, load

TIMEZONE = "Europe/London"
NOT_AT_ONCE = timedelta(0)
"""A DAG that is new waits for its next time; by default one whose last time is not long past would begin with that."""

PARTNERS = load(settings.load().partners_dir)

REBUILD = Asset("rebuild")
"""Months that changed while the warehouse was being built."""


def drops_of(partner: Partner) -> Asset:
    """The signal that a drop of the partner was decided, with the month as its partition key. The ledger is the truth."""
    return Asset(f"drops_{partner.code}", group="drops")


def monthly() -> CronPartitionTimetable:
    """On the first of each month, for the month that has ended."""
    return CronPartitionTimetable("0 6 1 * *", timezone=TIMEZONE, run_immediately=NOT_AT_ONCE, run_offset=-1, key_format="%Y-%m")


def each_day() -> CronPartitionTimetable:
    """Each morning, for the day before."""
    return CronPartitionTimetable("30 6 * * *", timezone=TIMEZONE, run_immediately=NOT_AT_ONCE, run_offset=-1, key_format="%Y-%m-%d")


def quarterly() -> CronPartitionTimetable:
    """On the 20th after each quarter; the key is the quarter's first month."""
    return CronPartitionTimetable("0 6 20 1,4,7,10 *", timezone=TIMEZONE, run_immediately=NOT_AT_ONCE, run_offset=-1, key_format="%Y-%m")


def on_demand() -> PartitionedAtRuntime:
    """Only when a run is started, by another DAG or a person; such a run has no partition key."""
    return PartitionedAtRuntime()


def signal(outlet_events: Any, assets: Iterable[Asset], month: str) -> None:
    """Signal a month by assets that are outlets of the task, whether or not the run has a partition key."""
    for asset in assets:
        outlet_events[asset].add_partitions(month)


def hourly() -> CronTriggerTimetable:
    """In every hour of the day, not on the hour, when everything else starts."""
    return CronTriggerTimetable("20 * * * *", timezone=TIMEZONE, run_immediately=NOT_AT_ONCE)


def daily() -> CronTriggerTimetable:
    """Each morning, before people look."""
    return CronTriggerTimetable("0 7 * * *", timezone=TIMEZONE, run_immediately=NOT_AT_ONCE)


def any_drop() -> PartitionedAssetTimetable:
    """Whenever any partner's drop was decided. (All of them at once would fire once and miss a later correction.)"""
    return PartitionedAssetTimetable(assets=AssetAny(REBUILD, *(drops_of(partner) for partner in PARTNERS.values() if partner.sends)))


def month_of(dag_run: Any) -> str:
    """The month, or the day, that a run is for: its partition key or, where a task has started it, which cannot give it one, its configuration's."""
    return str(dag_run.partition_key or dag_run.conf["period"])


def is_backfill(dag_run: Any) -> bool:
    """Whether a run is a part of a backfill: somebody wants what has been done to be done again."""
    return bool(dag_run.run_type == "backfill")


def ask_a_person_if_held(decided: XComArg) -> None:
    """Two tasks after the one that decides about an arrival: when it is held, a run of `decide_held_drop` is started and left alone."""

    @task.short_circuit
    def is_held(arrival: int) -> str:
        """Go on only when a person must decide; returns the id of the run that asks, the same one however often this is run."""
        from wholefamily import door

        return door.question_run(settings.load(), arrival)

    asked = is_held(decided)
    asked >> TriggerDagRunOperator(
        task_id="ask_a_person",
        trigger_dag_id="decide_held_drop",
        trigger_run_id=asked,
        conf={"arrival": decided},
        logical_date=None,
        skip_when_already_exists=True,
    )


DEFAULTS: dict[str, Any] = {"owner": "data-engineering", "execution_timeout": timedelta(minutes=60), "on_failure_callback": notify_failure}
RETRY_NETWORK: dict[str, Any] = {"retries": 3, "retry_delay": timedelta(minutes=2), "retry_exponential_backoff": 2.0}
"""For tasks that talk to a partner's server, where trying again can help."""
ASK_AGAIN: dict[str, Any] = {"retries": 3, "retry_delay": timedelta(seconds=10)}
"""For questions to a person: Airflow 3.3 can fail one whose answer comes while the process that asked is ending; it is asked again."""

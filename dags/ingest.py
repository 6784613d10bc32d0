"""One Airflow DAG per partner that sends, and one more where it sends daily: from their SFTP drop to ``raw``, and a receipt back.

A run takes one drop: the oldest of its month that has not been taken yet, or the one of its day. A run that is
cleared is given the drop that it took before. A run of a backfill replays what came for its month.
"""

from collections.abc import Sequence
from datetime import timedelta

from airflow.sdk import DAG, Asset, CronPartitionTimetable, dag, task
from airflow.sdk.exceptions import AirflowSkipException
from notices import observe
from partitions import DEFAULTS, PARTNERS, RETRY_NETWORK, ask_a_person_if_held, drops_of, each_day, is_backfill, month_of, monthly, signal

from wholefamily import settings
from wholefamily.partners import Partner


def is_there(partner: Partner, dag_run) -> bool:
    """Whether a drop of the run's month is there.

    Two runs do not wait: one that `watch_for_drops` has started, when another took its drop, and one of a backfill, which
    replays what has come before.
    """
    from wholefamily import door

    found = door.has_new_drop(settings.load(), partner, month_of(dag_run), dag_run.run_id)
    if is_backfill(dag_run):
        found = found or door.has_come(settings.load(), partner, month_of(dag_run))
        if not found:
            raise AirflowSkipException("nothing of that month has come")
    elif not found and dag_run.partition_key is None:
        raise AirflowSkipException("another run has taken the drop")
    return found


def take(partner: Partner, dag_run) -> int:
    """Take a drop of the run's month, or in a backfill take again what can be; the id of its arrival."""
    from wholefamily import door

    if is_backfill(dag_run):
        return door.collect_again(settings.load(), partner, month_of(dag_run))
    return door.collect(settings.load(), partner, month_of(dag_run), dag_run.run_id)


def ingest(partner: Partner, dag_id: str, schedule: CronPartitionTimetable, signals: Sequence[Asset]) -> DAG:
    """A DAG that takes one partner's drops; ``signals`` are told the month of each drop that is decided."""

    @dag(
        dag_id=dag_id,
        schedule=schedule,
        catchup=False,
        max_active_runs=3,  # two months may be waited for; a correction need not wait behind them
        default_args=DEFAULTS,
        tags=["ingest", partner.kind],
        doc_md=f"Takes the drops of **{partner.name}**: waits for the manifest, collects, judges and loads, and sends a receipt back; "
        "about held files a person is asked in `decide_held_drop`. To take a correction, trigger it with the month, or the day, as "
        "partition key. Runbook: `docs/runbook.md`.",
    )
    def chain() -> None:
        @task.sensor(mode="reschedule", poke_interval=300, timeout=timedelta(days=40), **RETRY_NETWORK)
        def wait_for_manifest(dag_run=None) -> bool:
            """Wait until the partner has written the manifest of a drop that was not taken yet; hold no worker meanwhile."""
            return is_there(partner, dag_run)

        @task(**RETRY_NETWORK)
        def collect(dag_run=None) -> int:
            """Verify the drop against its manifest and stream its files into the landing tables; what must not be stored is not."""
            return take(partner, dag_run)

        @task
        def judge(arrival: int) -> int:
            """Have Great Expectations judge each file that has landed."""
            from wholefamily import validation

            validation.judge(settings.load(), arrival)
            return arrival

        @task
        def load(arrival: int) -> int:
            """Move what was judged fit into ``raw``, the whole drop at once."""
            from wholefamily import door

            door.load(settings.load(), arrival)
            return arrival

        @task(outlets=signals)
        def decide(arrival: int, dag_run=None, outlet_events=None) -> int:
            """Settle the drop's fate in the ledger, and signal it."""
            from wholefamily import door

            door.decide(settings.load(), arrival)
            signal(outlet_events, signals, month_of(dag_run))
            observe(arrival)
            return arrival

        @task(**RETRY_NETWORK)
        def receipt(arrival: int) -> None:
            """Tell the sender what became of each file: counts, rules and line numbers."""
            from wholefamily import door

            door.send_receipt(settings.load(), arrival)

        collected = collect()
        wait_for_manifest() >> collected
        decided = decide(load(judge(collected)))
        receipt(decided)
        ask_a_person_if_held(decided)

    return chain()


for sender in PARTNERS.values():
    if sender.sends:
        globals()[f"ingest_{sender.code}"] = ingest(sender, f"ingest_{sender.code}", monthly(), [drops_of(sender)])
    if sender.sends_daily:
        # A day changes nothing of what is believed of a month.
        globals()[f"ingest_{sender.code}_daily"] = ingest(sender, f"ingest_{sender.code}_daily", each_day(), [])

"""What somebody must look at: raised once, open until it is settled, and mailed once each way.

Texts hold our own words, names of partners and months, and counts; never a value of a drop.
"""

import html
import logging
from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection, connect

log = logging.getLogger(__name__)

Kind = Literal["task_failed", "overdue", "unreachable"]

WHAT_TO_DO: dict[str, str] = {
    "task_failed": "read the task's log in Airflow, mend the cause, and clear the task",
    "overdue": "ask the partner for the month's drop; it is taken by itself when it comes",
    "unreachable": "ask the partner whether its server is up, and whether its host key or our key has changed; it is tried again each hour",
}
"""For each kind of alert, what its reader should do; the runbook has more."""


class Alert(NamedTuple):
    """A row of ``ops.alert``; the fields that its kind does not have are None."""

    alert_id: int
    kind: str
    problem: str
    is_settled: bool
    dag_id: str | None
    run_id: str | None
    task_id: str | None
    partition_key: str | None


_COLUMNS = "alert_id, kind, problem, settled_at is not null, dag_id, run_id, task_id, partition_key"


def raise_alert(settings: Settings, dag_id: str, run_id: str, task_id: str, partition_key: str | None, error: BaseException | None) -> None:
    """Note in ``ops.alert`` that a task has failed for good, once a task of a run, and log it.

    Only an error that is written for people is quoted; of any other only its class, since its text may hold a value.
    A task that was cleared and has failed again is raised again.
    """
    problem = str(error) if isinstance(error, WholefamilyError) else type(error).__name__
    log.error("%s of %s failed for %s: %s", task_id, dag_id, partition_key, problem)
    with connect(settings, login="alerts", application="wholefamily-alerts") as connection:
        connection.execute(
            "insert into ops.alert (dag_id, run_id, task_id, partition_key, problem) values (%s, %s, %s, %s, %s) "
            "on conflict (dag_id, run_id, task_id) do update set problem = excluded.problem, raised_at = excluded.raised_at, "
            "settled_at = null, mailed_at = null, settlement_mailed_at = null",
            [dag_id, run_id, task_id, partition_key, problem],
        )


def raise_about(connection: Connection, kind: Kind, partner: str, period: str | None, problem: str) -> bool:
    """Raise an alert about a partner, or about a month of a partner, unless it is open already. Returns whether it is new."""
    raised = connection.execute(
        "insert into ops.alert (kind, partner_code, period, problem) values (%s, %s, %s, %s) on conflict do nothing",
        [kind, partner, period, problem],
    ).rowcount
    return raised == 1


def settle_about(connection: Connection, kind: Kind, partner: str, period: str | None = None) -> bool:
    """Note that what an alert was about is over. Returns whether one was open."""
    settled = connection.execute(
        "update ops.alert set settled_at = now() "
        "where kind = %s and partner_code = %s and period is not distinct from %s and settled_at is null",
        [kind, partner, period],
    ).rowcount
    return settled == 1


def settle_tasks(settings: Settings, has_succeeded: Callable[[str, str], bool]) -> None:
    """Settle the alerts of runs that have succeeded since; ``has_succeeded`` is asked with each one's DAG and run."""
    with connect(settings, login="alerts", application="wholefamily-alerts") as connection:
        for alert in open_alerts(connection):
            if alert.dag_id and alert.run_id and has_succeeded(alert.dag_id, alert.run_id):
                connection.execute("update ops.alert set settled_at = now() where alert_id = %s", [alert.alert_id])


def open_alerts(connection: Connection) -> list[Alert]:
    """What is not settled, oldest first."""
    rows = connection.execute(f"select {_COLUMNS} from ops.alert where settled_at is null order by alert_id").fetchall()  # noqa: S608 (our own words)
    return [Alert(*row) for row in rows]


def sentence(alert: Alert) -> str:
    """What is wrong, in one line."""
    if alert.kind == "task_failed":
        return f"{alert.task_id} of {alert.dag_id} failed for {alert.partition_key or 'its run'}: {alert.problem}"
    return alert.problem


def mail_unsent(settings: Settings, send: Callable[[str, str], None]) -> int:
    """Have ``send(subject, html)`` mail what was raised or settled since the last time, in one mail. Returns how many alerts.

    What is being sent is locked, and noted as sent only when ``send`` has returned: whatever it raises goes on to the caller,
    and the next call tries again. Of what is settled before it was ever mailed, nothing is said.
    """
    with connect(settings, login="alerts", application="wholefamily-alerts") as connection:
        rows = connection.execute(
            f"select {_COLUMNS} from ops.alert "  # noqa: S608 (our own words)
            "where (settled_at is null and mailed_at is null) "
            "or (settled_at is not null and mailed_at is not null and settlement_mailed_at is null) "
            "order by alert_id for update skip locked"
        ).fetchall()
        alerts = [Alert(*row) for row in rows]
        if not alerts:
            return 0
        send(*_mail(alerts))
        ids = [alert.alert_id for alert in alerts]
        connection.execute(
            "update ops.alert set mailed_at = coalesce(mailed_at, now()), "
            "settlement_mailed_at = case when settled_at is not null then now() end where alert_id = any(%s)",
            [ids],
        )
    return len(alerts)


def _mail(alerts: Iterable[Alert]) -> tuple[str, str]:
    """Subject and HTML of one mail: what, about whom, and what to do."""
    raised = [alert for alert in alerts if not alert.is_settled]
    settled = [alert for alert in alerts if alert.is_settled]
    counts = [f"{len(part)} {name}" for part, name in ((raised, "raised"), (settled, "settled")) if part]
    items = [f"<p><b>{html.escape(sentence(alert))}</b><br>What to do: {html.escape(WHAT_TO_DO[alert.kind])}.</p>" for alert in raised]
    items += [f"<p>Settled: {html.escape(sentence(alert))}</p>" for alert in settled]
    items.append("<p>All that is open: <code>python -m wholefamily status</code>. More in docs/runbook.md.</p>")
    return f"Whole family alerts: {', '.join(counts)}", "\n".join(items)


__all__ = [
    "WHAT_TO_DO",
    "Alert",
    "Kind",
    "mail_unsent",
    "open_alerts",
    "raise_about",
    "raise_alert",
    "sentence",
    "settle_about",
    "settle_tasks",
]

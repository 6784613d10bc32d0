"""Who is told what the Airflow DAGs did: alerts and mail when a task fails, metrics and lineage when a drop is decided."""

import logging
from typing import Any

from wholefamily import settings

log = logging.getLogger(__name__)


def notify_failure(context: dict[str, Any]) -> None:
    """The one callback of every task that fails for good: an alert in ``ops.alert``."""
    from wholefamily import alerts

    run, task = context["dag_run"], context["ti"]
    month = run.partition_key or (run.conf or {}).get("period")
    alerts.raise_alert(settings.load(), run.dag_id, run.run_id, task.task_id, month, context.get("exception"))
    mail_alerts()


def mail_alerts() -> None:
    """Mail what was raised or settled and not mailed yet, by the connection `smtp_default`, if ``ALERT_MAIL_TO`` names anyone.

    A mail server that is down stops nothing: the alert stays in ``ops.alert``, and the next call mails it.
    """
    receivers = [address.strip() for address in settings.load().alert_mail_to.split(",") if address.strip()]
    if not receivers:
        return
    from airflow.providers.smtp.notifications.smtp import SmtpNotifier

    from wholefamily import alerts

    def send(subject: str, text: str) -> None:
        SmtpNotifier(to=receivers, subject=subject, html_content=text).notify({})

    try:
        alerts.mail_unsent(settings.load(), send)
    except Exception as error:  # noqa: BLE001 (whatever is wrong with mail must not fail what it tells of)
        log.warning("alerts could not be mailed: %s; they stand in ops.alert and are mailed later", type(error).__name__)


def observe(arrival: int) -> None:
    """Tell metrics and lineage of a decided drop: names and counts only. Whatever goes wrong here stops nothing."""
    from airflow.sdk.observability import stats

    from wholefamily import lineage, metrics

    try:
        lineage.emit_drop(settings.load(), arrival)
        for metric in metrics.of_arrival(settings.load(), arrival):
            if metric.kind == "count":
                stats.incr(metric.name, metric.value)
            else:
                stats.timing(metric.name, float(metric.value))
    except Exception as error:  # noqa: BLE001 (the drop is decided)
        log.warning("metrics of arrival %s were not sent: %s", arrival, type(error).__name__)

"""What somebody must look at."""

import logging

from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings
from wholefamily.warehouse import connect

log = logging.getLogger(__name__)


def raise_alert(settings: Settings, dag_id: str, run_id: str, task_id: str, partition_key: str | None, error: BaseException | None) -> None:
    """Note in ``ops.alert`` that a task has failed for good, once a task of a run, and log it.

    Only an error that is written for people is quoted; of any other only its class, since its text may hold a value.
    """
    problem = str(error) if isinstance(error, WholefamilyError) else type(error).__name__
    log.error("%s of %s failed for %s: %s", task_id, dag_id, partition_key, problem)
    with connect(settings, application="wholefamily-alerts") as connection:
        connection.execute(
            "insert into ops.alert (dag_id, run_id, task_id, partition_key, problem) values (%s, %s, %s, %s, %s) "
            "on conflict (dag_id, run_id, task_id) do update set problem = excluded.problem, raised_at = excluded.raised_at",
            [dag_id, run_id, task_id, partition_key, problem],
        )

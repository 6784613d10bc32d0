"""A person's decision about a release: recorded once, never changed (exchange.md section 6)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection, connect

Decision = Literal["approved", "rejected"]
NOBODY = "nobody (no answer in time)"
FOUR_EYES = "four eyes: who started the run cannot approve it"


def record(  # noqa: PLR0913 - one argument a column
    settings: Settings,
    *,
    product: str,
    release: str,
    decision: Decision,
    decided_by: str,
    decided_at: datetime,
    reason: str,
    dag_run_id: str,
) -> None:
    """Note the decision of one run; the same decision again is a no-op.

    Raises WholefamilyError when that run already holds another one.
    """
    with connect(settings, login="release") as connection:
        connection.execute(
            "insert into exchange.approval (product, release, decision, decided_by, decided_at, reason, dag_run_id) "
            "values (%s, %s, %s, %s, %s, %s, %s) on conflict (product, release, dag_run_id) do nothing",
            [product, release, decision, decided_by, decided_at, reason, dag_run_id],
        )
        stands = connection.execute(
            "select decision, decided_by from exchange.approval where (product, release, dag_run_id) = (%s, %s, %s)",
            [product, release, dag_run_id],
        ).fetchone()
    if stands != (decision, decided_by):
        raise WholefamilyError(f"{product} {release}: this run already holds another decision; start a new run to decide again")


def record_answer(
    settings: Settings, product: str, release: str, answer: Mapping[str, Any], dag_run_id: str, triggered_by: str | None
) -> bool:
    """Note the answer of Airflow's human-in-the-loop operator; whether it approves.

    ``answer`` has ``chosen_options``, ``responded_by_user`` (None: nobody answered in time, which is a no), ``responded_at``
    and ``params_input``. Four eyes: whoever started the run (``triggered_by``; None: its schedule) cannot approve what came of it.
    """
    user = answer.get("responded_by_user")
    names = {str(name) for name in (user["id"], user["name"]) if name} if user else set()
    is_own = triggered_by in names
    approved = list(answer["chosen_options"]) == ["Approve"] and user is not None and not is_own
    reason = str((answer.get("params_input") or {}).get("reason") or "")
    at = answer["responded_at"]
    record(
        settings,
        product=product,
        release=release,
        decision="approved" if approved else "rejected",
        decided_by=str(user["name"] or user["id"]) if user else NOBODY,
        decided_at=at if isinstance(at, datetime) else datetime.fromisoformat(at),
        reason=f"{FOUR_EYES}; said: {reason}" if is_own else reason,
        dag_run_id=dag_run_id,
    )
    return approved


def approver(connection: Connection, product: str, release: str, dag_run_id: str) -> tuple[str, datetime]:
    """Who approved the release in that run, and when. Raises WholefamilyError when nobody did."""
    row = connection.execute(
        "select decided_by, decided_at from exchange.approval where (product, release, dag_run_id, decision) = (%s, %s, %s, 'approved')",
        [product, release, dag_run_id],
    ).fetchone()
    if row is None:
        raise WholefamilyError(f"{product} {release} is not approved in this run: nothing leaves without a person's approval")
    decided_by, decided_at = row
    if not isinstance(decided_at, datetime):
        raise TypeError("decided_at is a timestamp")
    return str(decided_by), decided_at

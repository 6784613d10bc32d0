"""Held files, and what a person decides about them (exchange.md section 5, readings.md 3 and 14).

All held files of a delivery are decided at once, and a decision is final: who would have it otherwise asks the sender for the
next revision. Accepting takes a file as it was judged; what was quarantined is gone and does not come back. So rows that were
quarantined because they refer to persons of a held ``people`` file stay out although that file is accepted, and rows of files
that were judged by an older ``people`` file are not judged again by the newly accepted one.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, NamedTuple

from psycopg import sql
from psycopg.rows import scalar_row

from wholefamily.door import ledger
from wholefamily.door.decide import status_of_drop
from wholefamily.door.landing import Reason, table_name
from wholefamily.door.ledger import Arrival
from wholefamily.door.load import attach
from wholefamily.door.manifest import Refusal, next_chance
from wholefamily.door.unreferred import forget_unreferred, free_their_space
from wholefamily.errors import WholefamilyError
from wholefamily.partners import load as load_partners
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection

ACCEPT, REFUSE = "Accept", "Refuse"


class _File(NamedTuple):
    feed: str
    rows_received: int
    reasons: list[dict[str, Any]]


def question_run(settings: Settings, arrival_id: int) -> str:
    """The id of the run in which a person is asked about an arrival, the same however often this is called; empty: it is not held.

    A drop that was decided, replayed and held again is asked about anew.
    """
    with ledger.session(settings) as connection:
        if ledger.arrival(connection, arrival_id).status != "held":
            return ""
        n_decided = len(_decisions(connection, arrival_id))
    return f"held-{arrival_id}" if n_decided == 0 else f"held-{arrival_id}-{n_decided + 1}"


def settle_held(
    settings: Settings, arrival_id: int, *, is_accepted: bool, decided_by: str, reason: str, dag_run_id: str | None = None
) -> str:
    """Take or drop all held files of an arrival as a person decided; returns the status that the drop has then.

    The same decision again is a no-op. ``reason`` is mandatory and goes nowhere but ``quality.decision``.
    Raises WholefamilyError when there is nothing to decide or it was decided otherwise, and records nothing then.
    """
    if not reason.strip() or not decided_by.strip():
        raise WholefamilyError(f"arrival {arrival_id}: a decision needs a person's name and a reason")
    with ledger.session(settings) as connection:
        with connection.transaction():
            # Of two decisions at once the second waits here, and then finds the first.
            connection.execute("select 1 from quality.arrival where arrival_id = %s for update", [arrival_id])
            arrival = ledger.arrival(connection, arrival_id)
            if arrival.status == "held":
                status = _settle(connection, arrival, is_accepted=is_accepted, is_police=_is_police(settings, arrival))
                connection.execute(
                    "insert into quality.decision (arrival_id, is_accepted, decided_by, reason, dag_run_id) values (%s, %s, %s, %s, %s)",
                    [arrival_id, is_accepted, decided_by, reason, dag_run_id],
                )
            else:
                status = _decided_before(connection, arrival, is_accepted=is_accepted)
        if not is_accepted and _is_police(settings, arrival):
            free_their_space(connection, arrival)
    return status


def record_answer(settings: Settings, arrival_id: int, answer: Mapping[str, Any], dag_run_id: str) -> str:
    """Settle an arrival by the answer of Airflow's human-in-the-loop operator; returns its month, whose marts may change by that.

    ``answer`` has ``chosen_options``, ``responded_by_user`` and ``params_input``. Raises WholefamilyError as ``settle_held``
    does, and for an answer that is neither yes nor no.
    """
    chosen = list(answer["chosen_options"])
    if chosen not in ([ACCEPT], [REFUSE]):
        raise WholefamilyError(f"arrival {arrival_id}: the answer is neither {ACCEPT} nor {REFUSE}; clear the question to ask again")
    user = answer.get("responded_by_user") or {}
    settle_held(
        settings,
        arrival_id,
        is_accepted=chosen == [ACCEPT],
        decided_by=str(user.get("name") or user.get("id") or ""),
        reason=str((answer.get("params_input") or {}).get("reason") or ""),
        dag_run_id=dag_run_id,
    )
    with ledger.session(settings) as connection:
        return ledger.arrival(connection, arrival_id).period[: len("YYYY-MM")]


def superseded(connection: Connection, delivery_id: int | None) -> list[tuple[str, int]]:
    """(feed, revision) of the held files of a delivery that will not be believed: of a higher revision they are accepted."""
    rows = connection.execute(
        "select held.feed, max(later.revision) from quality.delivery_file as held inner join quality.delivery_file as later "
        "on (later.partner_code, later.period, later.feed) = (held.partner_code, held.period, held.feed) "
        "and later.revision > held.revision and later.status = 'accepted' "
        "where held.delivery_id = %s and held.status = 'held' group by held.feed order by held.feed",
        [delivery_id],
    ).fetchall()
    return [(str(feed), int(str(revision))) for feed, revision in rows]


def _decisions(connection: Connection, arrival_id: int) -> list[bool]:
    query = "select is_accepted from quality.decision where arrival_id = %s order by decision_id"
    with connection.cursor(row_factory=scalar_row) as cursor:
        return [bool(is_accepted) for is_accepted in cursor.execute(query, [arrival_id])]


def _decided_before(connection: Connection, arrival: Arrival, *, is_accepted: bool) -> str:
    decisions = _decisions(connection, arrival.arrival_id)
    if not decisions or arrival.status == "receiving":
        raise WholefamilyError(f"arrival {arrival.arrival_id} is {arrival.status}, not held: there is nothing to decide")
    if decisions[-1] != is_accepted:
        stands = "accepted" if decisions[-1] else "refused"
        raise WholefamilyError(
            f"arrival {arrival.arrival_id}: its held files were {stands} by a person before, and that stands; "
            f"ask {arrival.partner_code} for revision {arrival.revision + 1}"
        )
    return arrival.status


def _is_police(settings: Settings, arrival: Arrival) -> bool:
    partner = load_partners(settings.partners_dir).get(arrival.partner_code)
    if partner is None:
        raise WholefamilyError(f"{arrival.partner_code} has no partner file any more: put it back, then decide again")
    return partner.sender_kind == "police"


def _settle(connection: Connection, arrival: Arrival, *, is_accepted: bool, is_police: bool) -> str:
    with connection.cursor() as cursor:
        held = cursor.execute(
            "select feed, rows_received, reasons from quality.delivery_file where delivery_id = %s and status = 'held' order by feed",
            [arrival.delivery_id],
        ).fetchall()
    told = _told(connection, arrival, is_accepted=is_accepted)
    for file in held:
        _settle_file(connection, arrival, _File(*file), is_accepted=is_accepted)
    if not is_accepted and is_police:
        forget_unreferred(connection, arrival)
    files = connection.execute("select status from quality.delivery_file where delivery_id = %s", [arrival.delivery_id]).fetchall()
    status = status_of_drop([str(status) for (status,) in files])
    ledger.settle(connection, arrival.arrival_id, status, [told])
    return status


def _told(connection: Connection, arrival: Arrival, *, is_accepted: bool) -> Refusal:
    """The decision in the words of the receipt: neither who decided nor why."""
    if not is_accepted:
        return Refusal("refused_by_person", f"a person decided to refuse what was held: {next_chance(arrival.period, arrival.revision)}")
    text = "a person decided to accept what was held"
    for feed, revision in superseded(connection, arrival.delivery_id):
        text += f"; {feed} of revision {revision} stands all the same"
    return Refusal("accepted_by_person", text)


def _settle_file(connection: Connection, arrival: Arrival, file: _File, *, is_accepted: bool) -> None:
    delivery_id = int(str(arrival.delivery_id))
    table = sql.Identifier("landing", table_name(delivery_id, file.feed))
    n_loaded = 0
    if is_accepted:
        if connection.execute("select to_regclass(%s) is null", [f"landing.{table_name(delivery_id, file.feed)}"]).fetchone() == (True,):
            raise WholefamilyError(
                f"the rows of {file.feed} were not kept when it was held: refuse it, and ask for revision {arrival.revision + 1}"
            )
        n_loaded = int(str((connection.execute(sql.SQL("select count(*) from {}").format(table)).fetchone() or (0,))[0]))
        attach(connection, delivery_id, file.feed)
    else:
        connection.execute(sql.SQL("drop table if exists {}").format(table))
    decided = asdict(Reason("accepted_by_person" if is_accepted else "refused_by_person", None, file.rows_received))
    connection.execute(
        "update quality.delivery_file set status = %s, accepted_at = case when %s then now() end, rows_loaded = %s, reasons = %s "
        "where delivery_id = %s and feed = %s",
        ["accepted" if is_accepted else "refused", is_accepted, n_loaded, json.dumps([decided, *file.reasons]), delivery_id, file.feed],
    )


__all__ = ["ACCEPT", "REFUSE", "question_run", "record_answer", "settle_held", "superseded"]

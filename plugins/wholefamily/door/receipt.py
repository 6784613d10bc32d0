"""The receipt: all that became of an arrival, told to its sender (exchange.md section 5, readings.md 1 and 6).

A receipt is never changed. What becomes of an arrival afterwards (a person's decision, a replay) is told in a further one.
"""

import hashlib
import json

from psycopg.rows import dict_row

from wholefamily.door import ledger, sftp
from wholefamily.door.ledger import Arrival
from wholefamily.door.sftp import Account
from wholefamily.errors import WholefamilyError
from wholefamily.partners import load as load_partners
from wholefamily.periods import is_day
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection


def send_receipt(settings: Settings, arrival_id: int) -> None:
    """Tell the sender of a decided arrival what became of it, in ``inbound/<period>/``, unless its last receipt says just that.

    May be run again: it writes the same file, and never over a receipt of another content.
    Raises WholefamilyError when the arrival is not decided, or the partner's server cannot be used.
    """
    with ledger.session(settings) as connection:
        partner_code = ledger.arrival(connection, arrival_id).partner_code
        # One receipt at a time: two must not choose the same name.
        connection.execute("select pg_advisory_lock(hashtextextended(%s, 0))", [f"receipts/{partner_code}"])
        arrival = ledger.arrival(connection, arrival_id)
        if arrival.status == "receiving":
            raise WholefamilyError(f"arrival {arrival_id} is not decided yet: run decide first")
        partner = load_partners(settings.partners_dir).get(partner_code)
        if partner is None:
            raise WholefamilyError(f"{partner_code} has no partner file any more: its receipt cannot be sent")
        content = (json.dumps(body(connection, arrival), indent=2) + "\n").encode()
        with sftp.connect(settings, partner) as account:
            sequence = _free_sequence(account, arrival, _sequence(connection, arrival, content), content)
            account.write(_path(arrival, sequence), content)
        _record(connection, arrival, sequence, content)


def body(connection: Connection, arrival: Arrival) -> dict[str, object]:
    """What the receipt says: line numbers and counts, never values.

    ``data_docs``, which exchange.md does not name, is where our Data Docs of the drop are: for the sender, what to quote when
    it asks us. It is there only where the drop was judged.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        files = cursor.execute(
            "select feed, status, rows_received, rows_loaded, rows_quarantined, rows_not_for_disclosure, identifiers_blanked, reasons "
            "from quality.delivery_file where delivery_id = %s order by feed",
            [arrival.delivery_id],
        ).fetchall()
    for file in files:
        # jsonb does not keep the order in which a person reads them best.
        file["reasons"] = [{name: reason[name] for name in ("rule", "column", "count", "lines")} for reason in file["reasons"]]
    docs = connection.execute("select data_docs from quality.delivery where delivery_id = %s", [arrival.delivery_id]).fetchone()
    return {
        "sender": arrival.partner_code,
        "period": arrival.period,
        "revision": arrival.revision,
        "status": arrival.status,
        "reasons": [{"rule": reason["rule"], "text": reason["text"]} for reason in arrival.reasons],
        "files": files,
        **({"data_docs": docs[0]} if docs and docs[0] else {}),
    }


def _sequence(connection: Connection, arrival: Arrival, content: bytes) -> int:
    """The number of the arrival's last receipt, if that says the same; else the next one of its revision."""
    last = connection.execute(
        "select sequence, sha256 from quality.receipt where arrival_id = %s order by sequence desc limit 1", [arrival.arrival_id]
    ).fetchone()
    if last is not None and last[1] == _sha256(content):
        return int(str(last[0]))
    row = connection.execute(
        "select coalesce(max(receipt.sequence), 0) + 1 from quality.receipt as receipt inner join quality.arrival as arrival "
        "on arrival.arrival_id = receipt.arrival_id where (arrival.partner_code, arrival.period, arrival.revision) = (%s, %s, %s)",
        [arrival.partner_code, arrival.period, arrival.revision],
    ).fetchone()
    return int(str(row[0])) if row else 1


def _free_sequence(account: Account, arrival: Arrival, sequence: int, content: bytes) -> int:
    while account.holds_other(_path(arrival, sequence), content):
        sequence += 1  # a run died before it noted its receipt, or the warehouse was made anew and the partner's folder was not
    return sequence


def _path(arrival: Arrival, sequence: int) -> str:
    suffix = "" if sequence == 1 else f"-{sequence}"
    if is_day(arrival.period):
        return f"inbound/daily/{arrival.period}/receipt{suffix}.json"
    return f"inbound/{arrival.period}/receipt-r{arrival.revision}{suffix}.json"


def _record(connection: Connection, arrival: Arrival, sequence: int, content: bytes) -> None:
    path = _path(arrival, sequence)
    with connection.transaction():
        connection.execute(
            "insert into quality.receipt (arrival_id, sequence, status, path, sha256) values (%s, %s, %s, %s, %s) on conflict do nothing",
            [arrival.arrival_id, sequence, arrival.status, path, _sha256(content)],
        )
        connection.execute(
            "update quality.arrival set receipt_path = %s, receipted_at = coalesce(receipted_at, now()) where arrival_id = %s",
            [path, arrival.arrival_id],
        )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


__all__ = ["body", "send_receipt"]

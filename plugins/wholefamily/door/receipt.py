"""The receipt: all that became of an arrival, told to its sender (exchange.md section 5, readings.md 6)."""

import json

from psycopg.rows import dict_row

from wholefamily.door import ledger, sftp
from wholefamily.door.ledger import Arrival
from wholefamily.door.sftp import Account
from wholefamily.errors import WholefamilyError
from wholefamily.partners import load as load_partners
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection


def send_receipt(settings: Settings, arrival_id: int) -> None:
    """Write the receipt of a decided arrival to ``inbound/<period>/`` of its sender.

    May be run again: it writes the same file, and never over a receipt of another content.
    Raises WholefamilyError when the arrival is not decided, or the partner's server cannot be used.
    """
    with ledger.session(settings) as connection:
        arrival = ledger.arrival(connection, arrival_id)
        if arrival.status == "receiving":
            raise WholefamilyError(f"arrival {arrival_id} is not decided yet: run decide first")
        partner = load_partners(settings.partners_dir).get(arrival.partner_code)
        if partner is None:
            raise WholefamilyError(f"{arrival.partner_code} has no partner file any more: its receipt cannot be sent")
        content = (json.dumps(body(connection, arrival), indent=2) + "\n").encode()
        with sftp.connect(settings, partner) as account:
            path = _free_path(account, arrival, content)
            account.write(path, content)
        connection.execute(
            "update quality.arrival set receipt_path = %s, receipted_at = coalesce(receipted_at, now()) where arrival_id = %s",
            [path, arrival_id],
        )


def body(connection: Connection, arrival: Arrival) -> dict[str, object]:
    """What the receipt says. Line numbers and counts, never values."""
    with connection.cursor(row_factory=dict_row) as cursor:
        files = cursor.execute(
            "select feed, status, rows_received, rows_loaded, rows_quarantined, rows_not_for_disclosure, identifiers_blanked, reasons "
            "from quality.delivery_file where delivery_id = %s order by feed",
            [arrival.delivery_id],
        ).fetchall()
    for file in files:
        # jsonb does not keep the order in which a person reads them best.
        file["reasons"] = [{name: reason[name] for name in ("rule", "column", "count", "lines")} for reason in file["reasons"]]
    return {
        "sender": arrival.partner_code,
        "period": arrival.period,
        "revision": arrival.revision,
        "status": arrival.status,
        "reasons": [{"rule": reason["rule"], "text": reason["text"]} for reason in arrival.reasons],
        "files": files,
    }


def _free_path(account: Account, arrival: Arrival, content: bytes) -> str:
    sequence = arrival.sequence
    while account.holds_other(path := _path(arrival, sequence), content):
        sequence += 1  # the warehouse was made anew, and the partner's folder was not
    return path


def _path(arrival: Arrival, sequence: int) -> str:
    suffix = "" if sequence == 1 else f"-{sequence}"
    return f"inbound/{arrival.period}/receipt-r{arrival.revision}{suffix}.json"


__all__ = ["body", "send_receipt"]

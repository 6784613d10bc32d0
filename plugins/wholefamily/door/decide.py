"""What becomes of a file, and of the drop (exchange.md section 5, readings.md 13 and 14).

Whether a file is held is decided when it is loaded, as a held file is not attached; ``decide`` then settles the drop.
"""

from collections.abc import Collection

from wholefamily.door import ledger
from wholefamily.errors import WholefamilyError
from wholefamily.feeds import THRESHOLDS
from wholefamily.settings import Settings


def hold_rules(n_rows: int, n_quarantined: int, previous_n_rows: int | None) -> list[str]:
    """The rules for which a file waits for a person's decision; none: it is accepted.

    ``previous_n_rows`` are the rows of the last accepted file of that feed, if there is one.
    """
    rules = []
    if n_quarantined * 100 > n_rows * THRESHOLDS.quarantined_percent:
        rules.append("too_many_quarantined")
    if is_volume_changed(n_rows, previous_n_rows):
        rules.append("volume_changed")
    return rules


def is_volume_changed(n_rows: int, previous_n_rows: int | None) -> bool:
    """Whether a file is smaller than 70 % or larger than 150 % of the last accepted one, which had 100 rows or more."""
    if previous_n_rows is None or previous_n_rows < THRESHOLDS.enough_rows:
        return False
    least, most = previous_n_rows * THRESHOLDS.least_percent, previous_n_rows * THRESHOLDS.most_percent
    return not least <= n_rows * 100 <= most


def status_of_drop(files: Collection[str]) -> str:
    """The status of a drop from those of its files (readings.md 14)."""
    if "held" in files:
        return "held"
    if set(files) == {"accepted"}:
        return "accepted"
    return "partly_accepted" if "accepted" in files else "refused"


def decide(settings: Settings, arrival_id: int) -> str:
    """Settle what becomes of a drop whose files are loaded. Returns its status; a drop that is decided keeps its own.

    Raises WholefamilyError when ``load`` has not been run.
    """
    with ledger.session(settings) as connection:
        arrival = ledger.collected_arrival(connection, arrival_id)
        if arrival.status != "receiving":
            return arrival.status
        rows = connection.execute("select status from quality.delivery_file where delivery_id = %s", [arrival.delivery_id]).fetchall()
        files = [str(status) for (status,) in rows]
        if not files or "receiving" in files:
            raise WholefamilyError(f"arrival {arrival_id} is not loaded yet: run collect, judge and load first")
        status = status_of_drop(files)
        ledger.settle(connection, arrival_id, status)
        return status


__all__ = ["decide", "hold_rules", "is_volume_changed", "status_of_drop"]

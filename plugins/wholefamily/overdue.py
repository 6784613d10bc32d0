"""Partners who have not sent a month that is due.

A month is due on the partner's ``due_day`` of the next month, and overdue from the day after. It has come when a drop of it stands
in the ledger that was not refused whole: one that is held, or being taken, has come. Expected are the months from the partner's
first accepted one on, and in any case the last month that is due, while an agreement with the partner is in force.
"""

from collections.abc import Collection, Iterable
from datetime import date

from wholefamily import alerts
from wholefamily.partners import Partner
from wholefamily.periods import as_at, next_period
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection, connect


def due_on(partner: Partner, period: str) -> date:
    """The last day on which a partner's drop of ``period`` is in time. Raises ValueError for a partner that never sends."""
    if partner.due_day is None:
        raise ValueError(f"{partner.code} never sends")
    year, month = map(int, next_period(period).split("-"))
    return date(year, month, partner.due_day)


def overdue_periods(partner: Partner, today: date, first: str | None, came: Collection[str]) -> list[str]:
    """The months that are overdue on ``today``, oldest first.

    ``first`` is the partner's first accepted month, None if there is none; ``came`` are the months that have come.
    """
    last = _before(f"{today:%Y-%m}")
    if due_on(partner, last) >= today:
        last = _before(last)
    period = min(first or last, last)
    periods = []
    while period <= last:
        if period not in came and any(agreement.in_force(as_at(period)) for agreement in partner.agreements):
            periods.append(period)
        period = next_period(period)
    return periods


def _before(period: str) -> str:
    year, month = map(int, period.split("-"))
    return f"{year - (month == 1):04d}-{(month - 2) % 12 + 1:02d}"


def watch(settings: Settings, partners: Iterable[Partner], today: date) -> None:
    """Raise an alert for each month that is overdue on ``today``, once, and settle those whose drop has come since."""
    with connect(settings, login="door", application="wholefamily-watch") as connection:
        for partner in partners:
            first, came = _known(connection, partner.code)
            for period in overdue_periods(partner, today, first, came):
                problem = f"{partner.name} has not sent {period}, which was due on {due_on(partner, period)}"
                alerts.raise_about(connection, "overdue", partner.code, period, problem)
            for period in came:
                alerts.settle_about(connection, "overdue", partner.code, period)


def overdue_now(connection: Connection) -> set[tuple[str, str]]:
    """(partner, month) of every open alert of this kind."""
    rows = connection.execute("select partner_code, period from ops.alert where kind = 'overdue' and settled_at is null").fetchall()
    return {(str(partner), str(period)) for partner, period in rows}


def _known(connection: Connection, partner: str) -> tuple[str | None, list[str]]:
    """The partner's first accepted month, and all months of which something came that was not refused whole."""
    rows = connection.execute(
        "select period, bool_or(status in ('accepted', 'partly_accepted')) from quality.delivery "
        "where partner_code = %s and status <> 'refused' and length(period) = 7 group by period order by period",
        [partner],
    ).fetchall()
    accepted = [str(period) for period, is_accepted in rows if is_accepted]
    return (accepted[0] if accepted else None), [str(period) for period, _ in rows]


__all__ = ["due_on", "overdue_now", "overdue_periods", "watch"]

"""Drops that nobody waits for: corrections, and months that come after their run has given up."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from wholefamily import alerts, door
from wholefamily.door import ledger
from wholefamily.errors import WholefamilyError
from wholefamily.partners import Partner
from wholefamily.periods import as_at
from wholefamily.settings import Settings
from wholefamily.warehouse import connect

PATIENCE = timedelta(days=40)
"""How long the monthly run waits for a drop."""


class Untaken(NamedTuple):
    """A drop that stands on a partner's server and was not taken."""

    partner_code: str
    period: str
    revision: int
    sequence: int
    """How often this revision has arrived, this time included."""

    @property
    def run_id(self) -> str:
        """The id of the one run that is started for it: the same content is never started twice, what is sent again is."""
        return f"drop__{self.period}_r{self.revision}_{self.sequence}"


def untaken(settings: Settings, partner: Partner, today: date, n_active: int) -> list[Untaken]:
    """The oldest drop of each month that nobody waits for or works on, oldest month first.

    ``n_active`` is the number of the partner's ingest runs that are queued or at work. The monthly run waits for the first drop of
    its month; which month an active run is for Airflow does not tell, so a month's first drop is left alone while there is one
    and a monthly run may still wait. A drop that was begun and has no receipt is at work, or its run has failed and an alert says so.
    Raises WholefamilyError when the partner's server or the warehouse cannot be used.
    """
    found: dict[str, Untaken] = {}
    new = door.new_drops(settings, partner)
    with ledger.session(settings) as connection:
        known = ledger.latest_arrivals(connection, partner.code)
    arrived = {period for period, _ in known}
    begun = {period for (period, _), arrival in known.items() if not arrival.is_receipted}
    for period, revision in new:
        may_be_waited_for = n_active > 0 and period not in arrived and today <= as_at(period) + timedelta(days=1) + PATIENCE
        if period in begun or period in found or may_be_waited_for:
            continue
        before = known.get((period, revision))
        found[period] = Untaken(partner.code, period, revision, before.sequence + 1 if before else 1)
    return list(found.values())


def untaken_of_all(settings: Settings, partners: Iterable[Partner], today: date, n_active: dict[str, int]) -> list[Untaken]:
    """``untaken`` of every partner. One whose server cannot be used is told of by an alert, once, and holds up no other."""
    found: list[Untaken] = []
    for partner in partners:
        try:
            found += untaken(settings, partner, today, n_active.get(partner.code, 0))
        except WholefamilyError as error:
            with connect(settings, login="door", application="wholefamily-watch") as connection:
                alerts.raise_about(connection, "unreachable", partner.code, None, f"{partner.name} cannot be looked at: {error}")
        else:
            with connect(settings, login="door", application="wholefamily-watch") as connection:
                alerts.settle_about(connection, "unreachable", partner.code)
    return found


__all__ = ["PATIENCE", "Untaken", "untaken", "untaken_of_all"]

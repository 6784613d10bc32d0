"""What stands on a partner's server, and what of it is new."""

import hashlib
import re
from collections.abc import Mapping
from typing import NamedTuple

from wholefamily.door import ledger, sftp
from wholefamily.door.ledger import Arrival
from wholefamily.door.sftp import Account, Entry
from wholefamily.partners import Partner
from wholefamily.periods import is_day, is_period
from wholefamily.settings import Settings

_REVISION = re.compile(r"r([1-9]\d{0,3})")
MANIFEST = "manifest.json"


class Drop(NamedTuple):
    """A revision's folder, and what it holds, by name. A drop that its sender took away holds nothing."""

    period: str
    revision: int
    entries: Mapping[str, Entry]

    @property
    def folder(self) -> str:
        """Where it stands, from the account's root."""
        return f"outbound/daily/{self.period}" if is_day(self.period) else f"outbound/{self.period}/r{self.revision}"

    @property
    def is_there(self) -> bool:
        """Whether it has a manifest; without one, a drop is not there yet, or not any more."""
        return MANIFEST in self.entries and self.entries[MANIFEST].is_file

    @property
    def fingerprint(self) -> str:
        """A hash of names, sizes and times: while it stays, nothing was sent again."""
        listing = "\n".join(f"{entry.name}\t{entry.size}\t{entry.modified}" for entry in sorted(self.entries.values()))
        return hashlib.sha256(listing.encode("utf-8", "surrogateescape")).hexdigest()


def has_new_drop(settings: Settings, partner: Partner, period: str, run_id: str | None = None) -> bool:
    """Whether ``collect`` has something to take for ``period``: a drop that is new, or the one that the run ``run_id`` took before.

    Raises WholefamilyError as ``new_drops`` does.
    """
    with sftp.connect(settings, partner) as account, ledger.session(settings) as connection:
        if run_id is not None and ledger.arrival_of_run(connection, partner.code, period, run_id) is not None:
            return True
        return oldest_new(account, ledger.latest_arrivals(connection, partner.code), period) is not None


def new_drops(settings: Settings, partner: Partner) -> list[tuple[str, int]]:
    """(period, revision) of every monthly drop that is new, oldest first.

    A drop is new when it has a manifest, and what its folder holds was not seen yet or was not told of in a receipt yet; or
    when it was seen, was not told of, and is not there any more.
    Raises WholefamilyError when the partner's server or the warehouse cannot be used.
    """
    with sftp.connect(settings, partner) as account, ledger.session(settings) as connection:
        known = ledger.latest_arrivals(connection, partner.code)
        periods = {entry.name for entry in account.entries("outbound") if entry.is_folder and is_period(entry.name)}
        periods |= {period for (period, _), arrival in known.items() if is_period(period) and not arrival.is_receipted}
        return [(drop.period, drop.revision) for period in sorted(periods) for drop in _new(drops(account, period), known, period)]


def new_days(settings: Settings, partner: Partner) -> list[str]:
    """The days of every daily drop that is new, in the sense and with the errors of ``new_drops``, oldest first."""
    with sftp.connect(settings, partner) as account, ledger.session(settings) as connection:
        known = ledger.latest_arrivals(connection, partner.code)
        days = {entry.name for entry in account.entries("outbound/daily") if entry.is_folder and is_day(entry.name)}
        return [day for day in sorted(days) if oldest_new(account, known, day) is not None]


def oldest_new(account: Account, known: Mapping[tuple[str, int], Arrival], period: str) -> Drop | None:
    """The lowest revision of ``period`` that is new."""
    return next(iter(_new(drops(account, period), known, period)), None)


def drop_of(account: Account, arrival: Arrival) -> Drop:
    """What stands on the server now of a drop that arrived before."""
    found = (drop for drop in drops(account, arrival.period) if drop.revision == arrival.revision)
    return next(found, Drop(arrival.period, arrival.revision, {}))


def drops(account: Account, period: str) -> list[Drop]:
    """The drops of a month, the lowest revision first, or the one of a day, if their manifests are there."""
    if is_day(period):
        found = [Drop(period, 1, {entry.name: entry for entry in account.entries(f"outbound/daily/{period}")})]
    else:
        folders = [entry.name for entry in account.entries(f"outbound/{period}") if entry.is_folder]
        found = [
            Drop(period, int(match[1]), {entry.name: entry for entry in account.entries(f"outbound/{period}/{match[0]}")})
            for match in map(_REVISION.fullmatch, folders)
            if match
        ]
    return sorted((drop for drop in found if drop.is_there), key=lambda drop: drop.revision)


def _new(found: list[Drop], known: Mapping[tuple[str, int], Arrival], period: str) -> list[Drop]:
    new = [drop for drop in found if _is_new(drop, known.get((period, drop.revision)))]
    there = {drop.revision for drop in found}
    new += [
        Drop(period, revision, {})
        for (of, revision), arrival in known.items()
        if of == period and not arrival.is_receipted and revision not in there
    ]
    return sorted(new, key=lambda drop: drop.revision)


def _is_new(drop: Drop, latest: Arrival | None) -> bool:
    return latest is None or not latest.is_receipted or latest.listing_sha256 != drop.fingerprint


__all__ = ["MANIFEST", "Drop", "drop_of", "drops", "has_new_drop", "new_days", "new_drops", "oldest_new"]

"""What stands on a partner's server, and what of it is new."""

import hashlib
import re
from collections.abc import Mapping
from typing import NamedTuple

from wholefamily.door import ledger, sftp
from wholefamily.door.ledger import Arrival
from wholefamily.door.sftp import Account, Entry
from wholefamily.partners import Partner
from wholefamily.periods import is_period
from wholefamily.settings import Settings

_REVISION = re.compile(r"r([1-9]\d{0,3})")
MANIFEST = "manifest.json"


class Drop(NamedTuple):
    """A revision's folder that holds a manifest, and what else it holds, by name."""

    period: str
    revision: int
    entries: Mapping[str, Entry]

    @property
    def folder(self) -> str:
        """Where it stands, from the account's root."""
        return f"outbound/{self.period}/r{self.revision}"

    @property
    def fingerprint(self) -> str:
        """A hash of names, sizes and times: while it stays, nothing was sent again."""
        listing = "\n".join(f"{entry.name}\t{entry.size}\t{entry.modified}" for entry in sorted(self.entries.values()))
        return hashlib.sha256(listing.encode("utf-8", "surrogateescape")).hexdigest()


def has_new_drop(settings: Settings, partner: Partner, period: str) -> bool:
    """Whether the partner's folder of ``period`` holds a drop that is new. Raises WholefamilyError as ``new_drops`` does."""
    with sftp.connect(settings, partner) as account, ledger.session(settings) as connection:
        return bool(_new(drops(account, period), ledger.latest_arrivals(connection, partner.code)))


def new_drops(settings: Settings, partner: Partner) -> list[tuple[str, int]]:
    """(period, revision) of every drop that is new, oldest first.

    A drop is new when it has a manifest, and what its folder holds was not seen yet or was not told of in a receipt yet.
    Raises WholefamilyError when the partner's server or the warehouse cannot be used.
    """
    with sftp.connect(settings, partner) as account, ledger.session(settings) as connection:
        known = ledger.latest_arrivals(connection, partner.code)
        periods = [entry.name for entry in account.entries("outbound") if entry.is_folder and is_period(entry.name)]
        return [(drop.period, drop.revision) for period in sorted(periods) for drop in _new(drops(account, period), known)]


def oldest_new(account: Account, known: Mapping[tuple[str, int], Arrival], period: str) -> Drop | None:
    """The lowest revision of ``period`` that is new."""
    return next(iter(_new(drops(account, period), known)), None)


def drops(account: Account, period: str) -> list[Drop]:
    """The revisions of a period that have a manifest, the lowest first. Without one, a drop is not there yet."""
    found = []
    for entry in account.entries(f"outbound/{period}"):
        match = _REVISION.fullmatch(entry.name)
        if match and entry.is_folder:
            entries = {inner.name: inner for inner in account.entries(f"outbound/{period}/{entry.name}")}
            if MANIFEST in entries and entries[MANIFEST].is_file:
                found.append(Drop(period, int(match[1]), entries))
    return sorted(found, key=lambda drop: drop.revision)


def _new(found: list[Drop], known: Mapping[tuple[str, int], Arrival]) -> list[Drop]:
    new = []
    for drop in found:
        latest = known.get((drop.period, drop.revision))
        if latest is None or not latest.is_receipted or latest.listing_sha256 != drop.fingerprint:
            new.append(drop)
    return new


__all__ = ["MANIFEST", "Drop", "drops", "has_new_drop", "new_drops", "oldest_new"]

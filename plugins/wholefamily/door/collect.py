"""Taking a drop in: verify the manifest, stream every file, and refuse the whole drop when one is not what the manifest says."""

import hashlib

from wholefamily.door import arrivals, landed, ledger, manifest, sftp
from wholefamily.door.arrivals import Drop
from wholefamily.door.intake import Intake, missing
from wholefamily.door.landing import Landing
from wholefamily.door.ledger import Arrival, Standing
from wholefamily.door.manifest import Manifest, Refusal
from wholefamily.door.sftp import Account
from wholefamily.errors import WholefamilyError
from wholefamily.partners import CANONICAL, Partner
from wholefamily.periods import is_day
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection

REPLAY = "replay"
"""The reason for which what was decided is taken again (``quality.legal_transition``)."""


def collect(settings: Settings, partner: Partner, period: str, run_id: str | None = None) -> int:
    """Take in the oldest new drop of ``period``. Returns the id of its arrival, whatever came of it.

    Afterwards each file that may be taken stands in its landing table, or the arrival is decided: ``refused`` or ``duplicate``.
    May be run again at any time: what has landed is not taken again, and once all has landed the sender's folder plays no part
    any more. The orchestrator's run ``run_id`` is given the arrival that it took before, if it took one.
    Raises WholefamilyError when nothing is new, or when the partner's server or the warehouse breaks off.
    """
    with ledger.session(settings, only_one=partner.code) as connection, sftp.connect(settings, partner) as account:
        before = ledger.arrival_of_run(connection, partner.code, period, run_id) if run_id else None
        if before is None:
            drop = arrivals.oldest_new(account, ledger.latest_arrivals(connection, partner.code), period)
        elif ledger.is_collected(connection, before):
            return before.arrival_id
        else:
            drop = arrivals.drop_of(account, before)
        if drop is None:
            raise WholefamilyError(f"{partner.code} has sent nothing new for {period}: nothing to collect")
        return take(settings, connection, account, partner, drop, run_id)


def take(settings: Settings, connection: Connection, account: Account, partner: Partner, drop: Drop, run_id: str | None = None) -> int:
    """Take in one drop, as far as there is anything left to take; for who has the partner's ``session``. Returns its arrival's id."""
    arrival = ledger.open_arrival(connection, partner.code, drop.period, drop.revision, drop.fingerprint, run_id)
    if not ledger.is_collected(connection, arrival):
        if drop.is_there:
            _take(settings, connection, account, partner, drop, arrival)
        else:
            chance = manifest.next_chance(drop.period, drop.revision)
            text = f"the drop was taken away before it had come in whole; nothing more of it was taken: {chance}"
            _refuse(connection, arrival, Refusal("withdrawn", text))
    return arrival.arrival_id


def _take(settings: Settings, connection: Connection, account: Account, partner: Partner, drop: Drop, arrival: Arrival) -> None:
    content = account.read(f"{drop.folder}/{arrivals.MANIFEST}", manifest.MAX_BYTES)
    sha256 = sha256_of_manifest(content)
    stated, refusals = manifest.read(content, daily=is_day(drop.period))
    standing = ledger.standing(connection, arrival)
    if standing is not None and standing.status != "receiving":
        _settle_resent(connection, account, drop, arrival, standing, sha256, stated)
        return
    if standing is not None:
        ledger.because(connection, REPLAY)
        if sha256 is None or sha256 != standing.manifest_sha256:
            _refuse(connection, arrival, _changed(drop))
            return
    delivery_id = ledger.open_delivery(connection, arrival, sha256)
    if stated is not None:
        refusals = manifest.refusals(stated, partner, drop.period, drop.revision)
    if stated is None or refusals:
        _refuse(connection, ledger.arrival(connection, arrival.arrival_id), *refusals)
        return
    agreement = manifest.agreement_of(stated, partner)
    covered = frozenset(agreement.feeds if agreement else ())
    dialect = partner.dialect_named(stated.dialect) or CANONICAL
    landing = Landing(connection, partner, dialect, covered, delivery_id, drop.period, drop.revision, settings)
    Intake(account, drop, arrival, stated, landing).receive()


def _refuse(connection: Connection, arrival: Arrival, *refusals: Refusal) -> None:
    """Refuse what is not accepted yet of an arrival."""
    with connection.transaction():
        status = "refused" if arrival.delivery_id is None else landed.refuse_all(connection, arrival.delivery_id)
        ledger.settle(connection, arrival.arrival_id, status, refusals)


def _settle_resent(
    connection: Connection,
    account: Account,
    drop: Drop,
    arrival: Arrival,
    standing: Standing,
    manifest_sha256: str | None,
    stated: Manifest | None,
) -> None:
    """A revision that was decided before: a duplicate when its content is the same to the byte, else refused."""
    same = manifest_sha256 is not None and manifest_sha256 == standing.manifest_sha256
    # A drop that was refused for its manifest has no files on record: they were never read.
    if same and stated is not None and standing.files:
        # Nor was every file of one that was taken away: what there is to compare with is what its manifest says.
        same = all(sha256_of(account, drop, file.path) == standing.files.get(file.feed, file.sha256.lower()) for file in stated.files)
    if same:
        text = f"revision {drop.revision} came before with the same content and was {standing.status}: nothing was changed"
        ledger.settle(connection, arrival.arrival_id, "duplicate", [Refusal("duplicate", text)])
    else:
        ledger.settle(connection, arrival.arrival_id, "refused", [_changed(drop)])


def _changed(drop: Drop) -> Refusal:
    text = (
        f"revision {drop.revision} came before with other content, and stands as it was: {manifest.next_chance(drop.period, drop.revision)}"
    )
    return Refusal("revision_changed", text)


def sha256_of_manifest(content: bytes) -> str | None:
    """The sha256 of a manifest; of one that is too large we know none, and nothing can be the same as it."""
    return hashlib.sha256(content).hexdigest() if len(content) <= manifest.MAX_BYTES else None


def sha256_of(account: Account, drop: Drop, path: str) -> str | None:
    """The sha256 of a file of a drop as it stands on the server, or None where it cannot be read."""
    if missing(drop, path):
        return None
    digest = hashlib.sha256()
    for chunk in account.chunks(f"{drop.folder}/{path}", drop.entries[path].size):
        digest.update(chunk)
    return digest.hexdigest()


__all__ = ["REPLAY", "collect", "sha256_of", "sha256_of_manifest", "take"]

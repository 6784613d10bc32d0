"""Taking a drop in: verify the manifest, stream every file, and refuse the whole drop when one is not what the manifest says."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from psycopg import sql
from psycopg.rows import scalar_row

from wholefamily.door import arrivals, ledger, manifest, sftp
from wholefamily.door.arrivals import Drop
from wholefamily.door.decide import is_volume_changed
from wholefamily.door.landing import Landing, Received, table_name
from wholefamily.door.ledger import Arrival, Standing
from wholefamily.door.manifest import Manifest, Refusal
from wholefamily.door.sftp import Account
from wholefamily.errors import WholefamilyError
from wholefamily.feeds import FEEDS
from wholefamily.partners import CANONICAL, Partner
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection

MAX_TRANSFERRED = 8 << 30


def collect(settings: Settings, partner: Partner, period: str) -> int:
    """Take in the oldest new drop of ``period``. Returns the id of its arrival, whatever came of it.

    Afterwards each file that may be taken stands in its landing table, or the arrival is decided: ``refused`` or ``duplicate``.
    May be run again at any time: a drop that was not taken in whole is taken in again from its start.
    Raises WholefamilyError when nothing is new, or when the partner's server or the warehouse breaks off.
    """
    with ledger.session(settings, only_one=partner.code) as connection, sftp.connect(settings, partner) as account:
        drop = arrivals.oldest_new(account, ledger.latest_arrivals(connection, partner.code), period)
        if drop is None:
            raise WholefamilyError(f"{partner.code} has sent nothing new for {period}: nothing to collect")
        arrival = ledger.open_arrival(connection, partner.code, period, drop.revision, drop.fingerprint)
        if arrival.status == "receiving" and not _is_loaded(connection, arrival):
            _take(settings, connection, account, partner, drop, arrival)
        return arrival.arrival_id


def _is_loaded(connection: Connection, arrival: Arrival) -> bool:
    query = "select from quality.delivery_file where delivery_id = %s and status in ('accepted', 'held') limit 1"
    return connection.execute(query, [arrival.delivery_id]).fetchone() is not None


def _take(settings: Settings, connection: Connection, account: Account, partner: Partner, drop: Drop, arrival: Arrival) -> None:
    content = account.read(f"{drop.folder}/{arrivals.MANIFEST}", manifest.MAX_BYTES)
    # Of a manifest that is too large we know no sha256; nothing can be the same as it.
    sha256 = hashlib.sha256(content).hexdigest() if len(content) <= manifest.MAX_BYTES else None
    stated, refusals = manifest.read(content)
    standing = ledger.standing(connection, arrival)
    if standing is not None:
        _settle_resent(connection, account, drop, arrival, standing, sha256, stated)
        return
    delivery_id = ledger.open_delivery(connection, arrival, sha256)
    if stated is not None:
        refusals = manifest.refusals(stated, partner, drop.period, drop.revision)
    if stated is None or refusals:
        ledger.settle(connection, arrival.arrival_id, "refused", refusals)
        return
    agreement = manifest.agreement_of(stated, partner)
    covered = frozenset(agreement.feeds if agreement else ())
    dialect = partner.dialect_named(stated.dialect) or CANONICAL
    landing = Landing(connection, partner, dialect, covered, delivery_id, drop.period, drop.revision, settings)
    _receive(account, drop, arrival, stated, landing)


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
        same = all(_sha256(account, drop, file.path) == standing.files.get(file.feed) for file in stated.files)
    if same:
        text = f"revision {drop.revision} came before with the same content and was {standing.status}: nothing was changed"
        ledger.settle(connection, arrival.arrival_id, "duplicate", [Refusal("duplicate", text)])
    else:
        text = f"revision {drop.revision} came before with other content, and stands as it was: send revision {drop.revision + 1}"
        ledger.settle(connection, arrival.arrival_id, "refused", [Refusal("revision_changed", text)])


def _sha256(account: Account, drop: Drop, path: str) -> str | None:
    if _missing(drop, path):
        return None
    digest = hashlib.sha256()
    for chunk in account.chunks(f"{drop.folder}/{path}", drop.entries[path].size):
        digest.update(chunk)
    return digest.hexdigest()


def _missing(drop: Drop, path: str) -> Refusal | None:
    entry = drop.entries.get(path)
    if entry is None or entry.is_folder:
        return Refusal("file_missing", "is not there")
    if not entry.is_file:
        return Refusal("path_leaves_folder", "is a link, not a file")
    return Refusal("file_missing", "is larger than we take") if entry.size > MAX_TRANSFERRED else None


class _RefusedWholeError(Exception):
    """Undoes what was stored of a drop."""


def _receive(account: Account, drop: Drop, arrival: Arrival, stated: Manifest, landing: Landing) -> None:
    """All files in one transaction: a drop that is refused whole leaves no landing table behind."""
    received: list[Received] = []
    refusals: list[Refusal] = []
    try:
        with landing.connection.transaction():
            # Whether a person of the police may be stored depends on the rows of the other files.
            for file in sorted(stated.files, key=lambda file: file.feed == "people"):
                if problem := _missing(drop, file.path):
                    refusals.append(_about(file.feed, problem, drop))
                    received.append(Received(file.feed))
                    continue
                referred = _referred(landing, received) if file.feed == "people" else frozenset()
                path = f"{drop.folder}/{file.path}"
                received.append(landing.receive(file, account.chunks(path, drop.entries[file.path].size), referred))
                refusals += [_about(file.feed, problem, drop) for problem in _differences(file, received[-1])]
            if refusals:
                raise _RefusedWholeError
            _record(landing, received, "receiving")
    except _RefusedWholeError:
        _record(landing, received, "refused")
        ledger.settle(landing.connection, arrival.arrival_id, "refused", refusals)


def _differences(file: manifest.File, received: Received) -> Iterable[Refusal]:
    if received.sha256 != file.sha256.lower():
        yield Refusal("sha256_differs", "is not the file that the manifest describes")
    elif received.n_rows is not None and received.n_rows != file.rows:
        yield Refusal("row_count_differs", f"has {received.n_rows} rows, and {file.rows} in the manifest")


def _about(feed: str, problem: Refusal, drop: Drop) -> Refusal:
    return Refusal(problem.rule, f"{feed}: {problem.text}; nothing of the drop was taken: send revision {drop.revision + 1}")


def _referred(landing: Landing, received: Iterable[Received]) -> frozenset[str]:
    """The persons of the police to whom a kept row refers: in this drop or, of a feed that it does not replace, in what stands.

    A file that is held for its volume counts either way: what stands before it stands on, and it may yet be taken.
    """
    if landing.partner.sender_kind != "police":
        return frozenset()
    persons: set[str] = set()
    standing = {feed for feed in landing.covered if FEEDS[feed].references_people}
    for file in received:
        persons |= file.referred
        previous = ledger.last_accepted_rows(landing.connection, landing.delivery_id, file.feed)
        if not file.is_refused and not is_volume_changed(file.n_rows or 0, previous):
            standing.discard(file.feed)
    for feed in standing:
        persons |= _standing_persons(landing, feed)
    return frozenset(persons)


def _standing_persons(landing: Landing, feed: str) -> set[str]:
    query = sql.SQL(
        "select distinct person_ref from raw.{} where person_ref is not null and _delivery_id = ("
        "select delivery_id from quality.delivery_file where partner_code = %s and feed = %s and period <= %s and status = 'accepted' "
        "order by period desc, revision desc limit 1)"
    ).format(sql.Identifier(feed))
    with landing.connection.cursor(row_factory=scalar_row) as cursor:
        return {str(person) for person in cursor.execute(query, [landing.partner.code, feed, landing.period])}


def _record(landing: Landing, received: Iterable[Received], status: str) -> None:
    """What came of each file, and the rows that were not stored: how many, and on which lines the ragged ones stood."""
    key: Mapping[str, object] = {
        "delivery": landing.delivery_id,
        "partner": landing.partner.code,
        "period": landing.period,
        "revision": landing.revision,
    }
    with landing.connection.transaction(), landing.connection.cursor() as cursor:
        for file in received:
            values = {
                **key,
                "feed": file.feed,
                "status": "refused" if file.is_refused else status,
                "rows": file.n_rows or 0,
                "withheld": file.withheld.total(),
                "sha256": file.sha256,
                "reasons": json.dumps([asdict(reason) for reason in file.reasons]),
            }
            cursor.execute(
                "insert into quality.delivery_file (delivery_id, partner_code, period, revision, feed, status, rows_received, "
                "rows_not_for_disclosure, sha256, reasons) values (%(delivery)s, %(partner)s, %(period)s, %(revision)s, %(feed)s, "
                "%(status)s, %(rows)s, %(withheld)s, %(sha256)s, %(reasons)s)",
                values,
            )
            cursor.executemany(
                "insert into quality.dropped_count (partner_code, period, revision, feed, reason, n) "
                "values (%(partner)s, %(period)s, %(revision)s, %(feed)s, %(reason)s, %(n)s)",
                [{**values, "reason": reason, "n": n} for reason, n in file.withheld.items()],
            )
            with cursor.copy("copy quality.quarantined_row (partner_code, period, revision, feed, line, rule) from stdin") as copy:
                for line in file.ragged if values["status"] == "receiving" else ():
                    copy.write_row((*list(key.values())[1:], file.feed, line, "wrong_number_of_fields"))


__all__ = ["collect", "table_name"]

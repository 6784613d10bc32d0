"""The delivery ledger: each arrival and each delivery has one row from the moment it is seen, and one recorded fate.

Which status may follow which the warehouse knows itself (``quality.legal_transition``), and refuses anything else.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg.rows import class_row, scalar_row

from wholefamily.door.manifest import Refusal
from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection, connect

_DISK_FULL = "53100"


@dataclass(frozen=True)
class Arrival:
    """A drop as it was found once; ``delivery_id`` is None where its revision had been decided before."""

    arrival_id: int
    delivery_id: int | None
    partner_code: str
    period: str
    revision: int
    sequence: int
    status: str
    reasons: list[dict[str, str]]
    listing_sha256: str
    receipt_path: str | None
    is_receipted: bool


@dataclass(frozen=True)
class Standing:
    """What was decided of a revision, and of which content: the manifest's sha256, and each file's as transferred.

    ``receiving`` where it was decided, and is taken again.
    """

    status: str
    manifest_sha256: str | None
    files: Mapping[str, str | None]


_ARRIVAL: LiteralString = (
    "select arrival_id, delivery_id, partner_code, period, revision, sequence, status, reasons, listing_sha256, receipt_path, "
    "receipted_at is not null as is_receipted from quality.arrival "
)


@contextmanager
def session(settings: Settings, *, only_one: str | None = None) -> Iterator[Connection]:
    """A connection on which each ``transaction()`` block is a step that is done whole or not at all.

    ``only_one`` names what no second session may do meanwhile; a session whose process dies frees it.
    Raises WholefamilyError in place of PostgreSQL's errors, whose details may quote a row.
    """
    with connect(settings, login="door", application="wholefamily-door") as connection:
        connection.autocommit = True
        try:
            if only_one is not None:
                connection.execute("set lock_timeout = '60s'")
                alone(connection, f"door/{only_one}")
            yield connection
        except psycopg.errors.LockNotAvailable:
            raise WholefamilyError(f"another run works on {only_one or 'the same table'}: wait for it, then run again") from None
        except psycopg.Error as error:
            advice = "its disk is full: free some space" if error.sqlstate == _DISK_FULL else "see its log"
            raise WholefamilyError(f"the warehouse broke off (SQLSTATE {error.sqlstate}): {advice}, then run again") from None


def alone(connection: Connection, what: str) -> None:
    """Wait until no other session does ``what``; none can until this one ends."""
    connection.execute("select pg_advisory_lock(hashtextextended(%s, 0))", [what])


def because(connection: Connection, reason: str) -> None:
    """Why statuses change on this connection from now on, for ``quality.transition``."""
    connection.execute("select set_config('wholefamily.reason', %s, false)", [reason])


def latest_arrivals(connection: Connection, partner_code: str) -> dict[tuple[str, int], Arrival]:
    """The arrival of each (period, revision) of a partner that was not told of yet; where there is none, the last one."""
    with connection.cursor(row_factory=class_row(Arrival)) as cursor:
        found = cursor.execute(_ARRIVAL + "where partner_code = %s order by receipted_at is null, sequence", [partner_code]).fetchall()
    return {(arrival.period, arrival.revision): arrival for arrival in found}


def arrival(connection: Connection, arrival_id: int) -> Arrival:
    """An arrival by its id. Raises WholefamilyError for an id that was never given."""
    with connection.cursor(row_factory=class_row(Arrival)) as cursor:
        found = cursor.execute(_ARRIVAL + "where arrival_id = %s", [arrival_id]).fetchone()
    if found is None:
        raise WholefamilyError(f"there is no arrival {arrival_id} in quality.arrival")
    return found


def arrival_of_run(connection: Connection, partner_code: str, period: str, run_id: str) -> Arrival | None:
    """The arrival that a run of the orchestrator took, if it has taken one."""
    with connection.cursor(row_factory=class_row(Arrival)) as cursor:
        return cursor.execute(
            _ARRIVAL + "where partner_code = %s and period = %s and run_id = %s order by arrival_id desc limit 1",
            [partner_code, period, run_id],
        ).fetchone()


def open_arrival(
    connection: Connection, partner_code: str, period: str, revision: int, listing_sha256: str, run_id: str | None = None
) -> Arrival:
    """The arrival of what stands on the server now: the one that was not told of yet, else a new one. It is the run's from now on."""
    latest = latest_arrivals(connection, partner_code).get((period, revision))
    if latest is not None and not latest.is_receipted:
        # What is collected is what was listed then: if it is sent again meanwhile, that is another arrival.
        listing = latest.listing_sha256 if is_collected(connection, latest) else listing_sha256
        connection.execute(
            "update quality.arrival set listing_sha256 = %s, seen_at = now(), run_id = coalesce(%s, run_id) where arrival_id = %s",
            [listing, run_id, latest.arrival_id],
        )
        return latest
    row = connection.execute(
        "insert into quality.arrival (partner_code, period, revision, sequence, listing_sha256, run_id) "
        "select %(partner)s, %(period)s, %(revision)s, coalesce(max(sequence), 0) + 1, %(listing)s, %(run)s from quality.arrival "
        "where partner_code = %(partner)s and period = %(period)s and revision = %(revision)s returning arrival_id",
        {"partner": partner_code, "period": period, "revision": revision, "listing": listing_sha256, "run": run_id},
    ).fetchone()
    return arrival(connection, int(str(row and row[0])))


def is_collected(connection: Connection, found: Arrival) -> bool:
    """Whether there is nothing more to take for an arrival: it is decided, or all of its drop is there and as its manifest says."""
    query = "select 1 from quality.delivery where delivery_id = %s and collected_at is not null"
    return found.status != "receiving" or connection.execute(query, [found.delivery_id]).fetchone() is not None


def collected_arrival(connection: Connection, arrival_id: int) -> Arrival:
    """An arrival with which the chain may go on. Raises WholefamilyError for one whose drop is not all there."""
    found = arrival(connection, arrival_id)
    if not is_collected(connection, found):
        raise WholefamilyError(f"arrival {arrival_id} has not come in whole yet: run collect first")
    return found


def standing(connection: Connection, found: Arrival) -> Standing | None:
    """What was decided of the arrival's revision, or None if nothing was."""
    key = [found.partner_code, found.period, found.revision]
    row = connection.execute(
        "select delivery_id, status, manifest_sha256 from quality.delivery "
        "where partner_code = %s and period = %s and revision = %s and decided_at is not null",
        key,
    ).fetchone()
    if row is None:
        return None
    files = connection.execute("select feed, sha256 from quality.delivery_file where delivery_id = %s", [row[0]]).fetchall()
    return Standing(str(row[1]), _text(row[2]), {str(feed): _text(sha256) for feed, sha256 in files})


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def open_delivery(connection: Connection, found: Arrival, manifest_sha256: str | None) -> int:
    """The delivery that the arrival brings. Returns its id."""
    with connection.transaction(), connection.cursor(row_factory=scalar_row) as cursor:
        delivery_id = cursor.execute(
            "insert into quality.delivery (partner_code, period, revision, manifest_sha256) values (%s, %s, %s, %s) "
            "on conflict (partner_code, period, revision) do update set manifest_sha256 = excluded.manifest_sha256 returning delivery_id",
            [found.partner_code, found.period, found.revision, manifest_sha256],
        ).fetchone()
        cursor.execute(
            "update quality.arrival set delivery_id = %s, manifest_sha256 = %s where arrival_id = %s",
            [delivery_id, manifest_sha256, found.arrival_id],
        )
    return int(str(delivery_id))


def reopen(connection: Connection, delivery_id: int) -> None:
    """Let a decided delivery, and the arrival that brought it, be taken again, but for its accepted files. That it was decided stays.

    The connection must say ``because`` of what.
    """
    with connection.transaction():
        connection.execute("update quality.delivery set status = 'receiving', collected_at = null where delivery_id = %s", [delivery_id])
        connection.execute(
            "update quality.arrival set status = 'receiving', reasons = '[]', seen_at = now(), receipted_at = null where delivery_id = %s",
            [delivery_id],
        )
        connection.execute("update quality.delivery_file set listing = null where delivery_id = %s and status <> 'accepted'", [delivery_id])


def note_replay(connection: Connection, delivery_id: int) -> None:
    """Log that a delivery was replayed of which nothing was left to take."""
    connection.execute(
        "insert into quality.transition (what, partner_code, period, revision, from_status, to_status, reason) "
        "select 'delivery', partner_code, period, revision, status, status, 'replay' from quality.delivery where delivery_id = %s",
        [delivery_id],
    )


def settle(connection: Connection, arrival_id: int, status: str, reasons: Sequence[Refusal] = ()) -> None:
    """Record what became of an arrival, and of the delivery that it brought, if it brought one."""
    with connection.transaction():
        connection.execute(
            "update quality.arrival set status = %s, reasons = %s, decided_at = now() where arrival_id = %s",
            [status, json.dumps([reason._asdict() for reason in reasons]), arrival_id],
        )
        connection.execute(
            "update quality.delivery as delivery set status = %s, decided_at = now() "
            "from quality.arrival as arrival where arrival.arrival_id = %s and arrival.delivery_id = delivery.delivery_id",
            [status, arrival_id],
        )


def last_accepted_rows(connection: Connection, delivery_id: int, feed: str) -> int | None:
    """The rows received in the last accepted file of a feed of the delivery's sender, whichever period; None if there is none."""
    row = connection.execute(
        "select file.rows_received from quality.delivery_file as file "
        "inner join quality.delivery as this on this.delivery_id = %s and this.partner_code = file.partner_code "
        "where file.feed = %s and file.status = 'accepted' and file.delivery_id <> this.delivery_id "
        "order by file.accepted_at desc nulls last, file.delivery_id desc limit 1",
        [delivery_id, feed],
    ).fetchone()
    return None if row is None else int(str(row[0]))


__all__ = [
    "Arrival",
    "Standing",
    "alone",
    "arrival",
    "arrival_of_run",
    "because",
    "collected_arrival",
    "is_collected",
    "last_accepted_rows",
    "latest_arrivals",
    "note_replay",
    "open_arrival",
    "open_delivery",
    "reopen",
    "session",
    "settle",
    "standing",
]

"""What has landed of a drop: a file's row in the ledger is written in the transaction in which its landing table is made.

So a run that follows a crash knows which files it need not take again.
"""

import json
from dataclasses import asdict
from typing import NamedTuple

from psycopg import sql
from psycopg.rows import class_row

from wholefamily.door.landing import Landing, Received, table_name
from wholefamily.door.manifest import File
from wholefamily.warehouse import Connection


class Landed(NamedTuple):
    """A file's row in the ledger. ``listing`` is None where the file is to be taken, whatever was taken of it before."""

    feed: str
    status: str
    rows_received: int
    sha256: str | None
    listing: str | None

    def is_as(self, file: File, listing: str) -> bool:
        """Whether this is the file that the manifest describes, unchanged on its sender's server since."""
        return (self.status, self.listing, self.sha256, self.rows_received) == ("receiving", listing, file.sha256.lower(), file.rows)


def files(connection: Connection, delivery_id: int) -> dict[str, Landed]:
    """The files of a delivery that are in the ledger, by feed."""
    with connection.cursor(row_factory=class_row(Landed)) as cursor:
        found = cursor.execute(
            "select feed, status, rows_received, sha256, listing from quality.delivery_file where delivery_id = %s order by feed",
            [delivery_id],
        ).fetchall()
    return {file.feed: file for file in found}


def record(landing: Landing, received: Received, status: str, listing: str | None) -> None:
    """What came of a file, and the rows that were not stored: how many, and on which lines the ragged ones stood.

    In the caller's transaction, after ``clear``.
    """
    key = {"partner": landing.partner.code, "period": landing.period, "revision": landing.revision, "feed": received.feed}
    connection = landing.connection
    connection.execute(
        "insert into quality.delivery_file (delivery_id, partner_code, period, revision, feed, status, rows_received, "
        "rows_not_for_disclosure, sha256, reasons, listing) values (%(delivery)s, %(partner)s, %(period)s, %(revision)s, %(feed)s, "
        "%(status)s, %(rows)s, %(withheld)s, %(sha256)s, %(reasons)s, %(listing)s) on conflict (delivery_id, feed) do update set "
        "(status, rows_received, rows_not_for_disclosure, sha256, reasons, listing) = (excluded.status, excluded.rows_received, "
        "excluded.rows_not_for_disclosure, excluded.sha256, excluded.reasons, excluded.listing), "
        "rows_loaded = 0, rows_quarantined = 0, identifiers_blanked = 0",
        {
            **key,
            "delivery": landing.delivery_id,
            "status": status,
            "rows": received.n_rows or 0,
            "withheld": received.withheld.total(),
            "sha256": received.sha256,
            "reasons": json.dumps([asdict(reason) for reason in received.reasons]),
            "listing": listing,
        },
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into quality.dropped_count (partner_code, period, revision, feed, reason, n) "
            "values (%(partner)s, %(period)s, %(revision)s, %(feed)s, %(reason)s, %(n)s)",
            [{**key, "reason": reason, "n": n} for reason, n in received.withheld.items()],
        )
        with cursor.copy("copy quality.quarantined_row (partner_code, period, revision, feed, line, rule) from stdin") as copy:
            for line in received.ragged if status == "receiving" else ():
                copy.write_row((*key.values(), line, "wrong_number_of_fields"))


def clear(landing: Landing, feed: str) -> None:
    """Leave nothing of what was taken of a file before but its row in the ledger; in the caller's transaction."""
    key = [landing.partner.code, landing.period, landing.revision, feed]
    for table in ("check_result", "quarantined_row", "dropped_count"):
        landing.connection.execute(
            sql.SQL("delete from quality.{} where (partner_code, period, revision, feed) = (%s, %s, %s, %s)").format(sql.Identifier(table)),
            key,
        )
    landing.connection.execute("delete from landing.blank where delivery_id = %s and feed = %s", [landing.delivery_id, feed])
    drop_table(landing.connection, landing.delivery_id, feed)


def drop_table(connection: Connection, delivery_id: int, feed: str) -> None:
    """Drop a file's landing table, if there is one."""
    connection.execute(sql.SQL("drop table if exists landing.{}").format(sql.Identifier(table_name(delivery_id, feed))))


def forget(landing: Landing, feed: str) -> None:
    """Take back that a file has landed."""
    with landing.connection.transaction():
        clear(landing, feed)
        landing.connection.execute(
            "delete from quality.delivery_file where delivery_id = %s and feed = %s and status = 'receiving'", [landing.delivery_id, feed]
        )


def refuse_all(connection: Connection, delivery_id: int) -> str:
    """Refuse every file of a delivery but those that were accepted before; in the caller's transaction.

    Returns the status that the drop has then.
    """
    statuses = set()
    for file in files(connection, delivery_id).values():
        statuses.add("accepted" if file.status == "accepted" else "refused")
        if file.status == "accepted":
            continue
        drop_table(connection, delivery_id, file.feed)
        connection.execute(
            "delete from quality.quarantined_row as line using quality.delivery_file as file "
            "where file.delivery_id = %s and file.feed = %s and (line.partner_code, line.period, line.revision, line.feed) "
            "= (file.partner_code, file.period, file.revision, file.feed)",
            [delivery_id, file.feed],
        )
        connection.execute(
            "update quality.delivery_file set status = 'refused', listing = null where delivery_id = %s and feed = %s",
            [delivery_id, file.feed],
        )
    return "partly_accepted" if "accepted" in statuses else "refused"


__all__ = ["Landed", "clear", "drop_table", "files", "forget", "record", "refuse_all"]

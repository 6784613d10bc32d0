"""Of the police's ``people``, the persons who may be stored: those to whom a row that we keep refers (exchange.md section 5)."""

from psycopg import sql
from psycopg.rows import scalar_row

from wholefamily.door import landed, ledger
from wholefamily.door.decide import is_volume_changed
from wholefamily.door.landing import Landing, table_name
from wholefamily.feeds import FEEDS


def referred(landing: Landing) -> frozenset[str]:
    """The persons to whom a kept row refers: in this drop or, of a feed that it does not replace, in what stands.

    To be asked once all other files of the drop have been taken. A file that is held for its volume counts either way: what stands
    before it stands on, and it may yet be taken.
    """
    if landing.partner.sender_kind != "police":
        return frozenset()
    persons: set[str] = set()
    standing = {feed for feed in landing.covered if FEEDS[feed].references_people}
    for file in landed.files(landing.connection, landing.delivery_id).values():
        if not FEEDS[file.feed].references_people or file.status not in {"receiving", "accepted"}:
            continue
        previous = ledger.last_accepted_rows(landing.connection, landing.delivery_id, file.feed)
        if file.status == "accepted":
            persons |= _persons(landing, sql.Identifier("raw", f"{file.feed}_d{landing.delivery_id}"))
        else:
            persons |= _persons(landing, sql.Identifier("landing", table_name(landing.delivery_id, file.feed)))
        if file.status == "accepted" or not is_volume_changed(file.rows_received, previous):
            standing.discard(file.feed)
    for feed in standing:
        persons |= _standing(landing, feed)
    return frozenset(persons)


def _persons(landing: Landing, table: sql.Identifier) -> set[str]:
    query = sql.SQL("select distinct person_ref from {} where person_ref is not null").format(table)
    with landing.connection.cursor(row_factory=scalar_row) as cursor:
        return {str(person) for person in cursor.execute(query)}


def _standing(landing: Landing, feed: str) -> set[str]:
    row = landing.connection.execute(
        "select delivery_id from quality.delivery_file where partner_code = %s and feed = %s and period <= %s and status = 'accepted' "
        "order by period desc, revision desc limit 1",
        [landing.partner.code, feed, landing.period],
    ).fetchone()
    return _persons(landing, sql.Identifier("raw", f"{feed}_d{row[0]}")) if row else set()


__all__ = ["referred"]

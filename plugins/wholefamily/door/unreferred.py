"""Of the police's ``people``, the persons whom nobody has a reason to know once the rows that referred to them are refused.

exchange.md section 5: a person to whom no kept row refers is not stored. While a file is held its rows are kept, and so are their
persons; ``people`` itself may be accepted meanwhile (readings.md 3). When a person refuses the file, they go with it.
"""

from psycopg import sql

from wholefamily.door.ledger import Arrival
from wholefamily.feeds import FEEDS
from wholefamily.warehouse import Connection

_REFERRING = [name for name, feed in FEEDS.items() if feed.references_people]


def forget_unreferred(connection: Connection, arrival: Arrival) -> None:
    """Delete the persons of a police arrival's accepted ``people`` to whom neither it nor what stands besides refers any more.

    They are counted as not for disclosure. In the caller's transaction; ``free_their_space`` afterwards.
    """
    if not _has_people(connection, arrival):
        return
    standing = connection.execute(
        "select distinct on (feed) feed, delivery_id from quality.delivery_file "
        "where partner_code = %s and period <= %s and status = 'accepted' and feed = any(%s) "
        "order by feed, (delivery_id = %s) desc, period desc, revision desc",
        [arrival.partner_code, arrival.period, _REFERRING, arrival.delivery_id],
    ).fetchall()
    referred = [
        sql.SQL("select person_ref from raw.{} where _delivery_id = {}").format(sql.Identifier(str(feed)), delivery_id)
        for feed, delivery_id in standing
    ]
    known = sql.SQL(" union ").join([*referred, sql.SQL("select null")])
    n_forgotten = connection.execute(
        sql.SQL(
            "delete from raw.people where _delivery_id = {} and not exists "
            "(select 1 from ({}) as known (person_ref) where known.person_ref = people.person_ref)"
        ).format(arrival.delivery_id, known)
    ).rowcount
    _count(connection, arrival, n_forgotten)


def free_their_space(connection: Connection, arrival: Arrival) -> None:
    """Write the table anew: the bytes of deleted rows stay in its file otherwise. Not in a transaction; may be run again."""
    if _has_people(connection, arrival):
        connection.execute(sql.SQL("vacuum (full, analyze) raw.{}").format(sql.Identifier(f"people_d{arrival.delivery_id}")))


def _has_people(connection: Connection, arrival: Arrival) -> bool:
    query = "select 1 from quality.delivery_file where delivery_id = %s and feed = 'people' and status = 'accepted'"
    return connection.execute(query, [arrival.delivery_id]).fetchone() is not None


def _count(connection: Connection, arrival: Arrival, n_forgotten: int) -> None:
    if n_forgotten == 0:
        return
    connection.execute(
        "update quality.delivery_file set rows_loaded = rows_loaded - %(n)s, rows_not_for_disclosure = rows_not_for_disclosure + %(n)s "
        "where delivery_id = %(delivery)s and feed = 'people'",
        {"n": n_forgotten, "delivery": arrival.delivery_id},
    )
    connection.execute(
        "insert into quality.dropped_count as dropped (partner_code, period, revision, feed, reason, n) "
        "values (%s, %s, %s, 'people', 'no_kept_row', %s) "
        "on conflict (partner_code, period, revision, feed, reason) do update set n = dropped.n + excluded.n",
        [arrival.partner_code, arrival.period, arrival.revision, n_forgotten],
    )


__all__ = ["forget_unreferred", "free_their_space"]

"""The files of an arrival that have landed, and what their rows refer to."""

from typing import NamedTuple

from psycopg import sql

from wholefamily.errors import WholefamilyError
from wholefamily.warehouse import Connection


class LandedFile(NamedTuple):
    """A file of a drop in its landing table, not settled yet."""

    partner_code: str
    period: str
    revision: int
    feed: str
    delivery_id: int
    rows_received: int
    as_at: str

    @property
    def key(self) -> tuple[str, str, int, str]:
        """Its key in ``quality``."""
        return self.partner_code, self.period, self.revision, self.feed

    @property
    def drop(self) -> str:
        """The name of its drop among those of its sender."""
        return f"{self.period}-r{self.revision}"

    @property
    def table(self) -> str:
        """Its table in ``landing``."""
        return f"d{self.delivery_id}_{self.feed}"


OF_FILE = sql.SQL("(partner_code, period, revision, feed) = ({}, {}, {}, {})")
"""To be formatted with a file's key."""


def landed_files(connection: Connection, arrival_id: int) -> list[LandedFile]:
    """The landed files of an arrival, those first to which rows of others refer. Raises WholefamilyError for an unknown arrival."""
    if connection.execute("select 1 from quality.arrival where arrival_id = %s", [arrival_id]).fetchone() is None:
        raise WholefamilyError(f"there is no arrival {arrival_id} in quality.arrival: collect a drop first")
    rows = connection.execute(
        "select file.partner_code, file.period, file.revision, file.feed, file.delivery_id, file.rows_received, "
        "quality.as_at(file.period)::text "
        "from quality.arrival as arrival "
        "inner join quality.delivery as delivery on delivery.delivery_id = arrival.delivery_id and delivery.status = 'receiving' "
        "inner join quality.delivery_file as file on file.delivery_id = delivery.delivery_id and file.status = 'receiving' "
        "where arrival.arrival_id = %s order by file.feed <> 'people', file.feed <> 'programme', file.feed",
        [arrival_id],
    ).fetchall()
    return [LandedFile(*row) for row in rows]


def referable(connection: Connection, delivery_id: int, feed: str) -> str:
    """The rows of a feed to which rows of a delivery may refer (readings.md 11), as a table in SQL.

    Those of its own file without its quarantined rows, if that file was judged and will be taken; else those of the file that
    stands for its sender in that period, if there is one.
    """
    own = connection.execute(
        "select partner_code, period, revision, feed from quality.delivery_file as landed "
        "where delivery_id = %s and feed = %s and status = 'receiving' and not exists ("
        "select 1 from quality.check_result as checked "
        "where (checked.partner_code, checked.period, checked.revision, checked.feed) "
        "= (landed.partner_code, landed.period, landed.revision, landed.feed) and checked.severity = 'hold' and not checked.is_met)",
        [delivery_id, feed],
    ).fetchone()
    if own is not None:
        query = sql.SQL("(select * from landing.{} where _line not in (select line from quality.quarantined_row where {}))").format(
            sql.Identifier(f"d{delivery_id}_{feed}"), OF_FILE.format(*map(sql.Literal, own))
        )
        return query.as_string(connection)
    standing = connection.execute(
        "select standing.delivery_id from quality.delivery_file as standing "
        "inner join quality.delivery as this on this.delivery_id = %s and standing.period <= this.period "
        "where standing.partner_code = this.partner_code and standing.feed = %s and standing.status = 'accepted' "
        "order by standing.period desc, standing.revision desc limit 1",
        [delivery_id, feed],
    ).fetchone()
    # No delivery is number 0: of nothing, nothing can be referred to.
    query = sql.SQL("(select * from raw.{} where _delivery_id = {})").format(
        sql.Identifier(feed), sql.Literal(standing[0] if standing else 0)
    )
    return query.as_string(connection)


__all__ = ["OF_FILE", "LandedFile", "landed_files", "referable"]

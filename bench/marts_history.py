"""A history for the marts: the month's own rows, under the months before it. What they say is of no account, only that they are there."""

from psycopg import sql

from wholefamily.settings import Settings
from wholefamily.warehouse import Connection, connect

# Claims are few, and the same one valid in every month is what their own test forbids.
_KEPT = """
    select parent.relnamespace::regnamespace::text, parent.relname from pg_class as parent
    where parent.relkind = 'p' and parent.relnamespace::regnamespace::text in ('marts', 'intermediate', 'quality')
        and parent.relname <> 'fct_result_claim'
    order by 2
"""

CARRIED = (
    ("intermediate", "int_comparison_household"),
    ("intermediate", "int_progress_home"),
    ("intermediate", "int_progress_met"),
    ("intermediate", "int_progress_need"),
    ("ops", "published_criterion"),
)
"""What is kept of every month beside the marts, in tables without partitions."""

# Of such a row of a month before, these say that month too: households were followed, and needs met, from then on.
_MONTHS = ("period", "entered_period", "last_met_period")

# Each sender has sent the same in each of these months: so what is looked for in the ledger is there.
_LEDGER = """
    with sent as (
        insert into quality.delivery (partner_code, period, revision)
        select distinct partner_code, %(before)s, 1 from quality.delivery where period = %(period)s
        -- A history made before is in the ledger still: nothing is ever taken out of it.
        on conflict do nothing
        returning delivery_id, partner_code
    )
    insert into quality.delivery_file (delivery_id, partner_code, period, revision, feed, status, rows_loaded)
    select sent.delivery_id, partner_code, %(before)s, 1, file.feed, 'receiving', file.rows_loaded
    from sent inner join quality.delivery_file as file using (partner_code)
    where file.period = %(period)s and file.status = 'accepted'
"""


def make(settings: Settings, period: str, months: int) -> int:
    """Have the marts hold ``months`` months, up to ``period``. Returns how many rows they hold by then."""
    before = period
    for _ in range(months - 1):
        before = _previous(before)
        with connect(settings) as connection:
            for schema, table in connection.execute(_KEPT).fetchall():
                _copy(connection, schema, table, period, before)
            for schema, table in CARRIED:
                _carry(connection, schema, table, period, before)
            connection.execute(_LEDGER, {"period": period, "before": before})
            for ledger in ("delivery_file", "delivery"):
                connection.execute(
                    sql.SQL("update quality.{} set status = 'accepted' where period = %s").format(sql.Identifier(ledger)), [before]
                )
    with connect(settings) as connection:
        for schema, table in connection.execute(_KEPT).fetchall():
            connection.execute(sql.SQL("analyze only {}").format(sql.Identifier(schema, table)))
        for schema, table in (*CARRIED, ("quality", "delivery"), ("quality", "delivery_file")):
            connection.execute(sql.SQL("analyze {}").format(sql.Identifier(schema, table)))
        # Months come and are cleaned up one by one: a month that is built does not wait for the vacuum of 35.
        connection.commit()
        connection.autocommit = True
        connection.execute("vacuum")
        row = connection.execute(
            "select sum(reltuples) from pg_class where relnamespace = 'months'::regnamespace and relkind = 'r'"
        ).fetchone()
    return int(row[0]) if row else 0


def _copy(connection: Connection, schema: str, table: str, period: str, before: str) -> None:
    parent, part = sql.Identifier(schema, table), sql.Identifier("months", f"{table}_{before.replace('-', '_')}")
    connection.execute(sql.SQL("create table {} (like {})").format(part, parent))
    connection.execute(_rows_of(connection, schema, table, period, before, into=part))
    connection.execute(sql.SQL("alter table {} attach partition {} for values in ({})").format(parent, part, sql.Literal(before)))
    connection.execute(sql.SQL("analyze {}").format(part))


def _carry(connection: Connection, schema: str, table: str, period: str, before: str) -> None:
    place = sql.Identifier(schema, table)
    connection.execute(sql.SQL("delete from {} where period = {}").format(place, sql.Literal(before)))
    connection.execute(_rows_of(connection, schema, table, period, before, into=place))


def _rows_of(connection: Connection, schema: str, table: str, period: str, before: str, into: sql.Identifier) -> sql.Composed:
    """The statement that has ``into`` hold a month's rows as those of another."""
    columns = [
        str(name)
        for (name,) in connection.execute(
            "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped order by attnum",
            [f"{schema}.{table}"],
        )
    ]
    values = sql.SQL(", ").join(sql.Literal(before) if name in _MONTHS else sql.Identifier(name) for name in columns)
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("insert into {} ({}) select {} from {} where period = {}").format(
        into, names, values, sql.Identifier(schema, table), sql.Literal(period)
    )


def _previous(period: str) -> str:
    year, month = map(int, period.split("-"))
    return f"{year - (month == 1):04d}-{(month - 2) % 12 + 1:02d}"

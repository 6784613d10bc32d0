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
            connection.execute(_LEDGER, {"period": period, "before": before})
            for ledger in ("delivery_file", "delivery"):
                connection.execute(
                    sql.SQL("update quality.{} set status = 'accepted' where period = %s").format(sql.Identifier(ledger)), [before]
                )
    with connect(settings) as connection:
        for schema, table in connection.execute(_KEPT).fetchall():
            connection.execute(sql.SQL("analyze only {}").format(sql.Identifier(schema, table)))
        connection.execute("analyze quality.delivery, quality.delivery_file")
        row = connection.execute(
            "select sum(reltuples) from pg_class where relnamespace = 'months'::regnamespace and relkind = 'r'"
        ).fetchone()
    return int(row[0]) if row else 0


def _copy(connection: Connection, schema: str, table: str, period: str, before: str) -> None:
    parent, part = sql.Identifier(schema, table), sql.Identifier("months", f"{table}_{before.replace('-', '_')}")
    columns = [
        str(name)
        for (name,) in connection.execute(
            "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped order by attnum",
            [f"{schema}.{table}"],
        )
    ]
    values = sql.SQL(", ").join(sql.Literal(before) if name == "period" else sql.Identifier(name) for name in columns)
    connection.execute(sql.SQL("create table {} (like {})").format(part, parent))
    connection.execute(sql.SQL("insert into {} select {} from {} where period = {}").format(part, values, parent, sql.Literal(period)))
    connection.execute(sql.SQL("alter table {} attach partition {} for values in ({})").format(parent, part, sql.Literal(before)))
    connection.execute(sql.SQL("analyze {}").format(part))


def _previous(period: str) -> str:
    year, month = map(int, period.split("-"))
    return f"{year - (month == 1):04d}-{(month - 2) % 12 + 1:02d}"

"""Stage 1b, nodes: one row of ``identity.person_node`` for each sender's record, what was last said of it; and which have changed."""

import io
from collections.abc import Iterable, Sequence

import pyarrow as pa
from psycopg import sql
from pyarrow import compute, csv

from wholefamily.linkage import standardise
from wholefamily.linkage.nodes import SCHEMA
from wholefamily.warehouse import Connection


def refresh(connection: Connection, version: str) -> None:
    """Bring the nodes to what ``identity.person_record`` says, for the model ``version``.

    Leaves the temporary view ``node`` and the tables ``changed_node`` (the nodes to be scored anew) and ``relinked`` (their records,
    and those that are gone).
    """
    connection.execute("create temporary view node as select * from identity.person_node")
    connection.execute("create temporary table changed_node (node bigint primary key) on commit drop")
    connection.execute("create temporary table relinked (partner_code text, person_ref text) on commit drop")
    connection.execute("create temporary table if not exists said_anew (partner_code text, person_ref text) on commit drop")
    if connection.execute(_IS_OTHER_MODEL, [version]).fetchone() is not None:
        connection.execute("truncate identity.person_node, identity.score")
        connection.execute(_EVERYTHING_GONE)
    if connection.execute("select from identity.person_node limit 1").fetchone() is None:
        connection.execute("insert into said_anew select distinct partner_code, person_ref from identity.person_record")
    connection.execute("analyze said_anew")
    latest = sql.SQL(", ").join(sql.SQL(_LATEST).format(sql.Identifier(column)) for column in _SAID)
    connection.execute(sql.SQL(_SAID_LAST).format(latest=latest))
    connection.execute("analyze said_last")
    _look_up(connection)
    connection.execute(_FRESH, [version])
    connection.execute("create unique index on fresh (partner_code, person_ref)")
    connection.execute("analyze fresh")
    _store(connection)


def _store(connection: Connection) -> None:
    connection.execute("create temporary table former on commit drop as " + _FORMER)
    for statement in (
        _CHANGED,
        _GONE,
        _FORGET,
        _KEEP,
        "analyze identity.person_node",
        _CROWDS,
        "analyze changed_node",
        _SHARING,
        _RELINKED,
    ):
        connection.execute(statement)
    connection.execute("analyze changed_node, relinked")


def fetch(connection: Connection, only: Sequence[tuple[str, str]] | None = None) -> pa.Table:
    """All nodes, or ``only`` those of some records, as ``nodes.SCHEMA``.

    Who lives in a crowd is not told by the house: its people have nothing in common.
    """
    query: sql.Composable = sql.SQL(_FETCH)
    if only is not None:
        refs = sql.SQL(", ").join(sql.SQL("({}, {})").format(*map(sql.Literal, ref)) for ref in only)
        query += sql.SQL(" where (partner_code, person_ref) in ({})").format(refs)
    table = copied(connection, query, {**{name: pa.string() for name in SCHEMA.names}, "node": pa.int64(), "is_register": pa.bool_()})
    for name in ("given_keys", "family_keys"):
        table = table.set_column(SCHEMA.get_field_index(name), name, compute.split_pattern(table[name], " "))
    return table.cast(SCHEMA)


def copied(connection: Connection, query: sql.Composable, types: dict[str, pa.DataType]) -> pa.Table:
    """The result of ``query`` with these columns, taken as one stream: millions of rows, none of them a Python object."""
    received = io.BytesIO()
    with connection.cursor() as cursor, cursor.copy(sql.SQL("copy ({}) to stdout (format csv)").format(query)) as copy:
        for block in copy:
            received.write(block)
    if not received.tell():
        return pa.schema(types.items()).empty_table()
    received.seek(0)
    return csv.read_csv(
        received,
        read_options=csv.ReadOptions(column_names=list(types)),
        convert_options=csv.ConvertOptions(
            column_types=types, strings_can_be_null=True, null_values=[""], true_values=["t"], false_values=["f"]
        ),
    )


def _look_up(connection: Connection) -> None:
    """What Python knows of each name and address, once for each spelling."""
    names = connection.execute("select given_name from said_last union select family_name from said_last")
    parts = ((name, list(standardise.name_parts(name))) for (name,) in names.fetchall() if name is not None)
    _fill(connection, "name_part (name text primary key, keys text[])", parts)
    middles = connection.execute("select distinct middle_names from said_last where middle_names is not null").fetchall()
    given = ((name, standardise.given_keys([], None, name), standardise.family_keys([], None, name)) for (name,) in middles)
    _fill(connection, "middle_part (name text primary key, given_keys text[], family_keys text[])", given)
    addresses = connection.execute("select distinct address from said_last where address is not null").fetchall()
    places = ((address, *standardise.address(address)) for (address,) in addresses)
    _fill(connection, "address_part (address text primary key, flat text, house text, street text, locality text)", places)


def _fill(connection: Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    connection.execute(sql.SQL("create temporary table {} on commit drop").format(sql.SQL(table)))
    name = table.split(" ", maxsplit=1)[0]
    with connection.cursor() as cursor, cursor.copy(sql.SQL("copy {} from stdin").format(sql.Identifier(name))) as copy:
        for row in rows:
            copy.write_row(row)
    connection.execute(sql.SQL("analyze {}").format(sql.Identifier(name)))


_SAID = (
    *("given_name", "middle_names", "family_name", "given_key", "family_key", "date_of_birth", "sex"),
    *("upn", "nhs_number", "nino", "pnc_id", "uprn", "address", "postcode", "is_protected", "address_class"),
)
_LATEST = "(array_agg(record.{0} order by record.period desc) filter (where record.{0} is not null))[1] as {0}"

_IS_OTHER_MODEL = "select from identity.person_node where model_version <> %s limit 1"
_EVERYTHING_GONE = "insert into relinked select partner_code, person_ref from identity.person_xref"

_SAID_LAST = """
    create temporary table said_last on commit drop as
    select
        record.partner_code, record.person_ref, partner.kind = 'authority' as is_register,
        min(record.period) as first_period, max(record.period) as last_period, {latest},
        array_agg(distinct record.given_key) as given_keys, array_agg(distinct record.family_key) || array_agg(distinct record.former_family_key) as family_keys
    from (select distinct partner_code, person_ref from said_anew) as said
    inner join identity.person_record as record using (partner_code, person_ref)
    inner join ops.partner as partner using (partner_code)
    group by record.partner_code, record.person_ref, partner.kind
"""

_FRESH = """
    create temporary table fresh on commit drop as
    select
        hashtextextended(said.partner_code || '/' || said.person_ref, 0) as node,
        said.partner_code, said.person_ref, said.is_register, said.first_period, said.last_period,
        said.given_name, said.middle_names, said.family_name, said.given_key, said.family_key,
        array(
            select distinct key collate "C" from unnest(said.given_keys || given.keys || middle.given_keys) as names (key)
            where key is not null order by 1
        ) as given_keys,
        array(
            select distinct key collate "C" from unnest(said.family_keys || family.keys || middle.family_keys) as names (key)
            where key is not null order by 1
        ) as family_keys,
        said.date_of_birth, nullif(said.sex, '0') as sex, said.upn, said.nhs_number, said.nino, said.pnc_id, said.uprn, said.address, said.postcode,
        place.flat, place.house, place.street, place.locality, coalesce(old.is_crowded, false) as is_crowded, said.is_protected, %s::text as model_version,
        said.address_class
    from said_last as said
    left join name_part as given on given.name = said.given_name
    left join name_part as family on family.name = said.family_name
    left join middle_part as middle on middle.name = said.middle_names
    left join address_part as place on place.address = said.address
    left join identity.person_node as old on (old.partner_code, old.person_ref) = (said.partner_code, said.person_ref)
"""

_COMPARED = (
    *("given_key", "family_key", "given_keys", "family_keys", "date_of_birth", "sex", "upn", "nhs_number", "nino", "pnc_id"),
    *("uprn", "postcode", "flat", "house", "street", "locality", "is_protected", "is_register"),
)
_CHANGED = f"""
    insert into changed_node
    select fresh.node from fresh
    left join identity.person_node as old using (partner_code, person_ref)
    where old.node is null
        or ({", ".join(f"fresh.{name}" for name in _COMPARED)}) is distinct from ({", ".join(f"old.{name}" for name in _COMPARED)})
"""
# Those whom somebody has said anew, as they were before.
_FORMER = "select old.* from identity.person_node as old inner join (select distinct partner_code, person_ref from said_anew) as said using (partner_code, person_ref)"
_GONE = """
    insert into relinked
    select former.partner_code, former.person_ref from former left join fresh using (partner_code, person_ref) where fresh.node is null
"""
_FORGET = """
    delete from identity.person_node as old using former
    where (former.partner_code, former.person_ref) = (old.partner_code, old.person_ref) and not exists (
        select from fresh where (fresh.partner_code, fresh.person_ref) = (old.partner_code, old.person_ref) and row(fresh.*) is not distinct from row(old.*)
    )
"""
_KEEP = "insert into identity.person_node select * from fresh on conflict do nothing"

# Nobody's home in particular (readings.md 35): more than 12 records of a sender with 4 or more family names at one property, or a place that
# some sender calls a hostel, an institution or a house in multiple occupation.
_CROWDS = """
    with full_house as (
        select partner_code, uprn from identity.person_node where uprn is not null group by partner_code, uprn having count(*) > 12
    ),
    crowd as (
        select distinct uprn
        from (
            select full_house.partner_code, full_house.uprn
            from full_house inner join identity.person_node using (partner_code, uprn)
            group by full_house.partner_code, full_house.uprn
            having count(distinct family_key) >= 4
        ) as found
        union
        select uprn from identity.person_node where address_class in ('RH', 'RI', 'CH') and uprn is not null
    ),
    turned as (
        update identity.person_node as node set is_crowded = not node.is_crowded
        where node.is_crowded <> (
            coalesce(node.address_class in ('RH', 'RI', 'CH'), false) or (node.uprn is not null and node.uprn in (select uprn from crowd))
        )
        returning node.node
    )
    insert into changed_node select node from turned on conflict do nothing
"""
# Whether an identifier tells people apart depends on all who bear it: they are scored anew together.
_BEARERS = """
    select {0} as key from identity.person_node inner join changed_node using (node) where {0} is not null
    union
    select {0} from former where {0} is not null and not exists (
        select from identity.person_node as now where now.node = former.node and now.{1} is not distinct from former.{1}
    )
"""
_SHARING = (
    "insert into changed_node "
    + " union ".join(
        f"select node.node from identity.person_node as node inner join ({_BEARERS.format(key, column)}) as borne on borne.key = {key}"
        for column, key in (("nhs_number", "nhs_number"), ("upn", "upn"), ("pnc_id", "pnc_id"), ("nino", "left(nino, 8)"))
    )
    + " on conflict do nothing"
)
_RELINKED = "insert into relinked select partner_code, person_ref from identity.person_node inner join changed_node using (node)"

_FETCH = """
    select
        node, partner_code, person_ref, is_register, given_key, family_key, array_to_string(given_keys, ' '), array_to_string(family_keys, ' '),
        case when date_of_birth > '1900-12-31' then date_of_birth end, sex, nhs_number, upn, pnc_id, left(nino, 8),
        case when not is_crowded then uprn end, postcode,
        case when not is_crowded then flat end, case when not is_crowded then house end, case when not is_crowded then street end, locality
    from identity.person_node
"""

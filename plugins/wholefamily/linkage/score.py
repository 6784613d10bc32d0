"""Stages 2 to 4 in the warehouse: ``identity.score`` keeps the pairs of records that have not changed, and the others are scored."""

import io

import pyarrow as pa
from psycopg import sql
from pyarrow import csv

from wholefamily.linkage import node_table, scoring
from wholefamily.linkage.model import Model
from wholefamily.warehouse import Connection


def write(connection: Connection, model: Model) -> None:
    """Bring ``identity.person_node`` and ``identity.score`` to what ``identity.person_record`` says.

    Leaves the temporary ``node``, and ``relinked``: the records that changed, are gone, or have a pair that came, went or changed.
    """
    node_table.refresh(connection, model.version)
    connection.execute("create temporary table changed on commit drop as select distinct partner_code, person_ref from relinked")
    connection.execute("analyze changed")
    for side, other in (("a", "b"), ("b", "a")):
        connection.execute(_DROP.format(side, other))
    counted = connection.execute("select (select count(*) from changed_node), (select count(*) from node)").fetchone()
    n_changed, n_nodes = counted or (0, 0)
    nodes = node_table.fetch(connection)
    is_first = n_changed == n_nodes
    changed = None if is_first else node_table.copied(connection, sql.SQL("select node from changed_node"), {"node": pa.int64()})
    kept = (
        None
        if is_first
        else node_table.copied(connection, sql.SQL(_KEPT), dict(zip(scoring.PAIRS.names, scoring.PAIRS.types, strict=True)))
    )
    _store(connection, scoring.score(nodes, model, changed, kept), model)


def _store(connection: Connection, pairs: pa.Table, model: Model) -> None:
    connection.execute(
        "create temporary table paired (a bigint, b bigint, match_probability float8, model_probability float8, match_basis text, "
        "blocking_rule text) on commit drop"
    )
    text = io.BytesIO()
    csv.write_csv(pairs, text, csv.WriteOptions(include_header=False, quoting_style="none"))
    with connection.cursor() as cursor, cursor.copy("copy paired from stdin (format csv)") as copy:
        copy.write(text.getbuffer())
    connection.execute("analyze paired")
    connection.execute(_STORE, [model.version])
    connection.execute(_ENDS)
    connection.execute("analyze identity.score, relinked")


_DROP = """
    with dropped as (
        delete from identity.score as score using changed
        where (changed.partner_code, changed.person_ref) = (score.partner_code_{0}, score.person_ref_{0})
        returning score.partner_code_{1} as partner_code, score.person_ref_{1} as person_ref
    )
    insert into relinked select partner_code, person_ref from dropped
"""
_KEPT = """
    select least(a.node, b.node), greatest(a.node, b.node), score.match_probability, score.model_probability, score.match_basis, score.blocking_rule
    from identity.score as score
    inner join node as a on (a.partner_code, a.person_ref) = (score.partner_code_a, score.person_ref_a)
    inner join node as b on (b.partner_code, b.person_ref) = (score.partner_code_b, score.person_ref_b)
"""
_STORE = """
    insert into identity.score as old (
        partner_code_a, person_ref_a, partner_code_b, person_ref_b, match_probability, match_basis, model_version, model_probability, blocking_rule
    )
    select
        a.partner_code, a.person_ref, b.partner_code, b.person_ref,
        paired.match_probability, paired.match_basis, %s, paired.model_probability, paired.blocking_rule
    from paired
    inner join node as x on x.node = paired.a
    inner join node as y on y.node = paired.b,
        lateral (select (x.partner_code collate "C", x.person_ref collate "C") < (y.partner_code collate "C", y.person_ref collate "C") as is_in_order) as place,
        lateral (
            select
                case when is_in_order then x.partner_code else y.partner_code end as partner_code,
                case when is_in_order then x.person_ref else y.person_ref end as person_ref
        ) as a,
        lateral (
            select
                case when is_in_order then y.partner_code else x.partner_code end as partner_code,
                case when is_in_order then y.person_ref else x.person_ref end as person_ref
        ) as b
    on conflict (partner_code_a, person_ref_a, partner_code_b, person_ref_b) do update set match_probability = excluded.match_probability
"""
_ENDS = """
    insert into relinked
    select node.partner_code, node.person_ref from node where node.node in (select a from paired union select b from paired)
"""

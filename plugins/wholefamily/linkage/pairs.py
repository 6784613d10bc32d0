"""Stages 2 to 4: candidate pairs, comparisons and scores, by rules that need no training.

Every stage is a table of ``identity`` that is written anew. A pair is brought together when two records share a rule's key;
a key that fits several people of one register tells nobody apart and scores nothing.
"""

from psycopg import sql

from wholefamily.warehouse import Connection

PROBABILITY = {
    "nhs_number": 1.0,
    "upn": 1.0,
    "pnc_id": 1.0,
    "nino_and_birth": 0.999,
    "nino_and_given_name": 0.995,
    "name_and_birth": 0.99,
    "name_birth_and_address": 0.98,
}
"""How sure each rule is. Deterministic rules are not measured: the figures rank them and say which may be wrong."""

_LARGEST_KEY = 50
"""Records that may share a key. More than this are several people of one register in any case."""

_LATEST = (
    *("given_name", "middle_names", "family_name", "given_key", "family_key", "date_of_birth"),
    *("upn", "nhs_number", "nino", "pnc_id", "uprn", "address", "postcode", "is_protected"),
)

# One row per record of any month: what its sender said of it last.
_NODES = """
    create temporary table node on commit drop as
    select
        row_number() over (order by record.partner_code, record.person_ref)::integer as node,
        record.partner_code, record.person_ref, partner.kind = 'authority' as is_register,
        min(record.period) as first_period, max(record.period) as last_period, {latest}
    from identity.person_record as record
    inner join ops.partner as partner using (partner_code)
    group by record.partner_code, record.person_ref, partner.kind
"""

# A name that was borne in any month, or before, is a name of the record.
_NAMES = """
    create temporary table node_name on commit drop as
    select distinct node.node, record.given_key, name.family_key
    from identity.person_record as record
    inner join node using (partner_code, person_ref),
        lateral (values (record.family_key), (record.former_family_key)) as name (family_key)
    where record.given_key is not null and name.family_key is not null
"""

# 1 January stands for "some day of that year", 1 January 1900 for "not known": the first needs the address as well.
_KEYS = """
    create temporary table link_key on commit drop as
    select 'nhs_number' as rule, nhs_number as key, node from node where nhs_number is not null
    union all select 'upn', upn, node from node where upn is not null
    union all select 'pnc_id', pnc_id, node from node where pnc_id is not null
    union all select 'nino_and_birth', left(nino, 8) || ' ' || date_of_birth, node from node
    where nino is not null and date_of_birth > '1900-01-01'
    union all select 'nino_and_given_name', left(nino, 8) || ' ' || given_key, node from node where nino is not null and given_key is not null
    union all select 'name_and_birth', concat_ws(' ', name.given_key, name.family_key, node.date_of_birth), node
    from node inner join node_name as name using (node)
    where node.date_of_birth is not null and to_char(node.date_of_birth, 'MM-DD') <> '01-01'
    union all select 'name_birth_and_address', concat_ws(' ', name.given_key, name.family_key, node.date_of_birth, address.key), node
    from node inner join node_name as name using (node), lateral (values ('postcode ' || node.postcode), ('uprn ' || node.uprn)) as address (key)
    where node.date_of_birth > '1900-01-01' and to_char(node.date_of_birth, 'MM-DD') = '01-01' and address.key is not null
"""

_PAIRS = """
    with ambiguous as (
        select distinct rule, key
        from link_key inner join node using (node)
        group by rule, key, partner_code, is_register
        having (is_register and count(*) > 1) or count(distinct pnc_id) > 1
    ),
    shared as (
        select rule, key, ambiguous.key is not null as is_ambiguous
        from link_key left join ambiguous using (rule, key)
        group by rule, key, ambiguous.key
        having count(*) between 2 and %s
    )
    insert into identity.candidate_pair
    select a.partner_code, a.person_ref, b.partner_code, b.person_ref, shared.rule, bool_and(shared.is_ambiguous)
    from shared
    inner join link_key as key_a using (rule, key)
    inner join link_key as key_b using (rule, key)
    inner join node as a on a.node = key_a.node
    inner join node as b on b.node = key_b.node
    where a.node < b.node and not (a.partner_code = b.partner_code and a.is_register)
    group by a.partner_code, a.person_ref, b.partner_code, b.person_ref, shared.rule
"""

# Two children of one surname, birthday and address in one register: a namesake's identifier may be the other twin's.
_MULTIPLE_BIRTHS = """
    create temporary table multiple_birth on commit drop as
    select distinct a.node
    from node as a
    inner join node as b using (partner_code, family_key, date_of_birth)
    where a.is_register and a.given_key <> b.given_key and (a.uprn = b.uprn or a.postcode = b.postcode)
"""

_COMPARISONS = """
    insert into identity.comparison
    select
        a.partner_code, a.person_ref, b.partner_code, b.person_ref,
        a.given_key = b.given_key, a.date_of_birth = b.date_of_birth,
        a.nhs_number = b.nhs_number, a.upn = b.upn, a.pnc_id = b.pnc_id,
        a.is_protected or b.is_protected,
        exists (select from multiple_birth as twin where twin.node in (a.node, b.node))
    from (select distinct partner_code_a, person_ref_a, partner_code_b, person_ref_b from identity.candidate_pair) as pair
    inner join node as a on (a.partner_code, a.person_ref) = (pair.partner_code_a, pair.person_ref_a)
    inner join node as b on (b.partner_code, b.person_ref) = (pair.partner_code_b, pair.person_ref_b)
"""

_SCORES = """
    insert into identity.score
    select distinct on (partner_code_a, person_ref_a, partner_code_b, person_ref_b)
        partner_code_a, person_ref_a, partner_code_b, person_ref_b, case when pair.is_ambiguous then 0.5 else probability.value end, pair.rule
    from identity.candidate_pair as pair
    inner join unnest(%s::text[], %s::float8[]) as probability (rule, value) using (rule)
    order by partner_code_a, person_ref_a, partner_code_b, person_ref_b, pair.is_ambiguous, probability.value desc, pair.rule
"""


def write(connection: Connection) -> None:
    """Write the stages for all records of ``identity.person_record``; leaves the temporary table ``node`` for clustering."""
    latest = sql.SQL(", ").join(
        sql.SQL("(array_agg(record.{0} order by record.period desc) filter (where record.{0} is not null))[1] as {0}").format(
            sql.Identifier(column)
        )
        for column in _LATEST
    )
    connection.execute("truncate identity.candidate_pair, identity.comparison, identity.score")
    connection.execute(sql.SQL(_NODES).format(latest=latest))
    connection.execute("create unique index on node (partner_code, person_ref)")
    connection.execute("create unique index on node (node)")
    connection.execute("analyze node")
    for statement in (_NAMES, "analyze node_name", _KEYS, "analyze link_key", _MULTIPLE_BIRTHS, "create index on multiple_birth (node)"):
        connection.execute(statement)
    connection.execute("analyze multiple_birth")
    connection.execute(_PAIRS, [_LARGEST_KEY])
    connection.execute("analyze identity.candidate_pair")
    connection.execute(_COMPARISONS)
    connection.execute("analyze identity.comparison")
    connection.execute(_SCORES, [list(PROBABILITY), list(PROBABILITY.values())])
    connection.execute("analyze identity.score")

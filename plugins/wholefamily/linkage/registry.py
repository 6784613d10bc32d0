"""The registry of persons: which cluster keeps which id. Ids are minted once, last month after month, and are never used again."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID, uuid4

from psycopg import sql

from wholefamily.warehouse import Connection


def assign(
    clusters: Sequence[Sequence[int]], held: Mapping[int, UUID], minted: Mapping[UUID, str], mint: Callable[[int], UUID]
) -> dict[int, UUID]:
    """The id of each record: ``clusters`` are lists of record numbers, ``held`` the ids that records have, ``minted`` since when.

    A cluster that holds several ids keeps the earliest, then the one of most records; an id whose records fall apart stays
    with the larger part. Whoever is left gets an id of ``mint(cluster index)``.
    """
    claims = []
    for index, cluster in enumerate(clusters):
        for person_id, n_records in Counter(held[node] for node in cluster if node in held).items():
            claims.append((minted[person_id], -n_records, str(person_id), index, person_id))
    keeps: dict[int, UUID] = {}
    taken: set[UUID] = set()
    for *_, index, person_id in sorted(claims):
        if index not in keeps and person_id not in taken:
            keeps[index] = person_id
            taken.add(person_id)
    return {
        node: person_id for index, cluster in enumerate(clusters) for person_id in [keeps.get(index) or mint(index)] for node in cluster
    }


def write(connection: Connection, periods: Sequence[str]) -> None:
    """Bring ``identity.person_xref`` and ``identity.person`` to the clusters of the ``affected`` records; log every merge and split.

    Months outside ``periods`` in which a record has changed its person are marked as not built: their marts are out of date.
    """
    for statement in (
        _HELD,
        "analyze held",
        _FORGET_GONE,
        _ALONE,
        _MINT_ALONE,
        _LINK_ALONE,
        "analyze identity.person_xref, identity.person",
    ):
        connection.execute(statement)
    _assign_together(connection)
    connection.execute("create temporary table moved on commit drop as " + _MOVED)
    connection.execute("analyze moved")
    month = [max(periods) if periods else None]
    connection.execute(_LOG, month)
    connection.execute(_LINK, month)
    connection.execute(_REPOINT_HOUSEHOLDS)
    connection.execute(_MARK_OTHER_MONTHS, [list(periods)])
    connection.execute(sql.SQL(_PERSONS).format(best=sql.SQL(_BEST), authority=sql.SQL(_AUTHORITY)))


def _assign_together(connection: Connection) -> None:
    """Ids for the records that are, or have been, one person with another record, as the temporary table ``assigned``."""
    rows = connection.execute(_TOGETHER).fetchall()
    clusters: dict[object, list[int]] = {}
    held: dict[int, UUID] = {}
    minted: dict[UUID, str] = {}
    first_period: dict[int, str] = {}
    for node, cluster_key, first, person_id, minted_period in rows:
        clusters.setdefault(cluster_key or node, []).append(node)
        first_period[node] = first
        if person_id is not None:
            held[node] = person_id
            minted[person_id] = minted_period
    members = list(clusters.values())
    new: list[tuple[UUID, str]] = []

    def mint(index: int) -> UUID:
        new.append((uuid4(), min(first_period[node] for node in members[index])))
        return new[-1][0]

    ids = assign(members, held, minted, mint)
    connection.execute("create temporary table assigned (node bigint primary key, person_id uuid) on commit drop")
    with connection.cursor() as cursor:
        with cursor.copy("copy identity.person (person_id, minted_period) from stdin") as copy:
            for row in new:
                copy.write_row(row)
        with cursor.copy("copy assigned from stdin") as copy:
            for pair in ids.items():
                copy.write_row(pair)
    connection.execute("analyze assigned")


# What the affected records were until now. They include all records of each of their persons.
_HELD = """
    create temporary table held on commit drop as
    select xref.partner_code, xref.person_ref, xref.person_id
    from affected inner join identity.person_xref as xref using (partner_code, person_ref)
"""

# A record that no month holds any more has been withdrawn by its sender.
_FORGET_GONE = """
    delete from identity.person_xref as xref using affected
    where (affected.partner_code, affected.person_ref) = (xref.partner_code, xref.person_ref)
        and not exists (select from node where (node.partner_code, node.person_ref) = (xref.partner_code, xref.person_ref))
"""

_ALONE = """
    create temporary table alone on commit drop as
    select node.partner_code, node.person_ref, node.first_period, gen_random_uuid() as person_id
    from affected
    inner join node using (partner_code, person_ref)
    left join clustered using (node)
    left join held on (held.partner_code, held.person_ref) = (node.partner_code, node.person_ref)
    where clustered.node is null and held.person_id is null
"""

_MINT_ALONE = "insert into identity.person (person_id, minted_period) select person_id, first_period from alone"

_LINK_ALONE = """
    insert into identity.person_xref (partner_code, person_ref, person_id, match_probability, match_basis, linked_period)
    select partner_code, person_ref, person_id, 1, 'single_record', first_period from alone
"""

_TOGETHER = """
    select node.node, clustered.cluster_key, node.first_period, held.person_id, person.minted_period
    from affected
    inner join node using (partner_code, person_ref)
    left join clustered using (node)
    left join held on (held.partner_code, held.person_ref) = (node.partner_code, node.person_ref)
    left join identity.person as person using (person_id)
    where clustered.node is not null or held.person_id in (select person_id from held group by person_id having count(*) > 1)
    order by node.partner_code, node.person_ref
"""

_MOVED = """
    select node.node, node.partner_code, node.person_ref, held.person_id as from_id, assigned.person_id as to_id
    from assigned
    inner join node using (node)
    inner join held using (partner_code, person_ref)
    where held.person_id <> assigned.person_id
"""

# An id that no record keeps has been merged away; one that stays with others has been split. Linked without new months, as after a
# person's decision, it is of the last month that is known.
_LOG = """
    insert into identity.merge_log (period, kind, entity, from_id, to_id, partner_code, person_ref, reason)
    select
        coalesce(%s, (select max(last_period) from node)),
        case when stays.is_kept then 'split' else 'merge' end, 'person', moved.from_id, moved.to_id, moved.partner_code, moved.person_ref,
        case when stays.is_kept and decided.is_different then 'decision' else coalesce(clustered.basis, 'no_longer_linked') end
    from moved
    left join clustered using (node),
        lateral (select exists (select from assigned where assigned.person_id = moved.from_id) as is_kept) as stays,
        lateral (
            select exists (
                select from identity.link_decision_in_force as decision
                inner join held as a on (a.partner_code, a.person_ref) = (decision.partner_code_a, decision.person_ref_a)
                inner join held as b on (b.partner_code, b.person_ref) = (decision.partner_code_b, decision.person_ref_b)
                where decision.decision = 'different' and a.person_id = moved.from_id and b.person_id = moved.from_id
            ) as is_different
        ) as decided
    order by moved.partner_code, moved.person_ref
"""

_LINK = """
    insert into identity.person_xref as xref (partner_code, person_ref, person_id, match_probability, match_basis, model_version, linked_period)
    select
        node.partner_code, node.person_ref, assigned.person_id, coalesce(clustered.probability, 1), coalesce(clustered.basis, 'single_record'),
        coalesce(clustered.model_version, 'rules'),
        case when moved.node is null then node.first_period else coalesce(%s, node.last_period) end
    from assigned
    inner join node using (node)
    left join clustered using (node)
    left join moved using (node)
    on conflict (partner_code, person_ref) do update
    set (person_id, match_probability, match_basis, model_version)
            = (excluded.person_id, excluded.match_probability, excluded.match_basis, excluded.model_version),
        linked_period = case when xref.person_id = excluded.person_id then xref.linked_period else excluded.linked_period end
    where (xref.person_id, xref.match_probability, xref.match_basis, xref.model_version)
        is distinct from (excluded.person_id, excluded.match_probability, excluded.match_basis, excluded.model_version)
"""

# A merged person's place in past households is the kept person's; of two places in one month the kept person's own stands.
_REPOINT_HOUSEHOLDS = """
    with merged as (
        select distinct on (from_id) from_id, to_id
        from moved
        where not exists (select from assigned where assigned.person_id = moved.from_id)
        order by from_id, to_id
    ),
    places as (
        select
            member.period, member.person_id, member.household_id, member.home_key, coalesce(merged.to_id, member.person_id) as kept_id,
            row_number() over (
                partition by member.period, coalesce(merged.to_id, member.person_id) order by merged.to_id is null desc, member.person_id
            ) as place
        from identity.household_member as member
        left join merged on merged.from_id = member.person_id
        where member.person_id in (select from_id from merged union select to_id from merged)
    ),
    forgotten as (
        delete from identity.household_member as member using places
        where (member.period, member.person_id) = (places.period, places.person_id) and places.person_id <> places.kept_id
    )
    insert into identity.household_member (period, person_id, household_id, home_key)
    select period, kept_id, household_id, home_key from places where place = 1 and person_id <> kept_id
"""

_MARK_OTHER_MONTHS = """
    delete from ops.build
    where period <> all(%s) and period in (select record.period from identity.person_record as record inner join moved using (partner_code, person_ref))
"""

# What is best known of a person now: an authority's word before the police's, then the newest. Nothing of one without records.
_BEST = ", ".join(
    f"(array_agg(node.{column} order by node.is_register desc, node.last_period desc, node.partner_code, node.person_ref) "
    f"filter (where node.{column} is not null))[1] as {column}"
    for column in ("given_name", "middle_names", "family_name", "date_of_birth", "address", "postcode")
)
# And whose record is the newest of an authority: whose caseworkers may see it.
_AUTHORITY = "(array_agg(node.partner_code order by node.last_period desc, node.partner_code) filter (where node.is_register))[1]"

_PERSONS = """
    with known as (
        select person_id from held
        union
        select xref.person_id from affected inner join identity.person_xref as xref using (partner_code, person_ref)
    ),
    best as (
        select xref.person_id, {best}, {authority} as authority_code, bool_or(node.is_protected) as is_protected
        from known
        inner join identity.person_xref as xref using (person_id)
        inner join node using (partner_code, person_ref)
        group by xref.person_id
    )
    update identity.person as person
    set (given_name, middle_names, family_name, date_of_birth, address, postcode, authority_code, is_protected) = (
        best.given_name, best.middle_names, best.family_name, best.date_of_birth, best.address, best.postcode, best.authority_code,
        coalesce(best.is_protected, false)
    )
    from known left join best using (person_id)
    where known.person_id = person.person_id
        and (
            person.given_name, person.middle_names, person.family_name, person.date_of_birth, person.address, person.postcode,
            person.authority_code, person.is_protected
        ) is distinct from (
            best.given_name, best.middle_names, best.family_name, best.date_of_birth, best.address, best.postcode, best.authority_code,
            coalesce(best.is_protected, false)
        )
"""

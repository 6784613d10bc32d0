"""Which records are clustered anew: those that changed, and all that hang together with one of them. The others stay as they are.

Clusters depend on nothing outside their component of pairs and decisions, so that the outcome is that of clustering everything.
"""

from wholefamily.warehouse import Connection

_MOST_FOLLOWED = 0.2
"""Share of all records above which following pairs one by one takes longer than taking everything."""


def find(connection: Connection, review: float) -> None:
    """Leave the temporary table ``affected (partner_code, person_ref)``, and bring ``identity.twin`` up to date.

    Starts from the temporary table ``relinked`` of scoring, or from every record where there is none; pairs less probable than ``review`` do not count.
    """
    connection.execute(
        "create temporary table affected (partner_code text, person_ref text, primary key (partner_code, person_ref)) on commit drop"
    )
    row = connection.execute("select to_regclass('pg_temp.relinked')").fetchone()
    if row == (None,):
        _everything(connection)
        return
    for statement in (_START, "analyze affected", _TWINS_BEFORE, _FORGET_TWINS, _TWINS, _TWINS_NOW, _DECIDED, "analyze affected"):
        connection.execute(statement)
    counted = connection.execute("select (select count(*) from affected), (select count(*) from node)").fetchone()
    n_affected, n_nodes = counted or (0, 0)
    if n_affected > _MOST_FOLLOWED * n_nodes:
        connection.execute(_REST)
    else:
        connection.execute(_FOLLOW, {"review": review})
    connection.execute("analyze affected")


def _everything(connection: Connection) -> None:
    connection.execute(_REST)
    connection.execute("analyze affected")
    connection.execute("delete from identity.twin")
    connection.execute(_TWINS)


_START = "insert into affected select distinct partner_code, person_ref from relinked"
_REST = """
    insert into affected
    select partner_code, person_ref from node
    union
    select partner_code, person_ref from identity.person_xref
    union
    select partner_code, person_ref from identity.cluster
    on conflict do nothing
"""

# A record whose twin changes, comes or goes may be somebody else than was thought.
_TWINS_BEFORE = """
    insert into affected
    select twin.partner_code, twin.twin_ref from identity.twin inner join affected using (partner_code, person_ref)
    on conflict do nothing
"""
_FORGET_TWINS = """
    delete from identity.twin using affected
    where twin.partner_code = affected.partner_code and affected.person_ref in (twin.person_ref, twin.twin_ref)
"""
_TWINS = """
    insert into identity.twin (partner_code, person_ref, twin_ref)
    select pair.partner_code, pair.person_ref, pair.twin_ref
    from affected
    inner join node as a using (partner_code, person_ref)
    inner join node as b on b.is_register and (b.partner_code, b.family_key, b.date_of_birth) = (a.partner_code, a.family_key, a.date_of_birth),
        lateral (values (a.partner_code, a.person_ref, b.person_ref), (a.partner_code, b.person_ref, a.person_ref)) as pair (partner_code, person_ref, twin_ref)
    where a.is_register and a.given_key <> b.given_key and (a.uprn = b.uprn or a.postcode = b.postcode)
    on conflict do nothing
"""
_TWINS_NOW = _TWINS_BEFORE

# Decisions are few: whatever was ever decided is looked at again, so that none is ever missed.
_DECIDED = """
    insert into affected
    select partner_code_a, person_ref_a from identity.link_decision
    union
    select partner_code_b, person_ref_b from identity.link_decision
    on conflict do nothing
"""

# Along pairs, decisions and what was one person before.
_FOLLOW = """
    with recursive reached (partner_code, person_ref) as (
        select partner_code, person_ref from affected
        union
        select next.partner_code, next.person_ref
        from reached,
            lateral (
                select partner_code_b as partner_code, person_ref_b as person_ref from identity.score
                where (partner_code_a, person_ref_a) = (reached.partner_code, reached.person_ref) and match_probability >= %(review)s
                union all
                select partner_code_a, person_ref_a from identity.score
                where (partner_code_b, person_ref_b) = (reached.partner_code, reached.person_ref) and match_probability >= %(review)s
                union all
                select partner_code_b, person_ref_b from identity.link_decision
                where (partner_code_a, person_ref_a) = (reached.partner_code, reached.person_ref)
                union all
                select partner_code_a, person_ref_a from identity.link_decision
                where (partner_code_b, person_ref_b) = (reached.partner_code, reached.person_ref)
                union all
                select other.partner_code, other.person_ref
                from identity.person_xref as mine inner join identity.person_xref as other using (person_id)
                where (mine.partner_code, mine.person_ref) = (reached.partner_code, reached.person_ref)
            ) as next
    )
    insert into affected select partner_code, person_ref from reached on conflict do nothing
"""

"""Whom the mistake of a wrong person was about, and when: ids of persons, households and families, in ``identity.unmerge_subject``."""

from collections.abc import Sequence
from uuid import UUID

from wholefamily.linkage.decisions import Ref
from wholefamily.warehouse import Connection


def keep(connection: Connection, unmerge_id: int, person_id: UUID, pairs: Sequence[tuple[Ref, Ref]]) -> None:
    """Note, before ``person_id`` is taken apart, the ids that both records of a pair had at once, their households and their families.

    What is built again names the id of today, whatever it was then: so a household or family of today's counts for every such time.
    """
    for a, b in pairs:
        connection.execute(_TOGETHER, {"unmerge": unmerge_id, "a": a[0], "a_ref": a[1], "b": b[0], "b_ref": b[1]})
    known = {"unmerge": unmerge_id, "person": person_id}
    connection.execute(_HOUSEHOLDS, known)
    # Before the first build there are no families' months, and nothing has left.
    if connection.execute("select to_regclass('marts.bridge_family_member')").fetchone() != (None,):
        connection.execute(_FAMILIES, known)


# The ids of a record one after the other: the first from when it was known, each other from the move that gave it.
_TOGETHER = """
    with move as (
        select log.partner_code, log.person_ref, log.from_id, log.to_id, log.logged_at, log.merge_id
        from identity.merge_log as log
        inner join identity.person_xref as xref using (partner_code, person_ref)
        where log.entity = 'person' and log.logged_at >= xref.known_since
    ),
    held (partner_code, person_ref, person_id, since, merge_id) as (
        select xref.partner_code, xref.person_ref, coalesce(first.from_id, xref.person_id), xref.known_since, 0
        from identity.person_xref as xref
        left join lateral (
            select from_id from move
            where (move.partner_code, move.person_ref) = (xref.partner_code, xref.person_ref) order by merge_id limit 1
        ) as first on true
        where (xref.partner_code, xref.person_ref) in ((%(a)s, %(a_ref)s), (%(b)s, %(b_ref)s))
        union all
        select partner_code, person_ref, to_id, logged_at, merge_id from move
        where (partner_code, person_ref) in ((%(a)s, %(a_ref)s), (%(b)s, %(b_ref)s))
    ),
    spell as (
        select *, coalesce(lead(since) over (partition by partner_code, person_ref order by merge_id), now()) as until from held
    )
    insert into identity.unmerge_subject (unmerge_id, subject_kind, subject_id, wrong_since, wrong_until)
    select distinct on (a.person_id, greatest(a.since, b.since))
        %(unmerge)s::bigint, 'person', a.person_id, greatest(a.since, b.since), least(a.until, b.until)
    from spell as a
    inner join spell as b using (person_id)
    where (a.partner_code, a.person_ref) = (%(a)s, %(a_ref)s) and (b.partner_code, b.person_ref) = (%(b)s, %(b_ref)s)
        and greatest(a.since, b.since) < least(a.until, b.until)
    order by a.person_id, greatest(a.since, b.since), least(a.until, b.until) desc
    on conflict do nothing
"""

_WRONG_PERSON = """
    wrong as (
        select unmerge_id, subject_id, wrong_since, wrong_until from identity.unmerge_subject
        where unmerge_id = %(unmerge)s and subject_kind = 'person'
    ),
    person as (
        select unmerge_id, subject_id as person_id, wrong_since, wrong_until from wrong
        union
        select unmerge_id, %(person)s::uuid, wrong_since, wrong_until from wrong
    )
"""

# Where the person was put, and where one of the two was not put, because of the other's home.
_HOUSEHOLDS = f"""
    with {_WRONG_PERSON},
    home as (
        select period, person_id, household_id from identity.household_member
        union
        select member.period, other.person_id, member.household_id
        from identity.residence_contradiction as other
        inner join identity.household_member as member on member.period = other.period and member.home_key = other.other_home_key
    )
    insert into identity.unmerge_subject (unmerge_id, subject_kind, subject_id, wrong_since, wrong_until)
    select person.unmerge_id, 'household', home.household_id, person.wrong_since, max(person.wrong_until)
    from person inner join home using (person_id)
    group by person.unmerge_id, home.household_id, person.wrong_since
"""  # noqa: S608 - the text is ours

# Its families, and those that live in such a household: what is said of the household is said of them.
_FAMILIES = f"""
    with {_WRONG_PERSON},
    family as (
        select person.unmerge_id, member.family_id, person.wrong_since, person.wrong_until
        from person inner join marts.bridge_family_member as member using (person_id)
        union
        select household.unmerge_id, month.family_id, household.wrong_since, household.wrong_until
        from identity.unmerge_subject as household
        inner join intermediate.int_family_month as month on month.household_id = household.subject_id
        where household.unmerge_id = %(unmerge)s and household.subject_kind = 'household'
    )
    insert into identity.unmerge_subject (unmerge_id, subject_kind, subject_id, wrong_since, wrong_until)
    select unmerge_id, 'family', family_id, wrong_since, max(wrong_until) from family group by unmerge_id, family_id, wrong_since
"""  # noqa: S608 - the text is ours

"""The registry of households: a home that the models found (``int_home_member``) gets the id of the household that lives in it.

A household's id follows its members: it goes to the home with most of those who were in it in the last earlier month that knows
it, so a household that is not seen for some months comes back under its own id. A home that nobody brings an id to keeps what it
had when this month was computed before, or what the first later month knows it by; else an id is minted. So the months may come
in any order, or twice: who is in one household with whom, and when, depends on what the months say and on nothing else.
"""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID, uuid4

from wholefamily.warehouse import Connection


def follow(candidates: Iterable[tuple[str, UUID]], homes: dict[str, UUID]) -> None:
    """Give each home of ``candidates`` (home, household; the best first) its household, if both are free. Adds to ``homes``."""
    taken = set(homes.values())
    for home, household_id in candidates:
        if home not in homes and household_id not in taken:
            homes[home] = household_id
            taken.add(household_id)


def write(connection: Connection, periods: Sequence[str]) -> None:
    """Write who lives in which household for ``periods``, and which household each sender's record is in."""
    connection.execute("delete from identity.resident_home")
    _read_models(connection, _RESIDENT_HOMES, [list(periods)])
    connection.execute("analyze identity.resident_home")
    for period in sorted(periods):
        _write_month(connection, period)
        # What is written now is what the next month looks back on.
        connection.execute("analyze identity.household, identity.household_member")
    connection.execute(_FORGET_XREF, [list(periods)])
    connection.execute(_XREF, [list(periods)])
    connection.execute("delete from identity.residence_contradiction where period = any(%s)", [list(periods)])
    _read_models(connection, _CONTRADICTIONS, [list(periods)])


def _read_models(connection: Connection, statement: str, parameters: Mapping[str, object] | Sequence[object]) -> None:
    # The models are views on views: the planner takes what comes out of them for a few rows, and would loop over millions, or merge by
    # the month alone, which is all rows with all rows.
    connection.execute("set local enable_nestloop = off; set local enable_mergejoin = off")
    connection.execute(statement, parameters)
    connection.execute("set local enable_nestloop = on; set local enable_mergejoin = on")


def _write_month(connection: Connection, period: str) -> None:
    homes: dict[str, UUID] = {}
    month = {"period": period}
    connection.execute("create temporary table home (period text, person_id uuid primary key, home_key text)")
    _read_models(connection, _HOMES, month)
    connection.execute("create index on home (home_key)")
    connection.execute("analyze home")
    for source in (_LAST_KNOWN, _THIS_MONTH_BEFORE, _FIRST_KNOWN_LATER):
        follow(connection.execute(source + _BY_OVERLAP, month).fetchall(), homes)
    keys = [str(key) for (key,) in connection.execute("select distinct home_key from home order by 1")]
    new = [(uuid4(), period) for key in keys if key not in homes]
    homes.update(zip((key for key in keys if key not in homes), (household_id for household_id, _ in new), strict=True))
    connection.execute("create temporary table named (home_key text primary key, household_id uuid)")
    with connection.cursor() as cursor:
        with cursor.copy("copy identity.household (household_id, minted_period) from stdin") as copy:
            for row in new:
                copy.write_row(row)
        with cursor.copy("copy named from stdin") as copy:
            for pair in homes.items():
                copy.write_row(pair)
    for statement in (_OLDER_THAN_THOUGHT, _LOG, _FORGET_MONTH, _MONTH, _YOUNGER_THAN_THOUGHT):
        connection.execute(statement, month)
    connection.execute("drop table named, home")


_RESIDENT_HOMES = """
    insert into identity.resident_home
    select
        period, person_id, home_key, address_key, authority_code, address_class, is_communal, n_partners, residence, has_uprn, is_contested,
        resident_from, resident_to, family_id, role
    from intermediate.int_resident_home
    where period = any(%s)
"""

# The models look back on the months before, so each month's homes are read when those are written.
_HOMES = "insert into home select period, person_id, home_key from intermediate.int_home_member where period = %(period)s"

# Each household as the last month before this one knows it. Few are gone by then, so only those are looked for further back.
_LAST_KNOWN = """
    with before as (select max(period) as period from identity.household_member where period < %(period)s),
    gone as (
        select household.household_id, last.period
        from identity.household as household,
            lateral (
                select max(member.period) as period from identity.household_member as member
                where member.household_id = household.household_id and member.period < %(period)s
            ) as last
        where household.minted_period < %(period)s and not exists (
            select from identity.household_member as member inner join before using (period)
            where member.household_id = household.household_id
        )
    ),
    known as (
        select member.* from identity.household_member as member inner join before using (period)
        union all
        select member.* from gone inner join identity.household_member as member using (household_id, period)
    )
"""
# Only households that no earlier month knows: the others follow their members.
_THIS_MONTH_BEFORE = """
    with known as (
        select member.* from identity.household_member as member inner join identity.household as household using (household_id)
        where member.period = %(period)s and household.minted_period >= %(period)s
    )
"""
_FIRST_KNOWN_LATER = """
    with known as (
        select member.* from identity.household as household
        inner join identity.household_member as member
            on member.household_id = household.household_id and member.period = household.minted_period
        where household.minted_period > %(period)s
    )
"""
# The more members the better; then who is back where they were; then whom a later month knows; then the older household.
_BY_OVERLAP = """
    select home.home_key, known.household_id
    from home
    inner join known using (person_id)
    inner join identity.household as household using (household_id)
    group by home.home_key, known.household_id, known.period, known.home_key, household.minted_period
    order by
        count(*) desc, known.home_key = home.home_key desc, known.period desc, household.minted_period,
        home.home_key collate "C", known.home_key collate "C"
"""

_OLDER_THAN_THOUGHT = """
    update identity.household as household set minted_period = %(period)s
    from named where named.household_id = household.household_id and household.minted_period > %(period)s
"""

# A home of this month that was known by another id: renamed, and said so.
_LOG = """
    insert into identity.merge_log (period, kind, entity, from_id, to_id, reason)
    select distinct
        %(period)s, case when member.household_id in (select household_id from named) then 'split' else 'merge' end,
        'household', member.household_id, named.household_id, 'follows_its_members'
    from identity.household_member as member
    inner join home on home.period = member.period and home.person_id = member.person_id and home.home_key = member.home_key
    inner join named on named.home_key = home.home_key
    where member.period = %(period)s and member.household_id <> named.household_id
"""

_FORGET_MONTH = """
    delete from identity.household_member as member
    where member.period = %(period)s and not exists (
        select from home inner join named using (home_key)
        where (home.period, home.person_id, home.home_key, named.household_id)
            = (member.period, member.person_id, member.home_key, member.household_id)
    )
"""

_MONTH = """
    insert into identity.household_member (period, person_id, household_id, home_key)
    select home.period, home.person_id, named.household_id, home.home_key
    from home inner join named using (home_key)
    on conflict do nothing
"""

# A household that this month knows no more: it is as old as the next month that does.
_YOUNGER_THAN_THOUGHT = """
    update identity.household as household set minted_period = later.period
    from (
        select known.household_id, min(member.period) as period
        from identity.household as known inner join identity.household_member as member using (household_id)
        where known.minted_period = %(period)s and not exists (select from named where named.household_id = known.household_id)
        group by known.household_id
    ) as later
    where later.household_id = household.household_id
"""

_FORGET_XREF = """
    delete from identity.household_xref as old
    where old.period = any(%s) and not exists (
        select from identity.person_record as record
        inner join identity.person_xref as xref using (partner_code, person_ref)
        inner join identity.household_member as member on member.period = record.period and member.person_id = xref.person_id
        where (record.partner_code, record.person_ref, record.period, member.household_id)
            = (old.partner_code, old.person_ref, old.period, old.household_id)
    )
"""

_XREF = """
    insert into identity.household_xref (period, partner_code, person_ref, household_id)
    select record.period, record.partner_code, record.person_ref, member.household_id
    from identity.person_record as record
    inner join identity.person_xref as xref using (partner_code, person_ref)
    inner join identity.household_member as member on member.period = record.period and member.person_id = xref.person_id
    where record.period = any(%s)
    on conflict do nothing
"""

_CONTRADICTIONS = """
    insert into identity.residence_contradiction
    select distinct on (taken.period, taken.person_id, other.partner_code, other.address_key)
        taken.period, taken.person_id, taken.partner_code, taken.address_key, other.partner_code, other.address_key,
        case when other.resident_from = taken.resident_from then 'same_day' else 'later_day_taken' end
    from intermediate.int_main_residence as taken
    inner join intermediate.int_linked_residence as other using (period, person_id)
    where taken.period = any(%s)
        and other.is_current and other.residence = taken.residence and other.address_key <> taken.address_key
    order by taken.period, taken.person_id, other.partner_code, other.address_key, other.resident_from desc
"""

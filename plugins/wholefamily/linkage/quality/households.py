"""Households against a truth, and whether ids last from month to month."""

from dataclasses import asdict, dataclass
from typing import Any

import duckdb
import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Exactness:
    """How many true households were found as they are: nobody too many, nobody missing, nobody twice."""

    n_households: int
    n_exact: int

    @property
    def share(self) -> float | None:
        """Of the true households; None when there is none."""
        return self.n_exact / self.n_households if self.n_households else None

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "share": self.share}


@dataclass(frozen=True, slots=True)
class Lasting:
    """Ids between two months: of records known in both, and of households with the same members at the same address in both."""

    period: str
    next_period: str
    n_households: int
    n_same_household_id: int
    n_records: int
    n_records_moved: int
    """Records of both months that a merge or a split of the later month has given another person_id."""

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def exact_households(members: pa.Table, truth: pa.Table, residence: pa.Table) -> dict[str, Exactness]:
    """By month: ``members`` (period, partner_code, person_ref, person_id, household_id) against the truth.

    ``truth``: partner_code, person_ref, true_person_id; ``residence``: period, true_person_id, true_household_id (null: in none).
    Only months that both know are compared.
    """
    with duckdb.connect() as database:
        for name, table in (("member", members), ("truth", truth), ("residence", residence)):
            database.register(name, table)
        rows = database.execute(_EXACT).fetchall()
    return {period: Exactness(n_households, n_exact) for period, n_households, n_exact in rows}


_EXACT = """
    with found as (
        select distinct period, household_id, person_id, true_person_id
        from member inner join truth using (partner_code, person_ref)
    ),
    found_size as (
        select period, household_id, count(distinct true_person_id) as n_members, count(distinct person_id) as n_ids
        from found group by period, household_id
    ),
    lived as (select period, true_household_id, true_person_id from residence where true_household_id is not null),
    home as (select period, true_household_id, count(*) as n_members from lived group by period, true_household_id),
    overlap as (
        select period, true_household_id, household_id, count(distinct true_person_id) as n_members
        from lived inner join found using (period, true_person_id)
        group by period, true_household_id, household_id
    ),
    exact as (
        select distinct period, true_household_id
        from overlap inner join home using (period, true_household_id) inner join found_size using (period, household_id)
        where overlap.n_members = home.n_members and overlap.n_members = found_size.n_members and found_size.n_members = found_size.n_ids
    )
    select home.period, count(*), count(exact.period)
    from home left join exact using (period, true_household_id)
    where home.period in (select period from member)
    group by home.period
    order by home.period
"""

LASTING = """
    with month as (
        select period, lead(period) over (order by period) as next_period
        from (select distinct period from identity.household_member) as months
    ),
    home as (
        select period, household_id, home_key, array_agg(person_id order by person_id) as members
        from identity.household_member
        group by period, household_id, home_key
    ),
    unchanged as (
        select month.period, count(*) as n_households, count(*) filter (where before.household_id = after.household_id) as n_same
        from month
        inner join home as before on before.period = month.period
        inner join home as after on after.period = month.next_period and after.home_key = before.home_key and after.members = before.members
        group by month.period
    ),
    known as (
        select month.period, count(*) as n_records, count(*) filter (where moved.person_ref is not null) as n_moved
        from month
        inner join identity.person_record as before on before.period = month.period
        inner join identity.person_record as after
            on after.period = month.next_period and (after.partner_code, after.person_ref) = (before.partner_code, before.person_ref)
        left join (select distinct period, partner_code, person_ref from identity.merge_log where entity = 'person') as moved
            on (moved.period, moved.partner_code, moved.person_ref) = (month.next_period, before.partner_code, before.person_ref)
        group by month.period
    )
    select month.period, month.next_period, coalesce(n_households, 0), coalesce(n_same, 0), coalesce(n_records, 0), coalesce(n_moved, 0)
    from month
    left join unchanged using (period)
    left join known using (period)
    where month.next_period is not null
    order by month.period
"""
"""PostgreSQL: the columns of ``Lasting``."""

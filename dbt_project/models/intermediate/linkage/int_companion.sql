-- One row per person and month in a placement or away, reason and other person with whom they belong: 1 = lived with them at their last
-- main residence, or is of their name and lives there; 2 = was of their household the month before, since a sender may put the new
-- address in place of the old one; 3 = is of their name and lives at the address from which they are said to be away.
-- A view: it is read after linkage.
{{ config(materialized='view') }}

with elsewhere as (
    select distinct
        period,
        person_id
    from {{ ref('int_linked_residence') }}
    where is_current and residence in ('PLACEMENT', 'AWAY')
),

last_homes as (
    select distinct on (period, person_id)
        period,
        person_id,
        surname,
        address_class,
        address_key,
        resident_to
    from {{ ref('int_linked_residence') }}
    where residence = 'MAIN' and not is_current
    order by period, person_id, resident_from desc, partner_code, address_key
),

-- Strangers who moved in since are nobody's family.
lived_with as (
    select
        last_homes.period,
        last_homes.person_id,
        1 as strength,
        others.person_id as other_id
    from last_homes
    inner join elsewhere on last_homes.period = elsewhere.period and last_homes.person_id = elsewhere.person_id
    inner join {{ ref('int_linked_residence') }} as others
        on last_homes.period = others.period and last_homes.address_key = others.address_key
    where
        last_homes.address_class = 'RD' and others.residence = 'MAIN'
        and (
            others.surname = last_homes.surname
            or (
                others.resident_from <= last_homes.resident_to
                and coalesce(others.resident_to >= last_homes.resident_to, true)
            )
        )
),

month_before as (
    select
        periods.period,
        (select max(member.period) from {{ source('identity', 'household_member') }} as member where member.period < periods.period)
            as last_period
    from (select distinct elsewhere.period from elsewhere) as periods
),

of_household as (
    select
        elsewhere.period,
        elsewhere.person_id,
        2 as strength,
        others.person_id as other_id
    from elsewhere
    inner join month_before on elsewhere.period = month_before.period
    inner join {{ source('identity', 'household_member') }} as own
        on month_before.last_period = own.period and elsewhere.person_id = own.person_id
    inner join {{ source('identity', 'household_member') }} as others
        on own.period = others.period and own.household_id = others.household_id
),

of_address as (
    select
        away.period,
        away.person_id,
        3 as strength,
        others.person_id as other_id
    from {{ ref('int_linked_residence') }} as away
    inner join {{ ref('int_linked_residence') }} as others
        on
            away.period = others.period
            and away.address_key = others.address_key
            and away.surname = others.surname
            and away.person_id <> others.person_id
    where
        away.is_current and away.residence = 'AWAY' and away.address_class = 'RD'
        and others.is_current and others.residence = 'MAIN'
)

select * from lived_with
union all
select * from of_household
union all
select * from of_address

-- One row per person and month who is a member of some household, and why. The registry gives each home its household_id.
-- A view: it is read after linkage, by the registry of households and then by int_household_member.
{{ config(materialized='view') }}

with residents as not materialized (
    select * from {{ source('identity', 'resident_home') }}
),

elsewhere as (
    select * from {{ ref('int_elsewhere') }}
),

homes as not materialized (
    select distinct on (period, home_key)
        period,
        home_key,
        address_key,
        authority_code,
        address_class
    from residents
    order by period, home_key
),

family_sizes as (
    select
        period,
        family_id,
        count(*) as n_members
    from {{ ref('int_linked_family_place') }}
    where is_open and role <> 'NON_RESIDENT_PARENT'
    group by period, family_id
),

members as (
    select
        residents.period,
        residents.person_id,
        residents.home_key,
        case
            when residents.is_communal then 'programme'
            -- Address and family agree: another of the family lives here, or the family is this one person.
            when
                residents.family_id is not null
                and (
                    count(*) over (partition by residents.period, residents.home_key, residents.family_id) > 1
                    or family_sizes.n_members = 1
                ) then 'both'
            else 'address'
        end as basis,
        residents.has_uprn,
        residents.is_contested,
        residents.n_partners,
        residents.residence,
        residents.resident_from as valid_from,
        residents.resident_to as valid_to
    from residents
    left join family_sizes
        on residents.period = family_sizes.period and residents.family_id = family_sizes.family_id
),

members_elsewhere as (
    select
        elsewhere.period,
        elsewhere.person_id,
        elsewhere.home_key,
        'programme' as basis,
        elsewhere.elsewhere_from as valid_from,
        elsewhere.elsewhere_to as valid_to
    from elsewhere
    left join residents on elsewhere.period = residents.period and elsewhere.person_id = residents.person_id
    where residents.person_id is null and elsewhere.home_key is not null
)

select
    members.period,
    members.person_id,
    members.home_key,
    homes.address_key,
    homes.authority_code,
    homes.address_class,
    members.basis,
    case
        when members.basis = 'programme' then 'D'
        when members.residence = 'SHARED' or members.is_contested or not members.has_uprn then 'C'
        when members.basis = 'both' or members.n_partners > 1 then 'A'
        else 'B'
    end as evidence_grade,
    not coalesce(elsewhere.is_placed, false) as is_main_residence,
    coalesce(elsewhere.is_away, false) as is_away,
    members.valid_from,
    members.valid_to
from members
inner join homes on members.period = homes.period and members.home_key = homes.home_key
left join elsewhere on members.period = elsewhere.period and members.person_id = elsewhere.person_id

union all

select
    members_elsewhere.period,
    members_elsewhere.person_id,
    members_elsewhere.home_key,
    homes.address_key,
    homes.authority_code,
    homes.address_class,
    members_elsewhere.basis,
    'D' as evidence_grade,
    not elsewhere.is_placed as is_main_residence,
    elsewhere.is_away,
    members_elsewhere.valid_from,
    members_elsewhere.valid_to
from members_elsewhere
inner join homes on members_elsewhere.period = homes.period and members_elsewhere.home_key = homes.home_key
inner join elsewhere
    on members_elsewhere.period = elsewhere.period and members_elsewhere.person_id = elsewhere.person_id

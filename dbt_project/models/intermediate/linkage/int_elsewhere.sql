-- One row per person and month in a placement or away (prison, forces, hospital), and the home they belong to all the same:
-- that of their main residence; else that of their family on the programme; else where those now live who lived with them at
-- their last main residence, or were of their household the month before; and who is away from the address that is sent
-- belongs to the family that lives there (readings.md 34). A view: it is read after linkage.
{{ config(materialized='view') }}

with elsewhere as (
    select
        period,
        person_id,
        bool_or(residence = 'PLACEMENT') as is_placed,
        bool_or(residence = 'AWAY') as is_away,
        min(resident_from) as elsewhere_from,
        case when bool_and(resident_to is not null) then max(resident_to) end as elsewhere_to
    from {{ ref('int_linked_residence') }}
    where is_current and residence in ('PLACEMENT', 'AWAY')
    group by period, person_id
),

residents as not materialized (
    select * from {{ source('identity', 'resident_home') }}
),

places as (
    select * from {{ ref('int_linked_family_place') }}
    where is_open and role <> 'NON_RESIDENT_PARENT'
),

-- Where most adults of a family live.
family_homes as (
    select distinct on (period, family_id)
        period,
        family_id,
        home_key
    from residents
    where family_id is not null
    group by period, family_id, home_key
    order by period, family_id, count(*) filter (where role = 'ADULT') desc, count(*) desc, home_key
),

homes_by_family as (
    select distinct on (places.period, places.person_id)
        places.period,
        places.person_id,
        family_homes.home_key
    from places
    inner join family_homes on places.period = family_homes.period and places.family_id = family_homes.family_id
    order by places.period, places.person_id, places.attached_on desc, places.family_id
),

-- The surest of these that leads to a home, and of several homes that of most companions.
homes_by_companion as (
    select distinct on (companions.period, companions.person_id)
        companions.period,
        companions.person_id,
        residents.home_key
    from {{ ref('int_companion') }} as companions
    inner join residents on companions.period = residents.period and companions.other_id = residents.person_id
    group by companions.period, companions.person_id, companions.strength, residents.home_key
    order by companions.period, companions.person_id, companions.strength, count(distinct companions.other_id) desc, residents.home_key
)

select
    elsewhere.period,
    elsewhere.person_id,
    elsewhere.is_placed,
    elsewhere.is_away,
    elsewhere.elsewhere_from,
    elsewhere.elsewhere_to,
    case
        when residents.person_id is not null then residents.home_key
        else coalesce(homes_by_family.home_key, homes_by_companion.home_key)
    end as home_key
from elsewhere
left join residents on elsewhere.period = residents.period and elsewhere.person_id = residents.person_id
left join homes_by_family
    on elsewhere.period = homes_by_family.period and elsewhere.person_id = homes_by_family.person_id
left join homes_by_companion
    on elsewhere.period = homes_by_companion.period and elsewhere.person_id = homes_by_companion.person_id

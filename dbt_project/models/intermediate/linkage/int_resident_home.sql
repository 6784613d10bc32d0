-- One row per person and month whose main residence makes them a member of a household. A view: it is read by the registry of
-- households, which keeps what it says in identity.resident_home: computed once, and counted, for all who need it.
{{ config(materialized='view') }}

with main_residences as (
    select * from {{ ref('int_main_residence') }}
),

addresses as (
    select * from {{ ref('int_address') }}
),

-- One family a person: the one attached last. A non-resident parent is a member of the family only (readings.md 36).
families as (
    select distinct on (period, person_id)
        period,
        person_id,
        family_id,
        role
    from {{ ref('int_linked_family_place') }}
    where is_open and role <> 'NON_RESIDENT_PARENT'
    order by period, person_id, attached_on desc, family_id
)

select
    main_residences.period,
    main_residences.person_id,
    -- At a communal address a programme family is a household of its own (readings.md 35).
    case
        when addresses.is_communal then main_residences.address_key || ' family ' || families.family_id
        else main_residences.address_key
    end as home_key,
    main_residences.address_key,
    addresses.authority_code,
    addresses.address_class,
    addresses.is_communal,
    addresses.n_partners,
    main_residences.residence,
    main_residences.has_uprn,
    main_residences.is_contested,
    main_residences.resident_from,
    main_residences.resident_to,
    families.family_id,
    families.role
from main_residences
inner join addresses
    on main_residences.period = addresses.period and main_residences.address_key = addresses.address_key
left join families
    on main_residences.period = families.period and main_residences.person_id = families.person_id
where not addresses.is_communal or families.family_id is not null

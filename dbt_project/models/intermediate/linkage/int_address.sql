-- One row per address that somebody lives at as at the end of the month: what kind of place it is, and whose.
-- A view: it is read after linkage, so that a person whom two senders know counts once.
{{ config(materialized='view') }}

with residences as (
    select * from {{ ref('int_linked_residence') }}
    where is_current and address_key is not null
),

addresses as (
    select
        period,
        address_key,
        coalesce(min(address_class) filter (where address_class <> 'RD'), 'RD') as address_class,
        min(property_key) as property_key,
        count(distinct partner_code) as n_partners
    from residences
    group by period, address_key
),

-- Whether many people of many surnames live at one number is asked of the whole house: the flats of a tower are not told apart.
properties as (
    select
        period,
        property_key
    from residences
    where property_key is not null
    group by period, property_key
    having count(distinct person_id) > 12 and count(distinct surname) >= 4
),

-- One authority is responsible: the one that knows most people there, then the one that heard of them last.
authorities as (
    select distinct on (period, address_key)
        period,
        address_key,
        partner_code
    from residences
    where residence in ('MAIN', 'SHARED')
    group by period, address_key, partner_code
    order by period, address_key, count(distinct person_id) desc, max(resident_from) desc, partner_code
)

select
    addresses.period,
    addresses.address_key,
    addresses.address_class,
    authorities.partner_code as authority_code,
    addresses.n_partners,
    -- A communal address says nothing about who lives together (readings.md 35).
    addresses.address_class in ('RH', 'RI', 'CH')
    or properties.property_key is not null as is_communal
from addresses
left join properties on addresses.period = properties.period and addresses.property_key = properties.property_key
left join authorities on addresses.period = authorities.period and addresses.address_key = authorities.address_key

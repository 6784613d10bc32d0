-- int_residence of authorities' records with the registry's person ids. A view: it is read after linkage.
-- A spell elsewhere counts without an address too: nobody need say in which prison somebody is.
-- The police's addresses make nobody a member of a household (readings.md 17). The dead live nowhere (readings.md 38).
{{ config(materialized='view') }}

with residences as (
    select * from {{ ref('int_residence') }}
    where is_authority and (address_key is not null or residence in ('PLACEMENT', 'AWAY'))
),

person_xref as (
    select * from {{ source('identity', 'person_xref') }}
),

deaths as (
    select * from {{ ref('int_person_death') }}
)

select
    residences.period,
    person_xref.person_id,
    residences.partner_code,
    residences.surname,
    residences.residence,
    residences.address_class,
    residences.has_uprn,
    residences.property_key,
    residences.address_key,
    residences.resident_from,
    residences.resident_to,
    residences.is_current
from residences
inner join person_xref
    on residences.partner_code = person_xref.partner_code and residences.person_ref = person_xref.person_ref
left join deaths on residences.period = deaths.period and person_xref.person_id = deaths.person_id
where deaths.deceased_on is null or to_char(deaths.deceased_on, 'YYYY-MM') >= residences.period

-- int_programme_place with the registry's ids: one row per family, person and month. A view: it is read after linkage.
{{ config(materialized='view') }}

with places as (
    select * from {{ ref('int_programme_place') }}
),

deaths as (
    select * from {{ ref('int_person_death') }}
),

person_xref as (
    select * from {{ source('identity', 'person_xref') }}
),

family_xref as (
    select * from {{ source('identity', 'family_xref') }}
)

select
    places.period,
    family_xref.family_id,
    person_xref.person_id,
    places.partner_code,
    places.framework,
    places.role,
    places.attached_on,
    places.closed_on,
    places.joined_on,
    places.left_on,
    places.lead_practitioner,
    places.is_consenting,
    places.closed_on is null or places.closed_on >= {{ as_at('places.period') }} as is_open
from places
inner join person_xref
    on places.partner_code = person_xref.partner_code and places.person_ref = person_xref.person_ref
inner join family_xref
    on places.partner_code = family_xref.partner_code and places.family_ref = family_xref.family_ref
left join deaths on places.period = deaths.period and person_xref.person_id = deaths.person_id
-- From the month after the death on nobody is a member (readings.md 38).
where deaths.deceased_on is null or to_char(deaths.deceased_on, 'YYYY-MM') >= places.period

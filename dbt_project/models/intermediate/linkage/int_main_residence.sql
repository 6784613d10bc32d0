-- One row per person and month: the spell that says where the person is at home. MAIN decides, then SHARED (readings.md 34);
-- of two the later one. A view: it is read after linkage.
{{ config(materialized='view') }}

with residences as (
    select * from {{ ref('int_linked_residence') }}
),

elsewhere as (
    select distinct
        period,
        person_id,
        address_key
    from residences
    where is_current and residence in ('PLACEMENT', 'AWAY')
),

-- The address of a placement, or of a prison, is nobody's home, whatever another sender calls it.
candidates as (
    select residences.*
    from residences
    left join elsewhere
        on
            residences.period = elsewhere.period
            and residences.person_id = elsewhere.person_id
            and residences.address_key = elsewhere.address_key
    where residences.is_current and residences.residence in ('MAIN', 'SHARED') and elsewhere.person_id is null
)

select distinct on (period, person_id)
    period,
    person_id,
    partner_code,
    residence,
    has_uprn,
    address_key,
    resident_from,
    resident_to
from candidates
order by period, person_id, residence = 'MAIN' desc, resident_from desc, has_uprn desc, partner_code, address_key

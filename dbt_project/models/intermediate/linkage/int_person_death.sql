-- One row per person of whom some sender knows, and month, that they have died. A view: it is read after linkage.
{{ config(materialized='view') }}

select
    records.period,
    person_xref.person_id,
    min(records.deceased_on) as deceased_on
from {{ ref('int_person_record') }} as records
inner join {{ source('identity', 'person_xref') }} as person_xref
    on records.partner_code = person_xref.partner_code and records.person_ref = person_xref.person_ref
where records.deceased_on is not null
group by records.period, person_xref.person_id

-- Offences with a formal court or out-of-court disposal that has not been retracted, with the three ages that a rule may ask for.
with offence as (
    select * from {{ ref('stg_offences') }}
    where {{ in_periods('period') }}
),

proven as (
    select
        offence.period,
        {{ as_at('offence.period') }} as as_at,
        xref.person_id,
        offence.partner_code,
        offence.offence_ref,
        offence.disposal,
        offence.offence_date,
        offence.disposal_date,
        offence.role,
        {{ source_record('offences', 'offence') }} as source_record
    from offence
    inner join {{ source('identity', 'person_xref') }} as xref
        on offence.partner_code = xref.partner_code and offence.person_ref = xref.person_ref
    inner join {{ ref('proven_disposal') }} as disposal on offence.disposal = disposal.disposal
    where offence.retracted_on is null or offence.retracted_on > {{ as_at('offence.period') }}
),

once as (
    -- A person may have two roles in one offence; it is one offence.
    select distinct on (period, person_id, partner_code, offence_ref) *
    from proven
    order by period, person_id, partner_code, offence_ref, disposal_date nulls last, role
)

select
    once.period,
    once.as_at,
    once.person_id,
    once.partner_code,
    once.offence_ref,
    once.disposal,
    once.offence_date,
    once.disposal_date,
    once.source_record,
    {{ age_on('person.date_of_birth', 'once.offence_date') }} as age_at_offence,
    {{ age_on('person.date_of_birth', 'once.disposal_date') }} as age_at_disposal,
    {{ age_on('person.date_of_birth', 'once.as_at') }} as age_at_month_end
from once
left join {{ ref('int_person_month') }} as person
    on once.period = person.period and once.person_id = person.person_id and {{ in_periods('person.period') }}

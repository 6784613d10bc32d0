-- Work outcomes of the adults of the measured. A job is evidence once the authority has verified it (readings.md 30).
select
    member.period,
    member.as_at,
    member.framework_code,
    member.subject_id,
    member.is_comparison,
    member.person_id,
    outcome.outcome,
    outcome.start_date,
    outcome.end_date,
    coalesce(outcome.verified_on <= member.as_at, false) as is_verified,
    outcome.partner_code as source_partner,
    {{ source_record('work_outcomes', 'outcome') }} as source_record
from {{ ref('stg_work_outcomes') }} as outcome
inner join {{ source('identity', 'person_xref') }} as xref
    on outcome.partner_code = xref.partner_code and outcome.person_ref = xref.person_ref
inner join {{ ref('int_progress_member') }} as member
    on outcome.period = member.period and xref.person_id = member.person_id and member.role = 'ADULT'

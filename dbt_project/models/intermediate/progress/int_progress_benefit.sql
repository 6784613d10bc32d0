-- Adults of the measured and the out-of-work benefits that they are, or ever were, on.
select distinct
    member.period,
    member.as_at,
    member.framework_code,
    member.subject_id,
    member.is_comparison,
    member.person_id,
    member.attached_date,
    out_of_work.weeks_in_work,
    out_of_work.of_last_weeks,
    benefit.start_date,
    benefit.end_date,
    benefit.partner_code as source_partner,
    {{ source_record('benefits', 'benefit') }} as source_record
from {{ ref('stg_benefits') }} as benefit
inner join {{ source('identity', 'person_xref') }} as xref
    on benefit.partner_code = xref.partner_code and benefit.person_ref = xref.person_ref
inner join {{ ref('int_progress_member') }} as member
    on benefit.period = member.period and xref.person_id = member.person_id and member.role = 'ADULT'
inner join {{ ref('out_of_work_benefit') }} as out_of_work
    on
        benefit.benefit = out_of_work.benefit
        and (out_of_work.uc_conditionality is null or benefit.uc_conditionality = out_of_work.uc_conditionality)

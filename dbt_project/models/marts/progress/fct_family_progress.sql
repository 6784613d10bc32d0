-- How each family does on each measure of its framework, as at the month's end.
with identified as (
    select * from {{ ref('fct_identified_criterion') }}
    where {{ in_periods('period') }}
),

family as (
    select
        member.period,
        member.framework_code,
        member.subject_id as family_id,
        min(member.partner_code) as partner_code,
        min(member.attached_date) as attached_date,
        bool_or(member.is_away) as has_member_away
    from {{ ref('int_progress_member') }} as member
    where not member.is_comparison
    group by member.period, member.framework_code, member.subject_id
)

select
    measured.period,
    measured.framework_code,
    family.family_id,
    measured.measure_code,
    {{ identified_baseline() }} as baseline_value,
    measured.current_value,
    {{ identified_result() }} as result,
    {{ identified_reason('family.has_member_away') }} as reason,
    family.partner_code,
    family.attached_date,
    coalesce(plan.has_plan, false) as has_plan
from {{ ref('int_progress_measured') }} as measured
inner join family
    on
        measured.period = family.period
        and measured.framework_code = family.framework_code
        and measured.subject_id = family.family_id
inner join {{ ref('int_measure_in_force') }} as measure
    on
        measured.period = measure.period
        and family.partner_code = measure.authority_code
        and measured.framework_code = measure.framework_code
        and measured.measure_code = measure.measure_code
left join identified
    on
        measured.period = identified.period
        and measured.framework_code = identified.framework_code
        and measured.subject_id = identified.subject_id
        and measure.criterion_code = identified.criterion_code
left join {{ ref('int_family_plan') }} as plan
    on measured.period = plan.period and family.family_id = plan.family_id

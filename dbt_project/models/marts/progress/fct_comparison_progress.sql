-- How each household of the comparison cohort does on the same measures as families, without the programme.
with identified as (
    select * from {{ ref('fct_identified_criterion') }}
    where {{ in_periods('period') }}
),

household as (
    select
        member.period,
        member.framework_code,
        member.subject_id as household_id,
        min(member.partner_code) as authority_code,
        to_char(min(member.attached_date), 'YYYY-MM') as entered_period,
        bool_or(member.is_away) as has_member_away
    from {{ ref('int_progress_member') }} as member
    where member.is_comparison
    group by member.period, member.framework_code, member.subject_id
)

select
    measured.period,
    measured.framework_code,
    household.household_id,
    household.entered_period,
    measured.measure_code,
    {{ identified_baseline() }} as baseline_value,
    measured.current_value,
    {{ identified_result() }} as result,
    {{ identified_reason('household.has_member_away') }} as reason,
    household.authority_code
from {{ ref('int_progress_measured') }} as measured
inner join household
    on
        measured.period = household.period
        and measured.framework_code = household.framework_code
        and measured.subject_id = household.household_id
inner join {{ ref('int_measure_in_force') }} as measure
    on
        measured.period = measure.period
        and household.authority_code = measure.authority_code
        and measured.framework_code = measure.framework_code
        and measured.measure_code = measure.measure_code
left join identified
    on
        measured.period = identified.period
        and measured.framework_code = identified.framework_code
        and measured.subject_id = identified.subject_id
        and measure.criterion_code = identified.criterion_code

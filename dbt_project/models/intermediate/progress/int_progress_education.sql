-- Whether each child of school age of the measured goes to school: few fixed exclusions and little unauthorised absence, pooled
-- over the terms.
with subject as (
    select distinct
        member.period,
        member.framework_code,
        member.subject_id,
        measure.measure_code
    from {{ ref('int_progress_member') }} as member
    inner join {{ ref('int_measure_in_force') }} as measure
        on
            member.period = measure.period
            and member.partner_code = measure.authority_code
            and member.framework_code = measure.framework_code
            and measure.test = 'schooling'
),

child as (
    select * from {{ ref('int_progress_child') }}
    where test = 'schooling'
),

excluded as (
    select
        child.period,
        child.framework_code,
        child.subject_id,
        child.person_id,
        count(*) as n_fixed
    from child
    inner join {{ ref('int_child_exclusion') }} as exclusion
        on
            child.period = exclusion.period and child.person_id = exclusion.person_id
            and exclusion.start_date between child.terms_from and child.terms_to
    where not exclusion.is_permanent
    group by child.period, child.framework_code, child.subject_id, child.person_id
),

absent as (
    select
        child.period,
        child.framework_code,
        child.subject_id,
        child.person_id,
        sum(attendance.sessions_possible) as possible,
        sum(attendance.sessions_unauthorised_absence) as unauthorised
    from child
    inner join {{ ref('int_child_attendance') }} as attendance
        on
            child.period = attendance.period and child.person_id = attendance.person_id
            and child.terms_from <= attendance.term_from and child.terms_to >= attendance.term_to
    group by child.period, child.framework_code, child.subject_id, child.person_id
),

judged as (
    select
        child.period,
        child.framework_code,
        child.subject_id,
        child.person_id,
        case
            when coalesce(excluded.n_fixed, 0) >= child.n_episodes then 'fail'
            when coalesce(absent.possible, 0) = 0 then 'not_evidenced'
            when absent.unauthorised * 100 >= child.percent * absent.possible then 'fail'
            else 'pass'
        end as result
    from child
    left join excluded
        on
            child.period = excluded.period and child.framework_code = excluded.framework_code
            and child.subject_id = excluded.subject_id and child.person_id = excluded.person_id
    left join absent
        on
            child.period = absent.period and child.framework_code = absent.framework_code
            and child.subject_id = absent.subject_id and child.person_id = absent.person_id
)

select
    subject.period,
    subject.framework_code,
    subject.subject_id,
    subject.measure_code,
    count(judged.person_id) filter (where judged.result = 'fail')::integer as current_value,
    case
        when count(judged.person_id) = 0 then 'neutral'
        when bool_or(judged.result = 'fail') then 'fail'
        when bool_or(judged.result = 'not_evidenced') then 'not_evidenced'
        else 'pass'
    end as result,
    case
        when count(judged.person_id) = 0 then 'no_child_of_school_age'
        when bool_or(judged.result = 'fail') then 'a_child_excluded_or_absent'
        when bool_or(judged.result = 'not_evidenced') then 'a_child_without_attendance'
        else 'every_child_attends'
    end as reason
from subject
left join judged
    on
        subject.period = judged.period
        and subject.framework_code = judged.framework_code
        and subject.subject_id = judged.subject_id
group by subject.period, subject.framework_code, subject.subject_id, subject.measure_code

-- Whether each child of school age of a measured family goes to school: few fixed exclusions and little unauthorised absence.
with family as (
    select distinct
        period,
        framework_code,
        family_id
    from {{ ref('int_progress_member') }}
),

child as (
    select * from {{ ref('int_progress_child') }}
),

excluded as (
    select
        child.period,
        child.family_id,
        child.person_id,
        count(*) as n_fixed
    from child
    inner join {{ ref('int_child_exclusion') }} as exclusion
        on
            child.period = exclusion.period and child.person_id = exclusion.person_id
            and exclusion.start_date between child.terms_from and child.terms_to
    where not exclusion.is_permanent
    group by child.period, child.family_id, child.person_id
),

absent as (
    select
        child.period,
        child.family_id,
        child.person_id,
        sum(attendance.sessions_possible) as possible,
        sum(attendance.sessions_unauthorised_absence) as unauthorised
    from child
    inner join {{ ref('int_child_attendance') }} as attendance
        on
            child.period = attendance.period and child.person_id = attendance.person_id
            and child.terms_from <= attendance.term_from and child.terms_to >= attendance.term_to
    group by child.period, child.family_id, child.person_id
),

judged as (
    select
        child.period,
        child.framework_code,
        child.family_id,
        child.person_id,
        case
            when coalesce(excluded.n_fixed, 0) >= child.n_episodes then 'fail'
            when coalesce(absent.possible, 0) = 0 then 'not_evidenced'
            when absent.unauthorised * 100 >= child.percent * absent.possible then 'fail'
            else 'pass'
        end as result
    from child
    left join excluded
        on child.period = excluded.period and child.family_id = excluded.family_id and child.person_id = excluded.person_id
    left join absent
        on child.period = absent.period and child.family_id = absent.family_id and child.person_id = absent.person_id
)

select
    family.period,
    family.framework_code,
    family.family_id,
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
from family
left join judged
    on
        family.period = judged.period
        and family.framework_code = judged.framework_code
        and family.family_id = judged.family_id
group by family.period, family.framework_code, family.family_id

-- Whether each child of school age of the measured is at a school and attends above the threshold in each of the terms: the later
-- frameworks' outcome of education. Authorised absence is absence (readings.md 33); a term of which nothing came is not known.
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
            and measure.test = 'attendance'
),

child as (
    select * from {{ ref('int_progress_child') }}
    where test = 'attendance'
),

without_place as (
    select distinct
        place.period,
        xref.person_id
    from {{ ref('stg_school_places') }} as place
    inner join {{ source('identity', 'person_xref') }} as xref
        on place.partner_code = xref.partner_code and place.person_ref = xref.person_ref
    where
        {{ in_periods('place.period') }}
        and place.status in ('NOT_ON_ROLL', 'AWAITING_PLACE')
        and {{ is_open_on('place.from_date', 'place.to_date', as_at('place.period')) }}
),

term as (
    select
        child.period,
        child.framework_code,
        child.subject_id,
        child.person_id,
        child.percent,
        sum(attendance.sessions_possible) as possible,
        sum(attendance.sessions_authorised_absence + attendance.sessions_unauthorised_absence) as absent
    from child
    inner join {{ ref('int_child_attendance') }} as attendance
        on
            child.period = attendance.period and child.person_id = attendance.person_id
            and child.terms_from <= attendance.term_from and child.terms_to >= attendance.term_to
    group by child.period, child.framework_code, child.subject_id, child.person_id, child.percent, attendance.term_to
),

attended as (
    select
        period,
        framework_code,
        subject_id,
        person_id,
        count(*) as n_terms,
        bool_or((possible - absent) * 100 <= percent * possible) as is_low
    from term
    where possible > 0
    group by period, framework_code, subject_id, person_id
),

judged as (
    select
        child.period,
        child.framework_code,
        child.subject_id,
        child.person_id,
        case
            when without_place.person_id is not null or attended.is_low then 'fail'
            when coalesce(attended.n_terms, 0) < child.n_terms then 'not_evidenced'
            else 'pass'
        end as result
    from child
    left join without_place on child.period = without_place.period and child.person_id = without_place.person_id
    left join attended
        on
            child.period = attended.period and child.framework_code = attended.framework_code
            and child.subject_id = attended.subject_id and child.person_id = attended.person_id
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
        when bool_or(judged.result = 'fail') then 'a_child_attends_too_little'
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

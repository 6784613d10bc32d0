-- A child absent too often over the terms of the window: without leave, or in all. Sessions of all schools are added up once for each
-- child and window, and then held against every rule that looks at that window.
with attendance as (
    select
        member.household_id,
        member.authority_code,
        member.age,
        member.is_of_school_age,
        attendance.*
    from {{ ref('int_child_attendance') }} as attendance
    inner join {{ ref('int_criterion_member') }} as member
        on attendance.period = member.period and attendance.person_id = member.person_id
),

rule as (
    select * from {{ ref('int_rule_in_force') }}
    where limb_code in ('unauthorised_absence', 'low_attendance')
),

term_window as (
    select distinct
        period,
        authority_code,
        first_term,
        last_term
    from rule
),

term as (
    select
        attendance.period,
        attendance.household_id,
        attendance.person_id,
        attendance.authority_code,
        attendance.age,
        attendance.is_of_school_age,
        term_window.first_term,
        term_window.last_term,
        sum(attendance.sessions_possible) as possible,
        sum(attendance.sessions_unauthorised_absence) as unauthorised,
        sum(attendance.sessions_authorised_absence + attendance.sessions_unauthorised_absence) as absent
    from attendance
    inner join term_window
        on
            attendance.period = term_window.period
            and attendance.authority_code = term_window.authority_code
            and attendance.term_number between term_window.first_term and term_window.last_term
    group by
        attendance.period, attendance.household_id, attendance.person_id, attendance.authority_code, attendance.age,
        attendance.is_of_school_age, term_window.first_term, term_window.last_term, attendance.term_number
),

-- Whole numbers only. Thresholds are whole per cents, so those that a term reaches in full say as much as its sessions.
child as (
    select
        period,
        household_id,
        person_id,
        authority_code,
        age,
        is_of_school_age,
        first_term,
        last_term,
        sum(possible) as possible,
        sum(unauthorised) as unauthorised,
        sum(absent) as absent,
        min(unauthorised * 100 / nullif(possible, 0)) as least_unauthorised_percent,
        max((possible - absent) * 100 / nullif(possible, 0)) as most_attended_percent
    from term
    group by period, household_id, person_id, authority_code, age, is_of_school_age, first_term, last_term
    having sum(possible) > 0
),

met as (
    select
        child.*,
        rule.framework_code,
        rule.criterion_code,
        rule.limb_code,
        rule.rule_version
    from child
    inner join rule
        on
            child.period = rule.period
            and child.authority_code = rule.authority_code
            and child.first_term = rule.first_term
            and child.last_term = rule.last_term
    where
        {{ is_of_unit('rule', 'child') }}
        and case concat_ws(' ', rule.limb_code, rule.terms_counted)
            when 'unauthorised_absence pooled' then child.unauthorised * 100 >= rule.percent * child.possible
            when 'unauthorised_absence each_term' then child.least_unauthorised_percent >= rule.percent
            -- Attendance under so many per cent.
            when 'low_attendance pooled' then (child.possible - child.absent) * 100 < rule.percent * child.possible
            when 'low_attendance each_term' then child.most_attended_percent < rule.percent
        end
)

select
    met.period,
    met.framework_code,
    met.criterion_code,
    met.limb_code,
    met.household_id,
    met.person_id,
    attendance.term_to as event_date,
    attendance.partner_code as source_partner,
    'attendance' as source_feed,
    attendance.source_record,
    met.rule_version
from met
inner join attendance
    on
        met.period = attendance.period
        and met.person_id = attendance.person_id
        and attendance.term_number between met.first_term and met.last_term

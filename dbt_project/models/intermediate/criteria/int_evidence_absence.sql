-- A child absent too often, sessions of all schools pooled over the terms of the window: without leave, or in all.
with pooled as (
    select
        member.period,
        rule.framework_code,
        rule.criterion_code,
        rule.limb_code,
        rule.percent,
        member.household_id,
        member.person_id,
        attendance.term_to as event_date,
        attendance.partner_code as source_partner,
        attendance.source_record,
        rule.rule_version,
        sum(attendance.sessions_possible) over child as possible,
        sum(attendance.sessions_unauthorised_absence) over child as unauthorised,
        sum(attendance.sessions_authorised_absence + attendance.sessions_unauthorised_absence) over child as absent
    from {{ ref('int_child_attendance') }} as attendance
    inner join {{ ref('int_criterion_member') }} as member
        on attendance.period = member.period and attendance.person_id = member.person_id
    inner join {{ ref('int_rule_in_force') }} as rule
        on
            member.period = rule.period and member.authority_code = rule.authority_code
            and rule.limb_code in ('unauthorised_absence', 'low_attendance')
    where member.is_of_school_age and attendance.term_from >= rule.terms_from and attendance.term_to <= rule.terms_to
    window child as (
        partition by member.period, rule.framework_code, rule.criterion_code, rule.limb_code, member.household_id, member.person_id
    )
)

select
    period,
    framework_code,
    criterion_code,
    limb_code,
    household_id,
    person_id,
    event_date,
    source_partner,
    'attendance' as source_feed,
    source_record,
    rule_version
from pooled
where
    possible > 0
    and case limb_code
        when 'unauthorised_absence' then unauthorised * 100 >= percent * possible
        -- Attendance under so many per cent.
        when 'low_attendance' then (possible - absent) * 100 < percent * possible
    end

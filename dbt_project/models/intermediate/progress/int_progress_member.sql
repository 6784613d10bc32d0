-- Members of the families that are measured, and the windows before their attachment and to the month's end.
with member as (
    select * from {{ ref('int_family_member') }} as place
    where
        {{ in_periods('place.period') }}
        and exists (select 1 from {{ ref('progress_measure') }} as measure where measure.framework_code = place.framework_code)
),

away as (
    select distinct
        period,
        person_id
    from {{ ref('int_household_member') }}
    where {{ in_periods('period') }} and is_away
)

select
    member.period,
    {{ as_at('member.period') }} as as_at,
    member.framework_code,
    member.family_id,
    member.partner_code,
    member.person_id,
    member.role,
    member.attached_date,
    person.date_of_birth,
    {{ is_of_school_age('person.date_of_birth', as_at('member.period')) }} as is_of_school_age,
    away.person_id is not null as is_away
from member
left join {{ ref('int_person_month') }} as person
    on member.period = person.period and member.person_id = person.person_id
left join away on member.period = away.period and member.person_id = away.person_id

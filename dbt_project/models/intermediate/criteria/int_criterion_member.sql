-- Members whose facts count for a household: they live there mainly and are not away (readings.md 34).
with member as (
    select * from {{ ref('int_household_member') }}
    where {{ in_periods('period') }} and is_main_residence and not is_away
),

person as (
    select * from {{ ref('int_person_month') }}
    where {{ in_periods('period') }}
),

dated as (
    select
        member.period,
        {{ as_at('member.period') }} as as_at,
        member.household_id,
        member.person_id,
        member.authority_code,
        person.date_of_birth
    from member
    left join person on member.period = person.period and member.person_id = person.person_id
)

-- Someone without a date of birth is neither child nor adult here: they count for the limbs of any age only (readings.md 25).
select
    period,
    as_at,
    household_id,
    person_id,
    authority_code,
    date_of_birth,
    {{ age_on('date_of_birth', 'as_at') }} as age,
    {{ is_of_school_age('date_of_birth', 'as_at') }} as is_of_school_age
from dated

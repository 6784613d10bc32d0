-- Who is measured: the members of families on the programme, and those of the households that they are compared with.
with subject as (
    select
        period,
        framework_code,
        family_id as subject_id,
        false as is_comparison,
        partner_code,
        person_id,
        role,
        attached_date
    from {{ ref('int_family_member') }}
    where {{ in_periods('period') }}
    union all
    select
        cohort.period,
        cohort.framework_code,
        cohort.household_id as subject_id,
        true as is_comparison,
        cohort.authority_code as partner_code,
        resident.person_id,
        -- Without a date of birth neither child nor adult (readings.md 25).
        case when resident.is_minor then 'CHILD' when not resident.is_minor then 'ADULT' end as role,
        -- What attachment is to a family.
        cohort.entered_date as attached_date
    from {{ ref('int_comparison_household') }} as cohort
    inner join {{ ref('int_household_member') }} as resident
        on cohort.period = resident.period and cohort.household_id = resident.household_id and resident.is_main_residence
    where {{ in_periods('cohort.period') }} and cohort.status = 'followed'
),

-- Away, whether or not a home to come back to is known.
away as (
    select distinct
        period,
        person_id
    from {{ ref('int_elsewhere') }}
    where {{ in_periods('period') }} and is_away
)

select
    subject.period,
    {{ as_at('subject.period') }} as as_at,
    subject.framework_code,
    subject.subject_id,
    subject.is_comparison,
    subject.partner_code,
    subject.person_id,
    subject.role,
    subject.attached_date,
    person.date_of_birth,
    {{ is_of_school_age('person.date_of_birth', as_at('subject.period')) }} as is_of_school_age,
    away.person_id is not null as is_away
from subject
left join {{ ref('int_person_month') }} as person
    on subject.period = person.period and subject.person_id = person.person_id and {{ in_periods('person.period') }}
left join away on subject.period = away.period and subject.person_id = away.person_id
where exists (select 1 from {{ ref('progress_measure') }} as measure where measure.framework_code = subject.framework_code)

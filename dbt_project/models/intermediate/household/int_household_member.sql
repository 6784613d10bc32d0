-- One row per member of a household and month, as at its end.
with members as (
    select * from {{ ref('int_home_member') }}
),

registered as (
    select * from {{ source('identity', 'household_member') }}
    where {{ in_periods('period') }}
),

persons as (
    select * from {{ ref('int_person_month') }}
    where {{ in_periods('period') }}
)

select
    members.period,
    registered.household_id,
    members.person_id,
    members.authority_code,
    members.address_class,
    members.basis,
    -- Records without a date of birth are where linkage errs.
    case
        when persons.date_of_birth is null then greatest(members.evidence_grade, 'C')
        else members.evidence_grade
    end as evidence_grade,
    persons.date_of_birth + interval '18 years' > {{ as_at('members.period') }} as is_minor,
    members.is_main_residence,
    members.is_away,
    members.valid_from,
    members.valid_to
from members
inner join registered on members.period = registered.period and members.person_id = registered.person_id
inner join persons on members.period = persons.period and members.person_id = persons.person_id

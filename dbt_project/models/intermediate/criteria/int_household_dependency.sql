-- Whether a household has a dependent child or an expectant parent (readings.md 32), and whether it is on the programme.
with member as (
    select * from {{ ref('int_criterion_member') }}
),

-- What lets someone of 16 to 18 stay a dependent child: full-time education, training, or out of work on a benefit.
in_education as (
    select distinct
        place.period,
        xref.person_id
    from {{ ref('stg_school_places') }} as place
    inner join {{ source('identity', 'person_xref') }} as xref
        on place.partner_code = xref.partner_code and place.person_ref = xref.person_ref
    where
        {{ in_periods('place.period') }}
        and place.status in ('ON_ROLL', 'ALTERNATIVE_PROVISION')
        and {{ is_open_on('place.from_date', 'place.to_date', as_at('place.period')) }}
),

on_benefit as (
    select distinct
        benefit.period,
        xref.person_id
    from {{ ref('stg_benefits') }} as benefit
    inner join {{ source('identity', 'person_xref') }} as xref
        on benefit.partner_code = xref.partner_code and benefit.person_ref = xref.person_ref
    where
        {{ in_periods('benefit.period') }}
        and {{ is_open_on('benefit.start_date', 'benefit.end_date', as_at('benefit.period')) }}
),

expecting as (
    select distinct
        need.period,
        xref.person_id
    from {{ ref('stg_support_needs') }} as need
    inner join {{ source('identity', 'person_xref') }} as xref
        on need.partner_code = xref.partner_code and need.person_ref = xref.person_ref
    where
        {{ in_periods('need.period') }}
        and need.need in ('UNDER_18_CONCEPTION', 'EARLY_YEARS')
        and {{ is_open_on('need.from_date', 'need.to_date', as_at('need.period')) }}
),

on_programme as (
    select distinct
        period,
        person_id
    from {{ ref('int_family_member') }}
    where
        {{ in_periods('period') }}
        and role != 'NON_RESIDENT_PARENT'
        and {{ is_open_on('attached_date', 'closed_date', as_at('period')) }}
),

household as (
    select
        member.period,
        member.household_id,
        coalesce(bool_or(member.age <= 15), false) as has_child_under_16,
        coalesce(bool_or(member.age < 1), false) as has_child_under_1,
        -- In the parents' household: someone at least 14 years older lives there.
        coalesce(
            max(member.age) >= 14 + min(member.age) filter (
                where member.age between 16 and 18 and (in_education.person_id is not null or on_benefit.person_id is not null)
            ),
            false
        ) as has_dependent_youth,
        bool_or(expecting.person_id is not null) as has_early_need
    from member
    left join in_education on member.period = in_education.period and member.person_id = in_education.person_id
    left join on_benefit on member.period = on_benefit.period and member.person_id = on_benefit.person_id
    left join expecting on member.period = expecting.period and member.person_id = expecting.person_id
    group by member.period, member.household_id
),

programme as (
    select distinct
        resident.period,
        resident.household_id
    from {{ ref('int_household_member') }} as resident
    inner join on_programme on resident.period = on_programme.period and resident.person_id = on_programme.person_id
    where {{ in_periods('resident.period') }} and resident.is_main_residence
),

every_household as (
    select distinct
        period,
        household_id
    from {{ ref('int_household_member') }}
    where {{ in_periods('period') }}
)

select
    every_household.period,
    every_household.household_id,
    coalesce(household.has_child_under_16 or household.has_dependent_youth, false) as has_dependent_child,
    coalesce(household.has_early_need and not household.has_child_under_1, false) as has_expectant_parent,
    programme.household_id is not null as is_on_programme
from every_household
left join household
    on every_household.period = household.period and every_household.household_id = household.household_id
left join programme
    on every_household.period = programme.period and every_household.household_id = programme.household_id

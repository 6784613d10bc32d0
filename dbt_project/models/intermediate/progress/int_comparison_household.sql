-- The comparison cohort of each framework: households that were eligible when nobody in them was, or had been, on the programme.
-- A household enters in the first such month, and leaves for good in the month in which it is attached. Carried over from month
-- to month, and kept for every month, like the marts.
{{ config(
    materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_periods() }}', indexes=[{'columns': ['period']}]
) }}

with household as (
    select
        period,
        household_id,
        max(authority_code) as authority_code
    from {{ ref('int_household_member') }}
    where {{ in_periods('period') }} and is_main_residence
    group by period, household_id
),

worked_with as (
    select distinct
        resident.period,
        resident.household_id
    from {{ ref('int_household_member') }} as resident
    inner join {{ ref('int_programme_person') }} as person
        on resident.person_id = person.person_id and resident.period >= person.period
    where {{ in_periods('resident.period') }} and resident.is_main_residence
),

known as (
    {% if is_incremental() %}
    select
        framework_code,
        household_id,
        entered_period,
        left_period
    from {{ this }}
    where period = (select max(earlier.period) from {{ this }} as earlier where {{ before_periods('earlier.period') }})
    union all
    {% endif %}
    select
        eligible.framework_code,
        eligible.household_id,
        eligible.period as entered_period,
        null as left_period
    from {{ ref('int_household_eligibility') }} as eligible
    left join worked_with
        on eligible.period = worked_with.period and eligible.household_id = worked_with.household_id
    where eligible.is_eligible and worked_with.household_id is null and {{ in_periods('eligible.period') }}
),

entry as (
    select
        framework_code,
        household_id,
        min(entered_period) as entered_period,
        min(left_period) as left_period
    from known
    group by framework_code, household_id
),

attached as (
    select
        entry.framework_code,
        entry.household_id,
        coalesce(entry.left_period, min(worked_with.period)) as left_period
    from entry
    left join worked_with on entry.household_id = worked_with.household_id and entry.entered_period < worked_with.period
    group by entry.framework_code, entry.household_id, entry.left_period
)

select
    month.period,
    entry.framework_code,
    entry.household_id,
    household.authority_code,
    entry.entered_period,
    {{ as_at('entry.entered_period') }} as entered_date,
    case when month.period >= attached.left_period then attached.left_period end as left_period,
    case
        when month.period >= attached.left_period then 'attached'
        when household.household_id is null then 'no_household'
        else 'followed'
    end as status
from {{ months_built() }} as month (period)
inner join entry on month.period >= entry.entered_period
inner join attached on entry.framework_code = attached.framework_code and entry.household_id = attached.household_id
left join household on month.period = household.period and entry.household_id = household.household_id

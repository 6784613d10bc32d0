-- How many criteria of each framework each household meets, and whether that makes it eligible. A view: the mart keeps it.
{{ config(materialized='view') }}

with household as (
    select
        period,
        household_id,
        max(authority_code) as authority_code
    from {{ ref('int_household_member') }}
    where {{ in_periods('period') }}
    group by period, household_id
),

met as (
    select
        period,
        household_id,
        framework_code,
        count(distinct criterion_code)::integer as n_criteria_met
    from {{ ref('int_criterion_evidence') }}
    group by period, household_id, framework_code
),

counted as (
    select
        household.period,
        framework.framework_code,
        household.household_id,
        household.authority_code,
        coalesce(met.n_criteria_met, 0) as n_criteria_met,
        framework.n_required,
        not framework.requires_dependent_child
        or dependency.has_dependent_child
        or (framework.accepts_expectant_parent and dependency.has_expectant_parent) as has_whom_it_is_for,
        dependency.is_on_programme,
        staleness.household_id is not null as is_stale
    from household
    cross join {{ ref('framework') }} as framework
    inner join {{ ref('int_household_dependency') }} as dependency
        on household.period = dependency.period and household.household_id = dependency.household_id
    left join met
        on
            household.period = met.period
            and household.household_id = met.household_id
            and framework.framework_code = met.framework_code
    left join {{ ref('int_household_staleness') }} as staleness
        on
            household.period = staleness.period
            and household.household_id = staleness.household_id
            and framework.framework_code = staleness.framework_code
)

select
    period,
    framework_code,
    household_id,
    authority_code,
    n_criteria_met,
    n_required,
    n_criteria_met >= n_required and has_whom_it_is_for as is_eligible,
    is_on_programme,
    is_stale
from counted

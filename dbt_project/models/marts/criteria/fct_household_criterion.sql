-- Whether each household meets each criterion of each framework, met or not.
with household as (
    select
        period,
        household_id,
        max(authority_code) as authority_code
    from {{ ref('int_household_member') }}
    where {{ in_periods('period') }}
    group by period, household_id
),

criterion as (
    select distinct
        framework_code,
        criterion_code
    from {{ ref('criterion_limb') }}
),

evidence as (
    select
        period,
        household_id,
        concat_ws('/', framework_code, criterion_code) as criterion,
        count(*) as n_evidence
    from {{ ref('int_criterion_evidence') }}
    group by period, household_id, framework_code, criterion_code
),

-- Looked up once for a household, and not once for each of its criteria: nearly all have no evidence at all.
household_evidence as (
    select
        period,
        household_id,
        jsonb_object_agg(criterion, n_evidence) as evidence
    from evidence
    group by period, household_id
),

household_criterion as (
    select
        household.period,
        criterion.framework_code,
        household.household_id,
        household.authority_code,
        criterion.criterion_code,
        household_evidence.evidence -> concat_ws('/', criterion.framework_code, criterion.criterion_code) as n_evidence
    from household
    left join household_evidence
        on household.period = household_evidence.period and household.household_id = household_evidence.household_id
    cross join criterion
)

select
    period,
    framework_code,
    household_id,
    criterion_code,
    n_evidence is not null as is_met,
    coalesce(n_evidence::integer, 0) as n_evidence,
    authority_code
from household_criterion

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
        framework_code,
        criterion_code,
        count(*)::integer as n_evidence
    from {{ ref('int_criterion_evidence') }}
    group by period, household_id, framework_code, criterion_code
)

select
    household.period,
    criterion.framework_code,
    household.household_id,
    criterion.criterion_code,
    evidence.n_evidence is not null as is_met,
    coalesce(evidence.n_evidence, 0) as n_evidence,
    household.authority_code
from household
cross join criterion
left join evidence
    on
        household.period = evidence.period
        and household.household_id = evidence.household_id
        and criterion.framework_code = evidence.framework_code
        and criterion.criterion_code = evidence.criterion_code

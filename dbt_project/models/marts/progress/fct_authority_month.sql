-- Each authority's month under each framework, in numbers.
with authority as (
    select * from {{ ref('int_authority_month') }}
),

household as (
    select
        period,
        authority_code,
        framework_code,
        count(*)::integer as n_households,
        count(*) filter (where is_eligible)::integer as n_eligible,
        count(*) filter (where is_eligible and is_on_programme)::integer as n_eligible_on_programme,
        count(*) filter (where is_stale and not is_eligible)::integer as n_not_eligible_stale
    from {{ ref('fct_household_eligibility') }}
    where {{ in_periods('period') }}
    group by period, authority_code, framework_code
),

change as (
    select
        period,
        authority_code,
        framework_code,
        count(*) filter (where is_eligible)::integer as n_newly_eligible,
        count(*) filter (where not is_eligible)::integer as n_no_longer_eligible
    from {{ ref('fct_eligibility_change') }}
    where {{ in_periods('period') }}
    group by period, authority_code, framework_code
),

progress as (
    select
        period,
        partner_code as authority_code,
        framework_code,
        count(*) filter (where result = 'pass')::integer as n_passed,
        count(*) filter (where result = 'fail')::integer as n_failed,
        count(*) filter (where result = 'not_evidenced')::integer as n_not_evidenced
    from {{ ref('fct_family_progress') }}
    where {{ in_periods('period') }}
    group by period, partner_code, framework_code
),

family as (
    select distinct
        period,
        partner_code as authority_code,
        framework_code,
        family_id
    from {{ ref('fct_family_progress') }}
    where {{ in_periods('period') }}
),

claim as (
    select
        claim.period,
        family.authority_code,
        claim.framework_code,
        count(*) filter (where claim.status = 'valid')::integer as n_valid,
        count(*) filter (where claim.status = 'review')::integer as n_in_review,
        sum(claim.amount_gbp) filter (where claim.status = 'valid')::integer as amount_gbp
    from {{ ref('fct_result_claim') }} as claim
    inner join family
        on claim.period = family.period and claim.framework_code = family.framework_code and claim.family_id = family.family_id
    where {{ in_periods('claim.period') }}
    group by claim.period, family.authority_code, claim.framework_code
)

select
    authority.period,
    authority.authority_code,
    authority.framework_code,
    coalesce(household.n_households, 0) as n_households,
    coalesce(household.n_eligible, 0) as n_eligible,
    authority.n_families_on_programme,
    coalesce(claim.n_valid, 0) as n_results,
    authority.n_stale_feeds,
    coalesce(household.n_eligible_on_programme, 0) as n_eligible_on_programme,
    coalesce(household.n_not_eligible_stale, 0) as n_not_eligible_stale,
    case when authority.has_month_before then coalesce(change.n_newly_eligible, 0) end as n_newly_eligible,
    case when authority.has_month_before then coalesce(change.n_no_longer_eligible, 0) end as n_no_longer_eligible,
    coalesce(progress.n_passed, 0) as n_measures_passed,
    coalesce(progress.n_failed, 0) as n_measures_failed,
    coalesce(progress.n_not_evidenced, 0) as n_measures_not_evidenced,
    coalesce(claim.n_in_review, 0) as n_results_in_review,
    coalesce(claim.amount_gbp, 0) as amount_gbp
from authority
left join household
    on
        authority.period = household.period
        and authority.authority_code = household.authority_code
        and authority.framework_code = household.framework_code
left join change
    on
        authority.period = change.period
        and authority.authority_code = change.authority_code
        and authority.framework_code = change.framework_code
left join progress
    on
        authority.period = progress.period
        and authority.authority_code = progress.authority_code
        and authority.framework_code = progress.framework_code
left join claim
    on
        authority.period = claim.period
        and authority.authority_code = claim.authority_code
        and authority.framework_code = claim.framework_code

-- Each authority's month under each framework, in numbers.
with authority as (
    select distinct
        period,
        partner_code as authority_code
    from {{ source('quality', 'believed_file') }}
    -- Only authorities have a programme.
    where {{ in_periods('period') }} and feed = 'programme'
    union distinct
    select distinct
        period,
        authority_code
    from {{ ref('fct_household_eligibility') }}
    where {{ in_periods('period') }} and authority_code is not null
),

household as (
    select
        period,
        authority_code,
        framework_code,
        count(*)::integer as n_households,
        count(*) filter (where is_eligible)::integer as n_eligible
    from {{ ref('fct_household_eligibility') }}
    where {{ in_periods('period') }}
    group by period, authority_code, framework_code
),

family as (
    select
        period,
        partner_code as authority_code,
        framework_code,
        count(distinct family_id)::integer as n_families
    from {{ ref('int_family_member') }}
    where {{ in_periods('period') }} and {{ is_open_on('attached_date', 'closed_date', as_at('period')) }}
    group by period, partner_code, framework_code
),

result as (
    select
        claim.period,
        progress.partner_code as authority_code,
        claim.framework_code,
        count(*)::integer as n_results
    from {{ ref('fct_result_claim') }} as claim
    inner join {{ ref('fct_family_progress') }} as progress
        on
            claim.period = progress.period
            and claim.framework_code = progress.framework_code
            and claim.family_id = progress.family_id
            and progress.measure_code = 'education'
    where {{ in_periods('claim.period') }} and claim.status = 'valid'
    group by claim.period, progress.partner_code, claim.framework_code
),

used as (
    select distinct
        limb.framework_code,
        source.feed
    from {{ ref('criterion_limb') }} as limb
    inner join {{ ref('limb_source') }} as source on limb.limb_code = source.limb_code
    union distinct
    select
        framework.framework_code,
        always.feed
    from {{ ref('framework') }} as framework
    cross join (values ('people'), ('programme')) as always (feed)
),

stale as (
    select
        file.period,
        file.partner_code as authority_code,
        used.framework_code,
        count(*)::integer as n_feeds
    from {{ source('quality', 'believed_file') }} as file
    inner join used on file.feed = used.feed
    where {{ in_periods('file.period') }} and file.is_stale
    group by file.period, file.partner_code, used.framework_code
)

select
    authority.period,
    authority.authority_code,
    framework.framework_code,
    coalesce(household.n_households, 0) as n_households,
    coalesce(household.n_eligible, 0) as n_eligible,
    coalesce(family.n_families, 0) as n_families_on_programme,
    coalesce(result.n_results, 0) as n_results,
    coalesce(stale.n_feeds, 0) as n_stale_feeds
from authority
cross join {{ ref('framework') }} as framework
left join household
    on
        authority.period = household.period
        and authority.authority_code = household.authority_code
        and framework.framework_code = household.framework_code
left join family
    on
        authority.period = family.period
        and authority.authority_code = family.authority_code
        and framework.framework_code = family.framework_code
left join result
    on
        authority.period = result.period
        and authority.authority_code = result.authority_code
        and framework.framework_code = result.framework_code
left join stale
    on
        authority.period = stale.period
        and authority.authority_code = stale.authority_code
        and framework.framework_code = stale.framework_code

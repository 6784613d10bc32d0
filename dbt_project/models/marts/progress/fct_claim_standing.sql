-- Whether the results claimed up to a month still hold in it: what was claimed, beside what the evidence now shows.
with claim as (
    select
        month.period,
        claim.period as claimed_period,
        claim.framework_code,
        claim.family_id,
        claim.partner_code,
        claim.route,
        claim.amount_gbp,
        claim.status as claim_status
    from {{ ref('fct_result_claim') }} as claim
    inner join {{ months_built() }} as month (period) on claim.period <= month.period
    where claim.status in ('valid', 'review')
),

measure_route as (
    select distinct
        framework_code,
        measure_code,
        route
    from {{ ref('progress_measure') }}
    -- To volunteer is done or not; nobody falls back from it.
    where test != 'way_to_work'
),

now as (
    select
        claim.period,
        claim.framework_code,
        claim.family_id,
        bool_or(progress.result = 'pass') as has_pass,
        bool_or(progress.result = 'not_evidenced') as has_gap,
        string_agg(progress.measure_code, ', ' order by progress.measure_code) filter (where progress.result = 'fail') as failed_measures
    from claim
    inner join measure_route
        on
            claim.framework_code = measure_route.framework_code
            and measure_route.route = any(string_to_array(claim.route, '+'))
    inner join {{ ref('fct_family_progress') }} as progress
        on
            claim.period = progress.period
            and claim.framework_code = progress.framework_code
            and claim.family_id = progress.family_id
            and measure_route.measure_code = progress.measure_code
    where {{ in_periods('progress.period') }}
    group by claim.period, claim.framework_code, claim.family_id
),

judged as (
    select
        claim.*,
        now.failed_measures,
        case
            when now.family_id is null then 'not_measured'
            when now.failed_measures is not null then 'regressed'
            when now.has_gap or not now.has_pass then 'not_evidenced'
            else 'stands'
        end as standing
    from claim
    left join now
        on claim.period = now.period and claim.framework_code = now.framework_code and claim.family_id = now.family_id
)

select
    period,
    framework_code,
    family_id,
    partner_code,
    claimed_period,
    route,
    amount_gbp,
    claim_status,
    standing,
    standing = 'regressed' as is_regressed,
    failed_measures
from judged

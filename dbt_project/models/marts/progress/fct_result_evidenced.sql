-- The results that families' progress supports, month by month, whether or not there is anything left to claim.
with measure_route as (
    select distinct
        framework_code,
        measure_code,
        route
    from {{ ref('progress_measure') }}
),

outcome as (
    select
        progress.period,
        progress.framework_code,
        progress.family_id,
        measure_route.route,
        min(progress.partner_code) as partner_code,
        min(progress.attached_date) as attached_date,
        bool_and(progress.has_plan) as has_plan,
        -- Every relevant measure together, and never on neutral alone.
        bool_or(progress.result = 'pass') and not bool_or(progress.result in ('fail', 'not_evidenced')) as is_passed,
        count(*) filter (where progress.reason != 'not_identified') as n_identified,
        bool_or(progress.reason like '%\_while\_member\_away') as needs_review
    from {{ ref('fct_family_progress') }} as progress
    inner join measure_route
        on progress.framework_code = measure_route.framework_code and progress.measure_code = measure_route.measure_code
    where {{ in_periods('progress.period') }}
    group by progress.period, progress.framework_code, progress.family_id, measure_route.route
),

family as (
    select
        outcome.period,
        outcome.framework_code,
        outcome.family_id,
        min(outcome.partner_code) as partner_code,
        min(outcome.attached_date) as attached_date,
        bool_and(outcome.has_plan) as has_plan,
        bool_or(outcome.needs_review) as needs_review,
        -- The later frameworks pay for as many needs as make a household eligible, or more.
        max(outcome.route) filter (
            where outcome.is_passed
            and (
                outcome.route = 'crime_asb_education'
                or (outcome.route = 'sustained_progress' and outcome.n_identified >= framework.n_required)
            )
        ) as main_route,
        bool_or(outcome.is_passed) filter (where outcome.route = 'progress_to_work') as has_progress_to_work,
        bool_or(outcome.is_passed) filter (where outcome.route = 'continuous_employment')
        -- A family with fewer needs was never one that they pay for.
        and coalesce(max(outcome.n_identified) filter (where outcome.route = 'sustained_progress') >= max(framework.n_required), true)
            as has_continuous_employment
    from outcome
    inner join {{ ref('framework') }} as framework on outcome.framework_code = framework.framework_code
    group by outcome.period, outcome.framework_code, outcome.family_id
),

supported as (
    select
        *,
        case
            when main_route is not null and has_progress_to_work then main_route || '+progress_to_work'
            -- The whole result is worth more than its larger part.
            when has_continuous_employment then 'continuous_employment'
            else main_route
        end as route
    from family
    where main_route is not null or has_continuous_employment
),

priced as (
    select
        supported.period,
        supported.framework_code,
        supported.family_id,
        payment.authority_code,
        payment.amount_gbp,
        payment.requires_plan,
        -- An authority's own amounts take the place of the general ones.
        bool_or(payment.authority_code is not null) over (
            partition by supported.period, supported.framework_code, supported.family_id, payment.route
        ) as has_own_amount
    from supported
    inner join {{ ref('result_payment') }} as payment
        on
            supported.framework_code = payment.framework_code
            and (payment.authority_code is null or supported.partner_code = payment.authority_code)
            and payment.route = any(string_to_array(supported.route, '+'))
            and supported.attached_date >= payment.attached_from
            and (payment.attached_to is null or supported.attached_date <= payment.attached_to)
),

payment as (
    select
        period,
        framework_code,
        family_id,
        sum(amount_gbp)::integer as amount_gbp,
        bool_or(requires_plan) as requires_plan
    from priced
    where has_own_amount = (authority_code is not null)
    group by period, framework_code, family_id
)

select
    supported.period,
    supported.framework_code,
    supported.family_id,
    supported.partner_code,
    supported.attached_date,
    supported.route,
    payment.amount_gbp,
    supported.has_plan or not coalesce(payment.requires_plan, false) as is_claimable,
    supported.needs_review and supported.route != 'continuous_employment' as needs_review
from supported
left join payment
    on
        supported.period = payment.period
        and supported.framework_code = payment.framework_code
        and supported.family_id = payment.family_id

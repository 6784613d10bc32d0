-- Results that a family's progress would support: one valid claim per family and phase, across authorities.
with outcome as (
    select
        period,
        framework_code,
        family_id,
        min(partner_code) as authority_code,
        min(attached_date) as attached_date,
        -- Every relevant measure together, and never on neutral alone.
        bool_or(result = 'pass') filter (where measure_code in ('education', 'asb', 'youth_offending'))
        and not bool_or(result in ('fail', 'not_evidenced')) filter (where measure_code in ('education', 'asb', 'youth_offending'))
            as has_crime_asb_education,
        bool_or(result = 'pass' and measure_code = 'progress_to_work') as has_progress_to_work,
        bool_or(result = 'pass' and measure_code = 'continuous_employment') as has_continuous_employment,
        bool_or(reason = 'reduced_enough_while_member_away') as needs_review
    from {{ ref('fct_family_progress') }}
    group by period, framework_code, family_id
),

route as (
    select
        outcome.*,
        case
            when outcome.has_crime_asb_education and outcome.has_progress_to_work then 'crime_asb_education+progress_to_work'
            -- The whole result is worth more than its larger part.
            when outcome.has_continuous_employment then 'continuous_employment'
            else 'crime_asb_education'
        end as route
    from outcome
    where outcome.has_crime_asb_education or outcome.has_continuous_employment
),

first_claim as (
    select distinct on (framework_code, family_id)
        framework_code,
        family_id,
        period,
        attached_date
    from route
    order by framework_code, family_id, period
),

-- Two authorities' families that share a child are one family: the earlier claim stands.
claimed_elsewhere as (
    select distinct
        later.framework_code,
        later.family_id
    from first_claim as later
    inner join {{ ref('bridge_family_member') }} as child
        on later.period = child.period and later.family_id = child.family_id and child.role = 'CHILD'
    inner join {{ ref('bridge_family_member') }} as same_child
        on child.period = same_child.period and child.person_id = same_child.person_id and same_child.role = 'CHILD'
    inner join first_claim as earlier
        on same_child.family_id = earlier.family_id and later.framework_code = earlier.framework_code
    where (earlier.period, earlier.attached_date, earlier.family_id) < (later.period, later.attached_date, later.family_id)
),

judged as (
    select
        route.*,
        case
            when claimed_elsewhere.family_id is not null then 'claimed_elsewhere'
            when route.period > first_claim.period then 'already_claimed'
            when route.needs_review and route.route != 'continuous_employment' then 'review'
            else 'valid'
        end as status
    from route
    inner join first_claim on route.framework_code = first_claim.framework_code and route.family_id = first_claim.family_id
    left join claimed_elsewhere
        on route.framework_code = claimed_elsewhere.framework_code and route.family_id = claimed_elsewhere.family_id
    where {{ in_periods('route.period') }}
),

payment as (
    select
        judged.period,
        judged.framework_code,
        judged.family_id,
        sum(payment.amount_gbp) as amount_gbp
    from judged
    inner join {{ ref('result_payment') }} as payment
        on
            judged.framework_code = payment.framework_code
            and payment.route = any(string_to_array(judged.route, '+'))
            and judged.attached_date >= payment.attached_from
            and (payment.attached_to is null or judged.attached_date <= payment.attached_to)
    group by judged.period, judged.framework_code, judged.family_id
)

select
    judged.period,
    judged.framework_code,
    judged.family_id,
    judged.route,
    case when judged.status in ('valid', 'review') then payment.amount_gbp else 0 end::integer as amount_gbp,
    judged.status,
    evidence.evidence_hash,
    judged.authority_code
from judged
left join payment
    on judged.period = payment.period and judged.framework_code = payment.framework_code and judged.family_id = payment.family_id
left join {{ ref('int_progress_hash') }} as evidence
    on judged.period = evidence.period and judged.framework_code = evidence.framework_code and judged.family_id = evidence.family_id

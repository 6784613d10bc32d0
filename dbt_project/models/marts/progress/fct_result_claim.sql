-- Results that a family's progress would support: one valid claim per family and phase, across authorities.
with evidenced as (
    select * from {{ ref('fct_result_evidenced') }}
),

first_claim as (
    select distinct on (framework_code, family_id)
        framework_code,
        family_id,
        period,
        attached_date
    from evidenced
    where is_claimable
    order by framework_code, family_id, period
),

-- Two authorities' families that share a child are one family, also where the child has moved from one to the other since: the
-- earlier claim stands.
claimed_elsewhere as (
    select distinct
        later.framework_code,
        later.family_id
    from first_claim as later
    inner join {{ ref('bridge_family_member') }} as child
        on later.period = child.period and later.family_id = child.family_id and child.role = 'CHILD'
    inner join {{ ref('bridge_family_member') }} as same_child
        on child.person_id = same_child.person_id and same_child.role = 'CHILD'
    inner join first_claim as earlier
        on
            same_child.period = earlier.period
            and same_child.family_id = earlier.family_id
            and later.framework_code = earlier.framework_code
    where (earlier.period, earlier.attached_date, earlier.family_id) < (later.period, later.attached_date, later.family_id)
),

judged as (
    select
        evidenced.*,
        case
            when claimed_elsewhere.family_id is not null then 'claimed_elsewhere'
            when evidenced.period > first_claim.period then 'already_claimed'
            when not evidenced.is_claimable then 'no_plan'
            when evidenced.needs_review then 'review'
            else 'valid'
        end as status
    from evidenced
    left join first_claim
        on evidenced.framework_code = first_claim.framework_code and evidenced.family_id = first_claim.family_id
    left join claimed_elsewhere
        on evidenced.framework_code = claimed_elsewhere.framework_code and evidenced.family_id = claimed_elsewhere.family_id
    where {{ in_periods('evidenced.period') }}
)

select
    judged.period,
    judged.framework_code,
    judged.family_id,
    judged.route,
    case when judged.status in ('valid', 'review') then judged.amount_gbp else 0 end as amount_gbp,
    judged.status,
    evidence.evidence_hash,
    judged.partner_code
from judged
left join {{ ref('int_progress_hash') }} as evidence
    on judged.period = evidence.period and judged.framework_code = evidence.framework_code and judged.family_id = evidence.subject_id

-- An adult on an out-of-work benefit at the month's end, by a match that is fresh enough (readings.md 23).
with claim as (
    select
        benefit.period,
        xref.person_id,
        benefit.partner_code,
        benefit.start_date,
        benefit.matched_on,
        {{ source_record('benefits', 'benefit') }} as source_record
    from {{ ref('stg_benefits') }} as benefit
    inner join {{ source('identity', 'person_xref') }} as xref
        on benefit.partner_code = xref.partner_code and benefit.person_ref = xref.person_ref
    inner join {{ ref('out_of_work_benefit') }} as out_of_work
        on
            benefit.benefit = out_of_work.benefit
            -- Universal Credit is out of work under some regimes only; the others are whatever the column says.
            and (out_of_work.uc_conditionality is null or benefit.uc_conditionality = out_of_work.uc_conditionality)
    where
        {{ in_periods('benefit.period') }}
        and {{ is_open_on('benefit.start_date', 'benefit.end_date', as_at('benefit.period')) }}
)

select
    member.period,
    rule.framework_code,
    rule.criterion_code,
    rule.limb_code,
    member.household_id,
    member.person_id,
    claim.start_date as event_date,
    claim.partner_code as source_partner,
    'benefits' as source_feed,
    claim.source_record,
    rule.rule_version
from claim
inner join {{ ref('int_criterion_member') }} as member
    on claim.period = member.period and claim.person_id = member.person_id
inner join {{ ref('int_rule_in_force') }} as rule
    on member.period = rule.period and member.authority_code = rule.authority_code and rule.limb_code = 'out_of_work_benefit'
where {{ is_of_unit('rule', 'member') }} and claim.matched_on >= rule.fresh_from and claim.matched_on <= rule.as_at

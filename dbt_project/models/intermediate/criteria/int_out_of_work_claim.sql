-- Adults on an out-of-work benefit at the month's end, and whether the match is fresh enough to tell (readings.md 23). One that is
-- not says neither that they are nor that they are not.
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
    member.authority_code,
    claim.start_date,
    claim.matched_on,
    claim.partner_code as source_partner,
    claim.source_record,
    rule.rule_version,
    rule.fresh_from,
    claim.matched_on >= rule.fresh_from as is_fresh
from claim
inner join {{ ref('int_criterion_member') }} as member
    on claim.period = member.period and claim.person_id = member.person_id
inner join {{ ref('int_rule_in_force') }} as rule
    on member.period = rule.period and member.authority_code = rule.authority_code and rule.limb_code = 'out_of_work_benefit'
where {{ is_of_unit('rule', 'member') }} and claim.matched_on <= rule.as_at

-- A member of any age with a need that is open at the month's end.
with need as (
    select
        support_need.period,
        xref.person_id,
        support_need.partner_code,
        support_need.from_date,
        limb.limb_code,
        {{ source_record('support_needs', 'support_need') }} as source_record
    from {{ ref('stg_support_needs') }} as support_need
    inner join {{ source('identity', 'person_xref') }} as xref
        on support_need.partner_code = xref.partner_code and support_need.person_ref = xref.person_ref
    inner join {{ ref('limb_source') }} as limb on support_need.need = limb.need
    where
        {{ in_periods('support_need.period') }}
        and {{ is_open_on('support_need.from_date', 'support_need.to_date', as_at('support_need.period')) }}
)

select
    member.period,
    rule.framework_code,
    rule.criterion_code,
    rule.limb_code,
    member.household_id,
    member.person_id,
    need.from_date as event_date,
    need.partner_code as source_partner,
    'support_needs' as source_feed,
    need.source_record,
    rule.rule_version
from need
inner join {{ ref('int_criterion_member') }} as member
    on need.period = member.period and need.person_id = member.person_id
inner join {{ ref('int_rule_in_force') }} as rule
    on member.period = rule.period and member.authority_code = rule.authority_code and need.limb_code = rule.limb_code
where {{ is_of_unit('rule', 'member') }}

-- A member under 18 – on which of three days, the rule says – with a proven offence: disposed of in the window, and old enough when it
-- was committed.
select
    member.period,
    rule.framework_code,
    rule.criterion_code,
    rule.limb_code,
    member.household_id,
    member.person_id,
    offence.disposal_date as event_date,
    offence.partner_code as source_partner,
    'offences' as source_feed,
    offence.source_record,
    rule.rule_version
from {{ ref('int_proven_offence') }} as offence
inner join {{ ref('int_criterion_member') }} as member
    on offence.period = member.period and offence.person_id = member.person_id
inner join {{ ref('int_rule_in_force') }} as rule
    on member.period = rule.period and member.authority_code = rule.authority_code and rule.limb_code = 'proven_offence'
where
    {{ is_of_unit('rule', 'member') }}
    and case rule.age_basis
        when 'assessment' then offence.age_at_month_end
        when 'disposal' then offence.age_at_disposal
        when 'offence' then offence.age_at_offence
    end < rule.under_age
    and offence.age_at_offence >= rule.minimum_age
    -- Without a disposal date nobody can say that it was proven in the window.
    and offence.disposal_date > rule.window_after
    and offence.disposal_date <= rule.as_at

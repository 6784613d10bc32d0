-- A parent with a proven offence in the window: an adult member of a household with a member under 18.
with household_with_child as (
    select distinct
        period,
        household_id
    from {{ ref('int_criterion_member') }}
    where age < 18
)

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
inner join household_with_child
    on member.period = household_with_child.period and member.household_id = household_with_child.household_id
inner join {{ ref('int_rule_in_force') }} as rule
    on member.period = rule.period and member.authority_code = rule.authority_code and rule.limb_code = 'parent_offence'
where
    {{ is_of_unit('rule', 'member') }}
    and offence.age_at_offence >= rule.minimum_age
    and offence.disposal_date > rule.window_after
    and offence.disposal_date <= rule.as_at

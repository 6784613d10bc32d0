-- A child permanently excluded in the terms of the window or since, or with enough fixed exclusions in those terms.
with candidate as (
    select
        member.period,
        rule.framework_code,
        rule.criterion_code,
        rule.limb_code,
        member.household_id,
        member.person_id,
        exclusion.start_date as event_date,
        exclusion.partner_code as source_partner,
        exclusion.source_record,
        rule.rule_version,
        exclusion.is_permanent,
        rule.n_episodes,
        -- Episodes of one child; those of brothers and sisters are not added.
        count(*) filter (where not exclusion.is_permanent) over (
            partition by member.period, rule.framework_code, rule.criterion_code, member.household_id, member.person_id
        ) as n_fixed
    from {{ ref('int_child_exclusion') }} as exclusion
    inner join {{ ref('int_criterion_member') }} as member
        on exclusion.period = member.period and exclusion.person_id = member.person_id
    inner join {{ ref('int_rule_in_force') }} as rule
        on member.period = rule.period and member.authority_code = rule.authority_code and rule.limb_code = 'exclusion'
    where
        {{ is_of_unit('rule', 'member') }}
        and exclusion.start_date >= rule.terms_from
        -- Exclusions in the running term do not count yet; a permanent one counts at once (readings.md 20).
        and exclusion.start_date <= case when exclusion.is_permanent then rule.as_at else rule.terms_to end
)

select
    period,
    framework_code,
    criterion_code,
    limb_code,
    household_id,
    person_id,
    event_date,
    source_partner,
    'exclusions' as source_feed,
    source_record,
    rule_version
from candidate
where is_permanent or n_fixed >= n_episodes

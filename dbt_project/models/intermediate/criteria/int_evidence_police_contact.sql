-- A member who was the perpetrator of domestic abuse, or went missing, in the window.
with contact as (
    select
        abuse.period,
        xref.person_id,
        abuse.partner_code,
        'domestic_abuse_incident' as limb_code,
        'domestic_abuse' as source_feed,
        abuse.occurred_on as from_date,
        abuse.occurred_on as to_date,
        {{ source_record('domestic_abuse', 'abuse') }} as source_record
    from {{ ref('stg_domestic_abuse') }} as abuse
    inner join {{ source('identity', 'person_xref') }} as xref
        on abuse.partner_code = xref.partner_code and abuse.person_ref = xref.person_ref
    where {{ in_periods('abuse.period') }} and abuse.role = 'PERPETRATOR'
    union all
    select
        episode.period,
        xref.person_id,
        episode.partner_code,
        'missing_episode' as limb_code,
        'missing_episodes' as source_feed,
        episode.from_date,
        episode.to_date,
        {{ source_record('missing_episodes', 'episode') }} as source_record
    from {{ ref('stg_missing_episodes') }} as episode
    inner join {{ source('identity', 'person_xref') }} as xref
        on episode.partner_code = xref.partner_code and episode.person_ref = xref.person_ref
    where {{ in_periods('episode.period') }}
)

select
    member.period,
    rule.framework_code,
    rule.criterion_code,
    rule.limb_code,
    member.household_id,
    member.person_id,
    contact.from_date as event_date,
    contact.partner_code as source_partner,
    contact.source_feed,
    contact.source_record,
    rule.rule_version
from contact
inner join {{ ref('int_criterion_member') }} as member
    on contact.period = member.period and contact.person_id = member.person_id
inner join {{ ref('int_rule_in_force') }} as rule
    on member.period = rule.period and member.authority_code = rule.authority_code and contact.limb_code = rule.limb_code
where {{ is_of_unit('rule', 'member') }} and {{ is_open_within('contact.from_date', 'contact.to_date', 'rule.window_after', 'rule.as_at') }}

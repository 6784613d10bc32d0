-- A member of any age subject, on some day of the window, to a measure that counts (readings.md 28).
with intervention as (
    select
        asb.period,
        xref.person_id,
        asb.partner_code,
        asb.intervention,
        asb.ground,
        asb.start_date,
        asb.end_date,
        {{ source_record('asb_interventions', 'asb') }} as source_record
    from {{ ref('stg_asb_interventions') }} as asb
    inner join {{ source('identity', 'person_xref') }} as xref
        on asb.partner_code = xref.partner_code and asb.person_ref = xref.person_ref
    where {{ in_periods('asb.period') }}
),

comparable as (
    select intervention.*
    from intervention
    left join {{ ref('asb_measure') }} as measure on intervention.intervention = measure.intervention
    where
        -- Local codes are comparable measures unless the list says otherwise.
        coalesce(measure.counts, true)
        and case
            when measure.ground_needed is null then coalesce(intervention.ground, '') != 'ARREARS'
            else coalesce(intervention.ground, '') = measure.ground_needed
        end
)

select
    member.period,
    rule.framework_code,
    rule.criterion_code,
    rule.limb_code,
    member.household_id,
    member.person_id,
    comparable.start_date as event_date,
    comparable.partner_code as source_partner,
    'asb_interventions' as source_feed,
    comparable.source_record,
    rule.rule_version
from comparable
inner join {{ ref('int_criterion_member') }} as member
    on comparable.period = member.period and comparable.person_id = member.person_id
inner join {{ ref('int_rule_in_force') }} as rule
    on member.period = rule.period and member.authority_code = rule.authority_code
where
    {{ is_of_unit('rule', 'member') }}
    and {{ is_open_within('comparable.start_date', 'comparable.end_date', 'rule.window_after', 'rule.as_at') }}
    and (
        rule.limb_code = 'asb_intervention'
        or (rule.limb_code = 'possession_notice' and comparable.intervention = 'NSP')
    )

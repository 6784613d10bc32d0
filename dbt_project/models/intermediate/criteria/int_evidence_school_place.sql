-- A child who is, at the month's end, in a pupil referral unit or alternative provision because excluded, or on no roll.
with place as (
    select
        school_place.period,
        xref.person_id,
        school_place.partner_code,
        school_place.from_date,
        case
            when school_place.status = 'NOT_ON_ROLL' then 'not_on_roll'
            when school_place.status in ('PRU', 'ALTERNATIVE_PROVISION') and school_place.because_excluded then 'excluded_placement'
        end as limb_code,
        {{ source_record('school_places', 'school_place') }} as source_record
    from {{ ref('stg_school_places') }} as school_place
    inner join {{ source('identity', 'person_xref') }} as xref
        on school_place.partner_code = xref.partner_code and school_place.person_ref = xref.person_ref
    where
        {{ in_periods('school_place.period') }}
        and {{ is_open_on('school_place.from_date', 'school_place.to_date', as_at('school_place.period')) }}
)

select
    member.period,
    rule.framework_code,
    rule.criterion_code,
    rule.limb_code,
    member.household_id,
    member.person_id,
    place.from_date as event_date,
    place.partner_code as source_partner,
    'school_places' as source_feed,
    place.source_record,
    rule.rule_version
from place
inner join {{ ref('int_criterion_member') }} as member
    on place.period = member.period and place.person_id = member.person_id
inner join {{ ref('int_rule_in_force') }} as rule
    on member.period = rule.period and member.authority_code = rule.authority_code and place.limb_code = rule.limb_code
where {{ is_of_unit('rule', 'member') }}

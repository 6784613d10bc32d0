-- Households whose judgement under a framework rests on a feed that is not of this month (readings.md 41).
with stale_file as (
    select
        period,
        partner_code,
        feed
    from {{ source('quality', 'believed_file') }}
    where {{ in_periods('period') }} and is_stale
),

used as (
    select distinct
        limb.framework_code,
        source.feed
    from {{ ref('criterion_limb') }} as limb
    inner join {{ ref('limb_source') }} as source on limb.limb_code = source.limb_code
    union distinct
    select
        framework_code,
        'people' as feed
    from {{ ref('framework') }}
),

stale_sender as (
    select distinct
        stale_file.period,
        stale_file.partner_code,
        used.framework_code
    from stale_file
    inner join used on stale_file.feed = used.feed
),

sender as (
    select distinct
        member.period,
        member.household_id,
        person.partner_code
    from {{ ref('int_household_member') }} as member
    inner join {{ source('identity', 'person_xref') }} as xref on member.person_id = xref.person_id
    inner join {{ ref('stg_people') }} as person
        on
            member.period = person.period
            and xref.partner_code = person.partner_code
            and xref.person_ref = person.person_ref
    where {{ in_periods('member.period') }}
)

select distinct
    sender.period,
    sender.household_id,
    stale_sender.framework_code
from sender
inner join stale_sender on sender.period = stale_sender.period and sender.partner_code = stale_sender.partner_code

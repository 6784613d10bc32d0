-- One row per person's place in the latest episode, begun by as_at, of a family; those who have left by then are left out.
with places as (
    select * from {{ ref('stg_programme') }}
    where attached_on <= {{ as_at('period') }}
),

-- A re-attached family has a new episode (readings.md 37): the latest one counts.
episodes as (
    select
        period,
        partner_code,
        family_ref,
        attached_on,
        max(closed_on) as closed_on,
        max(lead_practitioner) as lead_practitioner,
        row_number() over (partition by period, partner_code, family_ref order by attached_on desc) as nth_latest
    from places
    group by period, partner_code, family_ref, attached_on
),

-- The latest effective decision counts; of two on one day the one that says no.
consent as (
    select distinct on (period, partner_code, person_ref)
        period,
        partner_code,
        person_ref,
        decision
    from {{ ref('stg_consent') }}
    where scope = 'SUPPORT' and effective_from <= {{ as_at('period') }}
    order by period, partner_code, person_ref, effective_from desc, decision = 'GIVEN'
)

select
    places.period,
    places.partner_code,
    places.family_ref,
    places.person_ref,
    places.framework,
    places.role,
    places.attached_on,
    episodes.closed_on,
    coalesce(places.joined_on, places.attached_on) as joined_on,
    places.left_on,
    episodes.lead_practitioner,
    coalesce(consent.decision = 'GIVEN', false) as is_consenting
from places
inner join episodes
    on
        places.period = episodes.period
        and places.partner_code = episodes.partner_code
        and places.family_ref = episodes.family_ref
        and places.attached_on = episodes.attached_on
        and episodes.nth_latest = 1
left join consent
    on
        places.period = consent.period
        and places.partner_code = consent.partner_code
        and places.person_ref = consent.person_ref
where
    coalesce(places.joined_on, places.attached_on) <= {{ as_at('places.period') }}
    and (
        places.left_on is null
        or places.left_on >= {{ as_at('places.period') }}
        -- Who stayed until the episode closed has not left it.
        or places.left_on >= episodes.closed_on
    )

-- Incidents and youth offences of measured families, in the months before attachment ("baseline") and to the month's end
-- ("current"); an event falls in both where the two windows overlap (readings.md 29).
with event as (
    select
        incident.period,
        xref.person_id,
        'asb' as measure_code,
        incident.incident_ref as event_ref,
        incident.occurred_on as event_date,
        incident.partner_code as source_partner,
        {{ source_record('asb_incidents', 'incident') }} as source_record
    from {{ ref('stg_asb_incidents') }} as incident
    inner join {{ source('identity', 'person_xref') }} as xref
        on incident.partner_code = xref.partner_code and incident.person_ref = xref.person_ref
    where {{ in_periods('incident.period') }}
    union all
    select
        period,
        person_id,
        'youth_offending' as measure_code,
        offence_ref as event_ref,
        offence_date as event_date,
        partner_code as source_partner,
        source_record
    from {{ ref('int_proven_offence') }}
    -- Old enough to offend, and a minor, on the day of the offence.
    where age_at_offence between 10 and 17
),

family_event as (
    select
        member.period,
        member.framework_code,
        member.family_id,
        member.person_id,
        member.as_at,
        member.attached_date,
        (member.attached_date - make_interval(months => measure.window_months))::date as baseline_after,
        (member.as_at - make_interval(months => measure.window_months))::date as current_after,
        event.measure_code,
        event.event_ref,
        event.event_date,
        event.source_partner,
        event.source_record
    from event
    inner join {{ ref('int_progress_member') }} as member
        on event.period = member.period and event.person_id = member.person_id
    inner join {{ ref('progress_measure') }} as measure
        on member.framework_code = measure.framework_code and event.measure_code = measure.measure_code
)

select
    period,
    framework_code,
    family_id,
    person_id,
    measure_code,
    event_ref,
    event_date,
    source_partner,
    source_record,
    event_date > baseline_after and event_date <= attached_date as is_baseline,
    event_date > current_after and event_date <= as_at as is_current
from family_event
where (event_date > baseline_after and event_date <= attached_date) or (event_date > current_after and event_date <= as_at)

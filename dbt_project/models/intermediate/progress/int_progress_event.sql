-- Incidents and proven offences of the measured, in the months before attachment ("baseline") and to the month's end ("current");
-- an event falls in both where the two windows overlap (readings.md 29).
with event as (
    select
        incident.period,
        xref.person_id,
        'incident' as kind,
        null::integer as age,
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
        'offence' as kind,
        age_at_offence as age,
        offence_ref as event_ref,
        offence_date as event_date,
        partner_code as source_partner,
        source_record
    from {{ ref('int_proven_offence') }}
    -- Old enough to offend on the day of the offence.
    where age_at_offence >= 10
),

member_event as (
    select
        member.period,
        member.framework_code,
        member.subject_id,
        member.is_comparison,
        member.person_id,
        member.as_at,
        member.attached_date,
        (member.attached_date - make_interval(months => measure.window_months))::date as baseline_after,
        (member.as_at - make_interval(months => measure.window_months))::date as current_after,
        measure.measure_code,
        event.kind,
        event.event_ref,
        event.event_date,
        event.source_partner,
        event.source_record
    from event
    inner join {{ ref('int_progress_member') }} as member
        on event.period = member.period and event.person_id = member.person_id
    inner join {{ ref('int_measure_in_force') }} as measure
        on
            member.period = measure.period
            and member.partner_code = measure.authority_code
            and member.framework_code = measure.framework_code
            and case event.kind
                when 'incident' then measure.percent_left is not null
                else
                    measure.offence_percent_left is not null
                    and (measure.under_age is null or event.age < measure.under_age)
            end
)

select
    period,
    framework_code,
    subject_id,
    is_comparison,
    person_id,
    measure_code,
    kind,
    event_ref,
    event_date,
    source_partner,
    source_record,
    event_date > baseline_after and event_date <= attached_date as is_baseline,
    event_date > current_after and event_date <= as_at as is_current
from member_event
where (event_date > baseline_after and event_date <= attached_date) or (event_date > current_after and event_date <= as_at)

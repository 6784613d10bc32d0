-- Incidents and offences of the measured before and now: one event is one, however many members had a part in it. A measure
-- of both passes when each of the two does.
with counted as (
    select
        period,
        framework_code,
        subject_id,
        measure_code,
        kind,
        count(distinct concat_ws('/', source_partner, event_ref)) filter (where is_baseline)::integer as baseline_value,
        count(distinct concat_ws('/', source_partner, event_ref)) filter (where is_current)::integer as current_value
    from {{ ref('int_progress_event') }}
    group by period, framework_code, subject_id, measure_code, kind
),

received as (
    select distinct
        period,
        feed
    from {{ source('quality', 'believed_file') }}
    where {{ in_periods('period') }}
),

subject as (
    select distinct
        period,
        framework_code,
        subject_id,
        partner_code
    from {{ ref('int_progress_member') }}
),

part as (
    select
        measure.period,
        measure.authority_code,
        measure.framework_code,
        measure.measure_code,
        measure.is_none_enough,
        event.kind,
        case event.kind when 'incident' then measure.percent_left else measure.offence_percent_left end as percent_left,
        received.feed is not null as is_received
    from {{ ref('int_measure_in_force') }} as measure
    cross join (values ('incident', 'asb_incidents'), ('offence', 'offences')) as event (kind, feed)
    left join received on measure.period = received.period and event.feed = received.feed
    where measure.test = 'reduction'
),

valued as (
    select
        subject.period,
        subject.framework_code,
        subject.subject_id,
        part.measure_code,
        part.percent_left,
        part.is_none_enough,
        part.is_received,
        coalesce(counted.baseline_value, 0) as baseline_value,
        coalesce(counted.current_value, 0) as current_value
    from subject
    inner join part
        on
            subject.period = part.period and subject.partner_code = part.authority_code
            and subject.framework_code = part.framework_code and part.percent_left is not null
    left join counted
        on
            subject.period = counted.period and subject.framework_code = counted.framework_code
            and subject.subject_id = counted.subject_id
            and part.measure_code = counted.measure_code and part.kind = counted.kind
),

-- Whole numbers only: "reduced by 60 per cent" is "no more than 40 of every 100 are left". The worst part decides.
judged as (
    select
        *,
        case
            when not is_received then 'feed_not_received'
            when is_none_enough and current_value = 0 then 'nothing_now'
            when baseline_value = 0 and is_none_enough then 'not_reduced_enough'
            when baseline_value = 0 then 'nothing_in_baseline'
            when current_value * 100 <= baseline_value * percent_left then 'reduced_enough'
            else 'not_reduced_enough'
        end as reason
    from valued
),

worst as (
    select distinct on (period, framework_code, subject_id, measure_code)
        *,
        bool_and(is_received) over measure as is_all_received,
        sum(baseline_value) over measure as all_before,
        sum(current_value) over measure as all_now
    from judged
    window measure as (partition by period, framework_code, subject_id, measure_code)
    order by
        period, framework_code, subject_id, measure_code,
        array_position(
            array['not_reduced_enough', 'feed_not_received', 'reduced_enough', 'nothing_now', 'nothing_in_baseline'], reason
        )
)

select
    period,
    framework_code,
    subject_id,
    measure_code,
    case when is_all_received then all_before::integer end as baseline_value,
    case when is_all_received then all_now::integer end as current_value,
    case reason
        when 'feed_not_received' then 'not_evidenced'
        when 'nothing_in_baseline' then 'neutral'
        when 'not_reduced_enough' then 'fail'
        else 'pass'
    end as result,
    reason
from worst

-- Incidents and youth offences of each measured family before and now: one event is one, however many members had a part in it.
with counted as (
    select
        period,
        framework_code,
        family_id,
        measure_code,
        count(distinct concat_ws('/', source_partner, event_ref)) filter (where is_baseline)::integer as baseline_value,
        count(distinct concat_ws('/', source_partner, event_ref)) filter (where is_current)::integer as current_value
    from {{ ref('int_progress_event') }}
    group by period, framework_code, family_id, measure_code
),

family as (
    select distinct
        period,
        framework_code,
        family_id
    from {{ ref('int_progress_member') }}
),

received as (
    select distinct
        period,
        case feed when 'asb_incidents' then 'asb' else 'youth_offending' end as measure_code
    from {{ source('quality', 'believed_file') }}
    where {{ in_periods('period') }} and feed in ('asb_incidents', 'offences')
),

valued as (
    select
        family.period,
        family.framework_code,
        family.family_id,
        measure.measure_code,
        measure.percent_left,
        received.period is not null as is_received,
        coalesce(counted.baseline_value, 0) as baseline_value,
        coalesce(counted.current_value, 0) as current_value
    from family
    inner join {{ ref('progress_measure') }} as measure
        on family.framework_code = measure.framework_code and measure.measure_code in ('asb', 'youth_offending')
    left join received on family.period = received.period and measure.measure_code = received.measure_code
    left join counted
        on
            family.period = counted.period
            and family.framework_code = counted.framework_code
            and family.family_id = counted.family_id
            and measure.measure_code = counted.measure_code
)

-- Whole numbers only: "reduced by 60 per cent" is "no more than 40 of every 100 are left".
select
    period,
    framework_code,
    family_id,
    measure_code,
    case when is_received then baseline_value end as baseline_value,
    case when is_received then current_value end as current_value,
    case
        when not is_received then 'not_evidenced'
        when baseline_value = 0 then 'neutral'
        when current_value * 100 <= baseline_value * percent_left then 'pass'
        else 'fail'
    end as result,
    case
        when not is_received then 'feed_not_received'
        when baseline_value = 0 then 'nothing_in_baseline'
        when current_value * 100 <= baseline_value * percent_left then 'reduced_enough'
        else 'not_reduced_enough'
    end as reason
from valued

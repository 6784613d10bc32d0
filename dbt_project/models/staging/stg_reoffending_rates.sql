-- An area and a day of measurement, as believed for each month.
with believed as (
    select * from {{ source('quality', 'believed_file') }}
    where feed = 'reoffending_rates' and {{ in_periods('period') }}
),

sent as (
    select * from {{ source('raw', 'reoffending_rates') }}
    where {{ in_believed_deliveries('reoffending_rates', '_delivery_id') }}
)

select
    believed.period,
    believed.partner_code,
    believed.source_period,
    believed.revision as source_revision,
    sent._line as source_line,
    believed.is_stale,
    sent.area,
    sent.cohort_size::integer as cohort_size,
    sent.actual_rate::numeric as actual_rate,
    sent.predicted_rate::numeric as predicted_rate,
    sent.measured_on::date as measured_on
from believed
inner join sent on believed.delivery_id = sent._delivery_id

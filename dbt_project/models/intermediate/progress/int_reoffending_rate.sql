-- The latest measurement of each area of the police's feed.
select distinct on (period, partner_code, area)
    period,
    partner_code,
    area,
    cohort_size,
    actual_rate,
    predicted_rate
from {{ ref('stg_reoffending_rates') }}
where {{ in_periods('period') }}
order by period, partner_code, area, measured_on desc

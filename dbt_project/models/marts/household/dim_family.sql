-- One row per family on the programme, as in the latest month that knows it.
{{ config(materialized='table') }}

select distinct on (family_id)
    family_id,
    partner_code,
    framework_code,
    attached_date,
    closed_date,
    lead_practitioner,
    household_id,
    min(period) over (partition by family_id) as first_period,
    period as last_period
from {{ ref('int_family_month') }}
order by family_id, period desc

-- One row per household, as in the latest month in which anybody lives in it.
{{ config(materialized='table') }}

with months as (
    select distinct
        household_id,
        period,
        authority_code,
        address_class
    from {{ ref('bridge_household_member') }}
)

select distinct on (household_id)
    household_id,
    authority_code,
    address_class,
    min(period) over (partition by household_id) as first_period,
    period as last_period
from months
order by household_id, period desc

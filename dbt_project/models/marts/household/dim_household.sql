-- One row per household, as in the latest month in which anybody lives in it.
{{ config(materialized='table') }}

{{ latest_known(
    ref('bridge_household_member'),
    'household_id',
    {'authority_code': 'authority_code', 'address_class': 'address_class'}
) }}

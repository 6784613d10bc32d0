-- One row per family on the programme, as in the latest month that knows it.
{{ config(materialized='table') }}

{{ latest_known(
    ref('int_family_month'),
    'family_id',
    {
        'partner_code': 'partner_code',
        'framework_code': 'framework_code',
        'attached_date': 'attached_date',
        'closed_date': 'closed_date',
        'lead_practitioner': 'lead_practitioner',
        'household_id': 'household_id',
    }
) }}

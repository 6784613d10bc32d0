-- One row per authority.
{{ config(materialized='table', meta={'row_security': 'reference'}) }}

select
    authority_code,
    name,
    gss,
    dfe_code,
    ons_code,
    brand,
    framework_code
from {{ ref('int_authority') }}

-- The metrics, each defined once: what is counted, and what it is a share of.
{{ config(materialized='table', meta={'row_security': 'reference'}) }}

select
    metric_code,
    name,
    unit,
    numerator,
    denominator,
    description
from {{ ref('metric') }}

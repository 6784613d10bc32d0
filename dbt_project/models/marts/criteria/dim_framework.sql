-- The frameworks of the programme. Their dates say when they were paid under; all are evaluated in every month (readings.md 19).
{{ config(materialized='table', meta={'row_security': 'reference'}) }}

select
    framework_code,
    name,
    valid_from,
    valid_to,
    n_required,
    requires_dependent_child,
    accepts_expectant_parent,
    is_verified,
    source
from {{ ref('framework') }}

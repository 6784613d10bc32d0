-- Which file of each feed of each sender every month was built from: what is missing or old there cannot be said to be not so.
{{ config(meta={'row_security': 'reference'}) }}

select
    period,
    partner_code,
    feed,
    source_period,
    revision,
    is_stale
from {{ source('quality', 'believed_file') }}
where {{ in_periods('period') }}

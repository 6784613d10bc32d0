-- Reoffending of each area of the police's feed, its difference from the prediction worked out again.
{{ config(meta={'row_security': 'reference'}) }}

with latest as (
    select * from {{ ref('int_reoffending_rate') }}
),

authority as (
    select * from {{ ref('dim_authority') }}
),

compared as (
    select
        latest.*,
        (latest.actual_rate - latest.predicted_rate) * 100 / nullif(latest.predicted_rate, 0) as difference
    from latest
)

select
    compared.period,
    authority.authority_code,
    compared.area,
    compared.cohort_size,
    compared.actual_rate,
    compared.predicted_rate,
    round(compared.difference, 2) as pct_difference,
    -- The furthest below its prediction is first.
    rank() over (partition by compared.period order by compared.difference nulls last)::integer as national_rank
from compared
left join authority on lower(trim(compared.area)) in (lower(authority.gss), replace(authority.authority_code, '_', ' '))

-- When each criterion was believed to be met: what was believed at a moment is what was known from then or before, and until after it.
{{ config(materialized='view') }}

with correction as (
    select
        period,
        framework_code,
        household_id,
        criterion_code,
        was_met,
        known_until,
        lag(known_until) over (
            partition by period, framework_code, household_id, criterion_code order by known_until, known_from
        ) as corrected_before
    from {{ ref('fct_correction') }}
),

latest as (
    select
        period,
        framework_code,
        household_id,
        criterion_code,
        max(known_until) as corrected_at
    from correction
    group by period, framework_code, household_id, criterion_code
),

month as (
    select * from {{ source('ops', 'published_month') }}
)

select
    correction.period,
    correction.framework_code,
    correction.household_id,
    correction.criterion_code,
    coalesce(correction.corrected_before, month.first_known_at) as known_from,
    correction.known_until
from correction
inner join month on correction.period = month.period
where correction.was_met and coalesce(correction.corrected_before, month.first_known_at) < correction.known_until
union all
select
    met.period,
    met.framework_code,
    met.household_id,
    met.criterion_code,
    coalesce(latest.corrected_at, month.first_known_at) as known_from,
    null::timestamptz as known_until
from {{ ref('fct_household_criterion') }} as met
inner join month on met.period = month.period
left join latest
    on
        met.period = latest.period
        and met.framework_code = latest.framework_code
        and met.household_id = latest.household_id
        and met.criterion_code = latest.criterion_code
where met.is_met

-- Criteria that the homes of the measured have met at some month's end, and the last one at which they did. Carried over from month
-- to month, and kept for every month, like the marts.
{{ config(
    materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_periods() }}', indexes=[{'columns': ['period']}]
) }}

with met as (
    select
        met.period,
        met.framework_code,
        met.subject_id,
        met.criterion_code,
        met.n_persons
    from {{ ref('int_progress_met') }} as met
    where
        {{ in_periods('met.period') }}
        and exists (
            select 1 from {{ ref('int_progress_home') }} as home
            where home.period = met.period and home.framework_code = met.framework_code and home.subject_id = met.subject_id
        )
),

known as (
    {% if is_incremental() %}
    select
        framework_code,
        subject_id,
        criterion_code,
        last_met_period
    from {{ this }}
    where period = (select max(earlier.period) from {{ this }} as earlier where {{ before_periods('earlier.period') }})
    union all
    {% endif %}
    select
        framework_code,
        subject_id,
        criterion_code,
        period as last_met_period
    from met
),

last_met as (
    select
        month.period,
        known.framework_code,
        known.subject_id,
        known.criterion_code,
        max(known.last_met_period) as last_met_period
    from {{ months_built() }} as month (period)
    inner join known on month.period >= known.last_met_period
    group by month.period, known.framework_code, known.subject_id, known.criterion_code
)

select
    last_met.period,
    last_met.framework_code,
    last_met.subject_id,
    last_met.criterion_code,
    last_met.last_met_period,
    coalesce(met.n_persons, 0) as n_persons
from last_met
left join met
    on
        last_met.period = met.period
        and last_met.framework_code = met.framework_code
        and last_met.subject_id = met.subject_id
        and last_met.criterion_code = met.criterion_code

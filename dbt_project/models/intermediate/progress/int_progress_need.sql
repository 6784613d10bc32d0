-- Criteria that the homes of the measured have met at some month's end, or of which it was not known whether they did, as a benefit stood
-- open there that was last matched too long ago to tell; and when last. Carried over from month to month, and kept for every month, like
-- the marts.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook='{{ forget_periods() }}',
    indexes=[{'columns': ['period']}],
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

not_known as (
    select distinct
        home.period,
        home.framework_code,
        home.subject_id,
        claim.criterion_code
    from {{ ref('int_progress_home') }} as home
    inner join {{ ref('int_out_of_work_claim') }} as claim
        on home.period = claim.period and home.framework_code = claim.framework_code and home.household_id = claim.household_id
    where {{ in_periods('home.period') }} and not claim.is_fresh
),

found as (
    {% if is_incremental() %}
    select
        framework_code,
        subject_id,
        criterion_code,
        last_met_period,
        last_not_known_period
    from {{ this }}
    where period = (select max(earlier.period) from {{ this }} as earlier where {{ before_periods('earlier.period') }})
    union all
    {% endif %}
    select
        framework_code,
        subject_id,
        criterion_code,
        period as last_met_period,
        null as last_not_known_period
    from met
    union all
    select
        framework_code,
        subject_id,
        criterion_code,
        null as last_met_period,
        period as last_not_known_period
    from not_known
),

last_found as (
    select
        month.period,
        found.framework_code,
        found.subject_id,
        found.criterion_code,
        max(found.last_met_period) as last_met_period,
        max(found.last_not_known_period) as last_not_known_period
    from {{ months_built() }} as month (period)
    inner join found on month.period >= greatest(found.last_met_period, found.last_not_known_period)
    group by month.period, found.framework_code, found.subject_id, found.criterion_code
)

select
    last_found.period,
    last_found.framework_code,
    last_found.subject_id,
    last_found.criterion_code,
    last_found.last_met_period,
    last_found.last_not_known_period,
    coalesce(met.n_persons, 0) as n_persons
from last_found
left join met
    on
        last_found.period = met.period
        and last_found.framework_code = met.framework_code
        and last_found.subject_id = met.subject_id
        and last_found.criterion_code = met.criterion_code

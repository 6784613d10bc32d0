-- What later knowledge changed in months that had been built before: each criterion of a household that was met and is not, or the
-- other way round, with the files that differ. Rows are added, and never changed.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    full_refresh=false,
    post_hook=["{{ publish_criteria() }}", "{{ publish_months() }}"],
) }}

with former as (
    select * from {{ source('ops', 'published_criterion') }}
    where {{ in_periods('period') }}
),

met as (
    select
        period,
        framework_code,
        household_id,
        criterion_code,
        authority_code
    from {{ ref('fct_household_criterion') }}
    where {{ in_periods('period') }} and is_met
),

changed as (
    select
        coalesce(former.period, met.period) as period,
        coalesce(former.framework_code, met.framework_code) as framework_code,
        coalesce(former.household_id, met.household_id) as household_id,
        coalesce(former.criterion_code, met.criterion_code) as criterion_code,
        coalesce(met.authority_code, former.authority_code) as authority_code,
        former.household_id is not null as was_met,
        met.household_id is not null as is_met
    from former
    full outer join met
        on
            former.period = met.period
            and former.framework_code = met.framework_code
            and former.household_id = met.household_id
            and former.criterion_code = met.criterion_code
    where former.household_id is null or met.household_id is null
),

household as (
    select distinct
        period,
        household_id
    from {{ ref('fct_household_criterion') }}
    where {{ in_periods('period') }}
),

believed as (
    select * from {{ source('quality', 'believed_file') }}
    where {{ in_periods('period') }}
),

published as (
    select * from {{ source('ops', 'published_file') }}
    where {{ in_periods('period') }}
),

-- Files that are believed now and were not then.
newer as (
    select
        believed.period,
        string_agg(
            concat(believed.partner_code, '/', believed.source_period, '/r', believed.revision, '/', believed.feed), ', '
            order by believed.partner_code, believed.feed
        ) as files
    from believed
    left join published
        on
            believed.period = published.period
            and believed.partner_code = published.partner_code
            and believed.feed = published.feed
    where
        published.period is null
        or believed.source_period != published.source_period
        or believed.revision != published.revision
    group by believed.period
)

select
    changed.period,
    changed.framework_code,
    changed.household_id,
    changed.criterion_code,
    changed.was_met,
    -- A household that linkage has merged or split is no more.
    case when household.household_id is not null then changed.is_met end as is_met,
    month.known_at as known_from,
    known.known_at as known_until,
    newer.files as caused_by,
    changed.authority_code
from changed
-- A month that is built for the first time corrects nothing.
inner join {{ source('ops', 'published_month') }} as month on changed.period = month.period
inner join {{ ref('int_month_known') }} as known on changed.period = known.period
left join household on changed.period = household.period and changed.household_id = household.household_id
left join newer on changed.period = newer.period

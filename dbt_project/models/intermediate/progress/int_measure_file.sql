-- The files that a sustained measure is judged by: for every month that it looks back to, each feed that could show the need, of
-- the authority and of those who send for all authorities (the police). Empty source_record = that feed did not come.
with feed as (
    select distinct
        limb.framework_code,
        limb.criterion_code,
        source.feed
    from {{ ref('criterion_limb') }} as limb
    inner join {{ ref('limb_source') }} as source on limb.limb_code = source.limb_code
    union distinct
    -- Who lives where is known from it.
    select distinct
        framework_code,
        criterion_code,
        'people' as feed
    from {{ ref('criterion_limb') }}
),

file as (
    select
        believed.period,
        believed.partner_code,
        sender.authority_code,
        believed.feed,
        believed.is_stale,
        concat(believed.source_period, '/r', believed.revision, '/', believed.feed) as source_record
    from {{ source('quality', 'believed_file') }} as believed
    left join {{ ref('int_authority') }} as sender on believed.partner_code = sender.authority_code
),

month as (
    select
        measure.*,
        {{ months_earlier('measure.period', 'months_back') }} as month
    from {{ ref('int_measure_in_force') }} as measure
    cross join lateral generate_series(0, measure.sustained_months) as months_back
    where measure.test = 'sustained'
)

select
    month.period,
    month.authority_code,
    month.framework_code,
    month.measure_code,
    month.month,
    feed.feed,
    file.partner_code as source_partner,
    file.source_record,
    coalesce(not file.is_stale, false) as is_of_the_month
from month
inner join feed on month.framework_code = feed.framework_code and month.criterion_code = feed.criterion_code
left join file
    on
        month.month = file.period
        and feed.feed = file.feed
        and (month.authority_code = file.authority_code or (file.authority_code is null and file.feed != 'people'))

-- The two measures of work of each measured family: on the way to it, and in it.
with family as (
    select distinct
        period,
        as_at,
        framework_code,
        family_id,
        partner_code
    from {{ ref('int_progress_member') }}
),

believed as (
    select
        period,
        partner_code,
        bool_or(feed = 'work_outcomes') as has_outcomes,
        bool_or(feed = 'benefits') as has_benefits
    from {{ source('quality', 'believed_file') }}
    where {{ in_periods('period') }}
    group by period, partner_code
),

on_the_way as (
    select
        job.period,
        job.framework_code,
        job.family_id,
        count(distinct job.person_id)::integer as n_adults
    from {{ ref('int_progress_job') }} as job
    inner join {{ ref('progress_measure') }} as measure
        on job.framework_code = measure.framework_code and measure.measure_code = 'progress_to_work'
    where
        job.outcome in ('WORK_PROGRAMME_VOLUNTEER', 'ESF_ATTACHED')
        and job.start_date > (job.as_at - make_interval(months => measure.window_months))::date
        and job.start_date <= job.as_at
    group by job.period, job.framework_code, job.family_id
),

in_work as (
    select
        period,
        framework_code,
        family_id,
        count(distinct person_id)::integer as n_adults
    from {{ ref('int_progress_worker') }}
    group by period, framework_code, family_id
),

claimed as (
    select
        period,
        framework_code,
        family_id,
        count(distinct person_id) filter (where start_date <= attached_date)::integer as n_adults
    from {{ ref('int_progress_benefit_left') }}
    group by period, framework_code, family_id
)

select
    family.period,
    family.framework_code,
    family.family_id,
    'progress_to_work' as measure_code,
    null::integer as baseline_value,
    case when believed.has_outcomes then coalesce(on_the_way.n_adults, 0) end as current_value,
    case when on_the_way.n_adults > 0 then 'pass' when believed.has_outcomes then 'fail' else 'not_evidenced' end as result,
    case
        when on_the_way.n_adults > 0 then 'an_adult_volunteered'
        when believed.has_outcomes then 'nobody_volunteered'
        else 'feed_not_received'
    end as reason
from family
left join believed on family.period = believed.period and family.partner_code = believed.partner_code
left join on_the_way
    on
        family.period = on_the_way.period
        and family.framework_code = on_the_way.framework_code
        and family.family_id = on_the_way.family_id
union all
select
    family.period,
    family.framework_code,
    family.family_id,
    'continuous_employment' as measure_code,
    case when believed.has_benefits then coalesce(claimed.n_adults, 0) end as baseline_value,
    case when believed.has_outcomes and believed.has_benefits then coalesce(in_work.n_adults, 0) end as current_value,
    case
        when in_work.n_adults > 0 then 'pass'
        when believed.has_outcomes and believed.has_benefits then 'fail'
        else 'not_evidenced'
    end as result,
    case
        when in_work.n_adults > 0 then 'an_adult_in_continuous_work'
        when believed.has_outcomes and believed.has_benefits then 'nobody_in_continuous_work'
        else 'feed_not_received'
    end as reason
from family
left join believed on family.period = believed.period and family.partner_code = believed.partner_code
left join in_work
    on
        family.period = in_work.period
        and family.framework_code = in_work.framework_code
        and family.family_id = in_work.family_id
left join claimed
    on
        family.period = claimed.period
        and family.framework_code = claimed.framework_code
        and family.family_id = claimed.family_id

-- The two measures of work of the measured: on the way to it, and in it.
with subject as (
    select distinct
        member.period,
        member.framework_code,
        member.subject_id,
        member.partner_code,
        measure.measure_code,
        measure.test,
        (member.as_at - make_interval(months => measure.window_months))::date as window_after
    from {{ ref('int_progress_member') }} as member
    inner join {{ ref('int_measure_in_force') }} as measure
        on
            member.period = measure.period
            and member.partner_code = measure.authority_code
            and member.framework_code = measure.framework_code
            and measure.test in ('way_to_work', 'employment')
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
        job.subject_id,
        count(distinct job.person_id)::integer as n_adults
    from {{ ref('int_progress_job') }} as job
    inner join subject
        on
            job.period = subject.period and job.framework_code = subject.framework_code
            and job.subject_id = subject.subject_id and subject.test = 'way_to_work'
    where
        job.outcome in ('WORK_PROGRAMME_VOLUNTEER', 'ESF_ATTACHED')
        and job.start_date > subject.window_after and job.start_date <= job.as_at
    group by job.period, job.framework_code, job.subject_id
),

in_work as (
    select
        period,
        framework_code,
        subject_id,
        count(distinct person_id)::integer as n_adults
    from {{ ref('int_progress_worker') }}
    group by period, framework_code, subject_id
),

claimed as (
    select
        period,
        framework_code,
        subject_id,
        count(distinct person_id)::integer as n_adults
    from {{ ref('int_progress_benefit') }}
    where {{ is_open_on('start_date', 'end_date', 'attached_date') }}
    group by period, framework_code, subject_id
)

select
    subject.period,
    subject.framework_code,
    subject.subject_id,
    subject.measure_code,
    null::integer as baseline_value,
    case when believed.has_outcomes then coalesce(on_the_way.n_adults, 0) end as current_value,
    case when on_the_way.n_adults > 0 then 'pass' when believed.has_outcomes then 'fail' else 'not_evidenced' end as result,
    case
        when on_the_way.n_adults > 0 then 'an_adult_volunteered'
        when believed.has_outcomes then 'nobody_volunteered'
        else 'feed_not_received'
    end as reason
from subject
left join believed on subject.period = believed.period and subject.partner_code = believed.partner_code
left join on_the_way
    on
        subject.period = on_the_way.period
        and subject.framework_code = on_the_way.framework_code
        and subject.subject_id = on_the_way.subject_id
where subject.test = 'way_to_work'
union all
select
    subject.period,
    subject.framework_code,
    subject.subject_id,
    subject.measure_code,
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
from subject
left join believed on subject.period = believed.period and subject.partner_code = believed.partner_code
left join in_work
    on
        subject.period = in_work.period
        and subject.framework_code = in_work.framework_code
        and subject.subject_id = in_work.subject_id
left join claimed
    on
        subject.period = claimed.period
        and subject.framework_code = claimed.framework_code
        and subject.subject_id = claimed.subject_id
where subject.test = 'employment'

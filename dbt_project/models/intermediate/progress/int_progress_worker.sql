-- Adults of the measured who moved off an out-of-work benefit after attachment into enough weeks of verified work. Weeks end on the
-- month's last day; a week counts when a verified job covers each of its days and no out-of-work benefit any of them.
with left_benefit as (
    select * from {{ ref('int_progress_benefit') }}
    where end_date between attached_date and as_at
),

day_worked as (
    select distinct
        job.period,
        job.framework_code,
        job.subject_id,
        job.person_id,
        day::date as worked_on,
        (job.as_at - day::date) / 7 as weeks_back
    from {{ ref('int_progress_job') }} as job
    cross join
        lateral generate_series(
            greatest(job.start_date, job.as_at - 209)::timestamp, least(coalesce(job.end_date, job.as_at), job.as_at)::timestamp, '1 day'
        ) as day
    where
        job.outcome = 'EMPLOYED' and job.is_verified
        and not exists (
            select 1 from {{ ref('int_progress_benefit') }} as benefit
            where
                benefit.period = job.period and benefit.framework_code = job.framework_code
                and benefit.subject_id = job.subject_id and benefit.person_id = job.person_id
                and {{ is_open_on('benefit.start_date', 'benefit.end_date', 'day::date') }}
        )
),

week_worked as (
    select
        period,
        framework_code,
        subject_id,
        person_id,
        weeks_back
    from day_worked
    group by period, framework_code, subject_id, person_id, weeks_back
    having count(*) = 7
)

select
    left_benefit.period,
    left_benefit.framework_code,
    left_benefit.subject_id,
    left_benefit.is_comparison,
    left_benefit.person_id,
    left_benefit.source_partner,
    left_benefit.source_record
from left_benefit
inner join week_worked
    on
        left_benefit.period = week_worked.period
        and left_benefit.framework_code = week_worked.framework_code
        and left_benefit.subject_id = week_worked.subject_id
        and left_benefit.person_id = week_worked.person_id
        and left_benefit.of_last_weeks > week_worked.weeks_back
group by
    left_benefit.period, left_benefit.framework_code, left_benefit.subject_id, left_benefit.is_comparison, left_benefit.person_id,
    left_benefit.source_partner, left_benefit.source_record, left_benefit.weeks_in_work
having count(*) >= left_benefit.weeks_in_work

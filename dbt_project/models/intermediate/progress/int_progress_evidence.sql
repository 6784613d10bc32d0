-- The rows that the progress of each family rests on; each leads back to a line of a file, or to a whole file in which a need is
-- not found any more. Nothing is paid for a comparison household, so nothing need be proven of it.
with work_measure as (
    select distinct
        period,
        framework_code,
        measure_code,
        test
    from {{ ref('int_measure_in_force') }}
),

family as (
    select distinct
        period,
        framework_code,
        subject_id,
        partner_code
    from {{ ref('int_progress_member') }}
    where not is_comparison
)

select
    period,
    framework_code,
    subject_id,
    measure_code,
    source_partner,
    source_record
from {{ ref('int_progress_event') }}
where not is_comparison
union distinct
select
    child.period,
    child.framework_code,
    child.subject_id,
    child.measure_code,
    attendance.partner_code as source_partner,
    attendance.source_record
from {{ ref('int_progress_child') }} as child
inner join {{ ref('int_child_attendance') }} as attendance
    on
        child.period = attendance.period and child.person_id = attendance.person_id
        and child.terms_from <= attendance.term_from and child.terms_to >= attendance.term_to
where not child.is_comparison
union distinct
select
    child.period,
    child.framework_code,
    child.subject_id,
    child.measure_code,
    exclusion.partner_code as source_partner,
    exclusion.source_record
from {{ ref('int_progress_child') }} as child
inner join {{ ref('int_child_exclusion') }} as exclusion
    on
        child.period = exclusion.period and child.person_id = exclusion.person_id
        and exclusion.start_date between child.terms_from and child.terms_to
where not child.is_comparison and child.test = 'schooling' and not exclusion.is_permanent
union distinct
select
    job.period,
    job.framework_code,
    job.subject_id,
    measure.measure_code,
    job.source_partner,
    job.source_record
from {{ ref('int_progress_job') }} as job
inner join work_measure as measure
    on
        job.period = measure.period
        and job.framework_code = measure.framework_code
        and measure.test = case job.outcome when 'EMPLOYED' then 'employment' else 'way_to_work' end
where not job.is_comparison
union distinct
select
    worker.period,
    worker.framework_code,
    worker.subject_id,
    measure.measure_code,
    worker.source_partner,
    worker.source_record
from {{ ref('int_progress_worker') }} as worker
inner join work_measure as measure
    on worker.period = measure.period and worker.framework_code = measure.framework_code and measure.test = 'employment'
where not worker.is_comparison
union distinct
select
    family.period,
    family.framework_code,
    family.subject_id,
    file.measure_code,
    file.source_partner,
    file.source_record
from family
inner join {{ ref('int_measure_file') }} as file
    on
        family.period = file.period
        and family.partner_code = file.authority_code
        and family.framework_code = file.framework_code
where file.source_record is not null

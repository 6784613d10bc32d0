-- The rows that the progress of each measured family rests on; each leads back to a line of a file.
select
    period,
    framework_code,
    family_id,
    measure_code,
    source_partner,
    source_record
from {{ ref('int_progress_event') }}
union distinct
select
    child.period,
    child.framework_code,
    child.family_id,
    'education' as measure_code,
    attendance.partner_code as source_partner,
    attendance.source_record
from {{ ref('int_progress_child') }} as child
inner join {{ ref('int_child_attendance') }} as attendance
    on
        child.period = attendance.period and child.person_id = attendance.person_id
        and child.terms_from <= attendance.term_from and child.terms_to >= attendance.term_to
union distinct
select
    child.period,
    child.framework_code,
    child.family_id,
    'education' as measure_code,
    exclusion.partner_code as source_partner,
    exclusion.source_record
from {{ ref('int_progress_child') }} as child
inner join {{ ref('int_child_exclusion') }} as exclusion
    on
        child.period = exclusion.period and child.person_id = exclusion.person_id
        and exclusion.start_date between child.terms_from and child.terms_to
where not exclusion.is_permanent
union distinct
select
    period,
    framework_code,
    family_id,
    case outcome when 'EMPLOYED' then 'continuous_employment' else 'progress_to_work' end as measure_code,
    source_partner,
    source_record
from {{ ref('int_progress_job') }}
union distinct
select
    period,
    framework_code,
    family_id,
    'continuous_employment' as measure_code,
    source_partner,
    source_record
from {{ ref('int_progress_worker') }}

-- What the feeds say about every measure of each of the measured, whether or not the measure applies.
select
    period,
    framework_code,
    subject_id,
    measure_code,
    baseline_value,
    current_value,
    result,
    reason
from {{ ref('int_progress_reduction') }}
union all
select
    period,
    framework_code,
    subject_id,
    measure_code,
    baseline_value,
    current_value,
    result,
    reason
from {{ ref('int_progress_work') }}
union all
select
    period,
    framework_code,
    subject_id,
    measure_code,
    null as baseline_value,
    current_value,
    result,
    reason
from {{ ref('int_progress_education') }}
union all
select
    period,
    framework_code,
    subject_id,
    measure_code,
    null as baseline_value,
    current_value,
    result,
    reason
from {{ ref('int_progress_attendance') }}
union all
select
    period,
    framework_code,
    subject_id,
    measure_code,
    null as baseline_value,
    current_value,
    result,
    reason
from {{ ref('int_progress_sustained') }}

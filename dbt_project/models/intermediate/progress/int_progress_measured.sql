-- What the feeds say about every measure of each measured family, whether or not the measure applies to it.
select
    period,
    framework_code,
    family_id,
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
    family_id,
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
    family_id,
    'education' as measure_code,
    null as baseline_value,
    current_value,
    result,
    reason
from {{ ref('int_progress_education') }}

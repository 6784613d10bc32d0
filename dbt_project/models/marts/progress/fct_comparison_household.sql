-- The comparison cohort: households that were eligible and not on the programme, from the first such month on.
select
    period,
    framework_code,
    household_id,
    authority_code,
    entered_period,
    left_period,
    status
from {{ ref('int_comparison_household') }}
where {{ in_periods('period') }}

-- How many criteria of each framework each household meets, and whether that makes it eligible.
select
    period,
    framework_code,
    household_id,
    authority_code,
    n_criteria_met,
    n_required,
    is_eligible,
    is_on_programme,
    is_stale
from {{ ref('int_household_eligibility') }}

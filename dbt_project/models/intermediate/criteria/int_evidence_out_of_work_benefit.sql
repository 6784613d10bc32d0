-- An adult on an out-of-work benefit at the month's end, by a match that is fresh enough (readings.md 23).
select
    period,
    framework_code,
    criterion_code,
    limb_code,
    household_id,
    person_id,
    start_date as event_date,
    source_partner,
    'benefits' as source_feed,
    source_record,
    rule_version
from {{ ref('int_out_of_work_claim') }}
where is_fresh

-- Benefits of which it is not known whether somebody is still on them: the last match is too old to tell (readings.md 23).
select
    period,
    framework_code,
    household_id,
    person_id,
    criterion_code,
    limb_code,
    start_date,
    matched_on,
    fresh_from,
    source_partner,
    source_record,
    rule_version,
    authority_code
from {{ ref('int_out_of_work_claim') }}
where not is_fresh

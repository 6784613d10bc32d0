-- Why a criterion is met: the rows that make a limb met, and only those (readings.md 40).
select
    period,
    framework_code,
    household_id,
    person_id,
    criterion_code,
    limb_code,
    event_date,
    source_partner,
    source_feed,
    source_record,
    rule_version
from {{ ref('int_criterion_evidence') }}

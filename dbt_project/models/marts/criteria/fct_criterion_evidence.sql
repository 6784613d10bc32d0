-- Why a criterion is met: the rows that make a limb met, and only those (readings.md 40).
with household as (
    select
        period,
        household_id,
        max(authority_code) as authority_code
    from {{ ref('int_household_member') }}
    where {{ in_periods('period') }}
    group by period, household_id
)

select
    evidence.period,
    evidence.framework_code,
    evidence.household_id,
    evidence.person_id,
    evidence.criterion_code,
    evidence.limb_code,
    evidence.event_date,
    evidence.source_partner,
    evidence.source_feed,
    evidence.source_record,
    evidence.rule_version,
    household.authority_code
from {{ ref('int_criterion_evidence') }} as evidence
left join household on evidence.period = household.period and evidence.household_id = household.household_id

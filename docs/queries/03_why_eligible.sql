-- Why is a household eligible, down to the line of a sender's file?
--
-- Of the eligible household with the most evidence in the newest month; put the id of another in its place. The last column is the
-- month, revision, file and line that say so; `python -m wholefamily explain` tells the same in words.
-- As: analyst
with household as (
    select
        evidence.period,
        evidence.framework_code,
        evidence.household_id
    from marts.fct_criterion_evidence as evidence
    inner join marts.fct_household_eligibility as judged
        on
            evidence.period = judged.period
            and evidence.framework_code = judged.framework_code
            and evidence.household_id = judged.household_id
            and judged.is_eligible
    where
        evidence.framework_code = 'tf_2012'
        and evidence.period = (select max(newest.period) from marts.fct_authority_month as newest)
    group by evidence.period, evidence.framework_code, evidence.household_id
    order by count(*) desc, evidence.household_id
    limit 1
)

select
    evidence.household_id,
    evidence.criterion_code,
    evidence.limb_code,
    evidence.event_date,
    evidence.source_partner,
    evidence.source_record,
    rule.description as rule
from household
inner join marts.fct_criterion_evidence as evidence
    on
        household.period = evidence.period
        and household.framework_code = evidence.framework_code
        and household.household_id = evidence.household_id
inner join marts.dim_criterion as rule on evidence.rule_version = rule.rule_version
order by evidence.criterion_code, evidence.limb_code, evidence.source_partner, evidence.source_record;

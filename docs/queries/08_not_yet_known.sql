-- Which households are not known to be eligible, and need one more criterion only?
--
-- In the newest month, by the framework in force in the authority: one criterion short, and judged on a feed that is not of this month.
-- These are worth a call to the sender.
-- As: analyst
select
    household.authority_code,
    household.household_id,
    household.n_criteria_met,
    household.n_required,
    string_agg(criterion.criterion_code, ', ' order by criterion.criterion_code) as met
from marts.fct_household_eligibility as household
inner join marts.dim_authority as authority
    on household.authority_code = authority.authority_code and household.framework_code = authority.framework_code
left join marts.fct_household_criterion as criterion
    on
        household.period = criterion.period
        and household.framework_code = criterion.framework_code
        and household.household_id = criterion.household_id
        and criterion.is_met
where
    household.is_stale
    and not household.is_eligible
    and household.n_criteria_met = household.n_required - 1
    and household.period = (select max(newest.period) from marts.fct_authority_month as newest)
group by household.authority_code, household.household_id, household.n_criteria_met, household.n_required
order by household.authority_code, household.household_id;

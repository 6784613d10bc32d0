-- Which criteria come together in eligible households?
--
-- In the newest month, for each framework and pair of criteria: households that are eligible and meet both.
-- As: analyst
select
    one.framework_code,
    one.criterion_code as criterion,
    another.criterion_code as and_criterion,
    count(*) as n_households
from marts.fct_household_eligibility as household
inner join marts.fct_household_criterion as one
    on
        household.period = one.period
        and household.framework_code = one.framework_code
        and household.household_id = one.household_id
        and one.is_met
inner join marts.fct_household_criterion as another
    on
        one.period = another.period
        and one.framework_code = another.framework_code
        and one.household_id = another.household_id
        and one.criterion_code < another.criterion_code
        and another.is_met
where household.is_eligible and household.period = (select max(newest.period) from marts.fct_authority_month as newest)
group by one.framework_code, one.criterion_code, another.criterion_code
order by one.framework_code, n_households desc, criterion, and_criterion;

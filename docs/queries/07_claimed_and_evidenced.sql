-- How many results are claimed, for how much, and how much of the progress is evidenced at all?
--
-- A measure is passed, failed, or not evidenced where data are missing; neutral measures, which do not apply, are left out. A claim
-- wants every relevant measure of a family passed, once.
-- As: analyst
select
    period,
    authority_code,
    framework_code,
    n_measures_passed,
    n_measures_failed,
    n_measures_not_evidenced,
    n_results as n_valid_claims,
    n_results_in_review as n_in_review,
    amount_gbp
from marts.fct_authority_month
where n_measures_passed + n_measures_failed + n_measures_not_evidenced > 0
order by period, authority_code, framework_code;

-- How do families do on each measure, month by month?
--
-- Families by the result of the measure; `reason` in the same mart says why, family by family.
-- As: analyst
select
    period,
    framework_code,
    measure_code,
    count(*) filter (where result = 'pass') as n_pass,
    count(*) filter (where result = 'fail') as n_fail,
    count(*) filter (where result = 'not_evidenced') as n_not_evidenced,
    count(*) filter (where result = 'neutral') as n_neutral
from marts.fct_family_progress
group by period, framework_code, measure_code
order by framework_code, measure_code, period;

-- What did a corrected file change?
--
-- Criteria of households that a later delivery took away or gave, in months that had been built before, by the files that did it.
-- As: analyst
select
    period,
    caused_by,
    framework_code,
    criterion_code,
    count(*) filter (where was_met and not is_met) as n_taken_away,
    count(*) filter (where is_met and not was_met) as n_given
from marts.fct_correction
group by period, caused_by, framework_code, criterion_code
order by period, caused_by, framework_code, criterion_code;

-- How many of the police's records of people are linked to a record of another sender?
--
-- By month and authority where the persons live. A rate that differs between authorities, or falls, is a question to ask; the same query
-- by `ethnic_group` asks whether the linkage is fair.
-- As: governance
select
    period,
    authority_code,
    sum(n_records) as n_records,
    sum(n_linked) as n_linked,
    sum(n_in_review) as n_in_review,
    round(sum(n_linked)::numeric / sum(n_records), 3) as linked_share
from quality.fct_match_rate
where partner_code = 'west_midlands_police' and other_partner_code = 'any'
group by period, authority_code
order by period, authority_code;

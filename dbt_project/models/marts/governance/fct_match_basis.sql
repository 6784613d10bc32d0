-- What joined the records of each sender to their persons: rules, a model and which, or nothing.
select
    period,
    partner_code,
    authority_code,
    ethnic_group,
    match_basis,
    model_version,
    count(*)::integer as n_records,
    avg(match_probability)::numeric(7, 6) as mean_probability
from {{ ref('int_record_link') }}
group by period, partner_code, authority_code, ethnic_group, match_basis, model_version

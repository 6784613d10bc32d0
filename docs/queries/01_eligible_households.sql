-- How many households are eligible, and which share of all, month by month?
--
-- Each authority by the framework in force there, and all authorities together: one line of a chart for each. Shares do not add up;
-- what they are made of does.
-- As: analyst
with eligible as (
    select
        metric.period,
        coalesce(authority.name, 'all authorities') as authority,
        sum(metric.numerator) as n_eligible,
        sum(metric.denominator) as n_households
    from marts.fct_metric_month as metric
    inner join marts.dim_authority as authority
        on metric.authority_code = authority.authority_code and metric.framework_code = authority.framework_code
    where metric.metric_code = 'eligibility_rate'
    group by grouping sets ((metric.period, authority.name), (metric.period))
)

select
    period,
    authority,
    n_eligible,
    n_households,
    round(n_eligible::numeric / nullif(n_households, 0), 3) as eligible_share
from eligible
order by authority, period;

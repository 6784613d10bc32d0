-- Each metric of each authority's month. A view: it says what fct_authority_month says, in rows.
-- It reads the seed, not dim_metric: a table that is built anew takes the views on it away until they are built too.
{{ config(materialized='view') }}

with month as (
    select * from {{ ref('fct_authority_month') }}
),

-- Not materialised: whoever asks for a month reads that month.
counted as not materialized (
    select
        month.period,
        month.authority_code,
        month.framework_code,
        number.name,
        number.n
    from month
    cross join lateral (
        values
        ('n_households', month.n_households),
        ('n_eligible', month.n_eligible),
        ('n_families_on_programme', month.n_families_on_programme),
        ('n_results', month.n_results),
        ('n_stale_feeds', month.n_stale_feeds),
        ('n_eligible_on_programme', month.n_eligible_on_programme),
        ('n_not_eligible_stale', month.n_not_eligible_stale),
        ('n_newly_eligible', month.n_newly_eligible),
        ('n_no_longer_eligible', month.n_no_longer_eligible),
        ('n_measures_passed', month.n_measures_passed),
        ('n_measures_failed', month.n_measures_failed),
        ('n_measures_not_evidenced', month.n_measures_not_evidenced),
        ('n_results_in_review', month.n_results_in_review),
        ('amount_gbp', month.amount_gbp)
    ) as number (name, n)
)

select
    numerator.period,
    numerator.authority_code,
    numerator.framework_code,
    metric.metric_code,
    (numerator.n::numeric / case when metric.denominator is null then 1 else nullif(denominator.n, 0) end)::numeric(14, 6) as value,
    numerator.n as numerator,
    denominator.n as denominator
from {{ ref('metric') }} as metric
inner join counted as numerator on metric.numerator = numerator.name
left join counted as denominator
    on
        metric.denominator = denominator.name
        and numerator.period = denominator.period
        and numerator.authority_code = denominator.authority_code
        and numerator.framework_code = denominator.framework_code

-- The last one to six completed school terms of each month; a term that ends on the last day of the month is complete.
with month as (
    select
        period,
        {{ as_at('period') }} as as_at
    from {{ months_built() }} as period
),

completed as (
    select
        month.period,
        term.starts_on,
        term.ends_on,
        row_number() over (partition by month.period order by term.ends_on desc) as terms_back
    from month
    inner join {{ ref('school_term') }} as term on month.as_at >= term.ends_on
)

select
    completed.period,
    n_terms,
    min(completed.starts_on) as terms_from,
    max(completed.ends_on) as terms_to
from completed
inner join generate_series(1, 6) as n_terms on completed.terms_back <= n_terms
group by completed.period, n_terms

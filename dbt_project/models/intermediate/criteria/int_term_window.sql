-- The last one to six completed school terms of each month and authority; a term that ends on the last day of the month is complete.
with month as (
    select
        period,
        {{ as_at('period') }} as as_at
    from {{ months_built() }} as period
),

completed as (
    select
        month.period,
        term.authority_code,
        term.term_number,
        term.starts_on,
        term.ends_on,
        row_number() over (partition by month.period, term.authority_code order by term.ends_on desc) as terms_back
    from month
    inner join {{ ref('int_school_term') }} as term on month.as_at >= term.ends_on
)

select
    completed.period,
    completed.authority_code,
    n_terms,
    min(completed.starts_on) as terms_from,
    max(completed.ends_on) as terms_to,
    min(completed.term_number) as first_term,
    max(completed.term_number) as last_term
from completed
inner join generate_series(1, 6) as n_terms on completed.terms_back <= n_terms
group by completed.period, completed.authority_code, n_terms

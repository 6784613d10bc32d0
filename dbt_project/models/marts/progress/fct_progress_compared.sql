-- Families on the programme beside the households that they are compared with, by the same measures.
with judged as (
    select
        period,
        partner_code as authority_code,
        framework_code,
        measure_code,
        result,
        true as is_family
    from {{ ref('fct_family_progress') }}
    where {{ in_periods('period') }}
    union all
    select
        period,
        authority_code,
        framework_code,
        measure_code,
        result,
        false as is_family
    from {{ ref('fct_comparison_progress') }}
    where {{ in_periods('period') }}
),

counted as (
    select
        period,
        authority_code,
        framework_code,
        measure_code,
        count(*) filter (where is_family)::integer as n_families,
        count(*) filter (where is_family and result = 'pass')::integer as n_families_pass,
        count(*) filter (where is_family and result = 'fail')::integer as n_families_fail,
        count(*) filter (where is_family and result = 'neutral')::integer as n_families_neutral,
        count(*) filter (where is_family and result = 'not_evidenced')::integer as n_families_not_evidenced,
        count(*) filter (where not is_family)::integer as n_comparison,
        count(*) filter (where not is_family and result = 'pass')::integer as n_comparison_pass,
        count(*) filter (where not is_family and result = 'fail')::integer as n_comparison_fail,
        count(*) filter (where not is_family and result = 'neutral')::integer as n_comparison_neutral,
        count(*) filter (where not is_family and result = 'not_evidenced')::integer as n_comparison_not_evidenced
    from judged
    group by period, authority_code, framework_code, measure_code
)

select
    period,
    authority_code,
    framework_code,
    measure_code,
    n_families,
    n_families_pass,
    n_families_fail,
    n_families_neutral,
    n_families_not_evidenced,
    -- Of those who passed or failed: the others were never asked, or nobody knows.
    round(n_families_pass * 100.0 / nullif(n_families_pass + n_families_fail, 0), 1) as pct_families_pass,
    n_comparison,
    n_comparison_pass,
    n_comparison_fail,
    n_comparison_neutral,
    n_comparison_not_evidenced,
    round(n_comparison_pass * 100.0 / nullif(n_comparison_pass + n_comparison_fail, 0), 1) as pct_comparison_pass
from counted

-- Every limb of every criterion of every framework, with the parameters that the models read.
{{ config(materialized='table', meta={'row_security': 'reference'}) }}

select
    framework_code,
    criterion_code,
    limb_code,
    coalesce(authority_code, '') as authority_code,
    description,
    concat_ws(
        ', ',
        'unit=' || unit,
        'window_months=' || window_months,
        'under_age=' || under_age,
        'age_basis=' || age_basis,
        'minimum_age=' || minimum_age,
        'n_terms=' || n_terms,
        'terms_counted=' || terms_counted,
        'n_episodes=' || n_episodes,
        'percent=' || percent,
        'fresh_days=' || fresh_days
    ) as parameter,
    source,
    is_verified,
    valid_from,
    valid_to,
    concat_ws('/', framework_code, criterion_code, limb_code, coalesce(authority_code, 'all'), version) as rule_version
from {{ ref('criterion_limb') }}

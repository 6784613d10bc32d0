{#- After the corrections of the months being built are told: what the marts say of them now is what a later build is held against. -#}
{% macro publish_criteria() -%}
    delete from {{ source('ops', 'published_criterion') }} where {{ in_periods('period') }};
    insert into {{ source('ops', 'published_criterion') }} (period, framework_code, household_id, criterion_code, authority_code)
    select period, framework_code, household_id, criterion_code, authority_code
    from {{ ref('fct_household_criterion') }} where is_met and {{ in_periods('period') }}
{%- endmacro %}

{% macro publish_months() -%}
    delete from {{ source('ops', 'published_file') }} where {{ in_periods('period') }};
    insert into {{ source('ops', 'published_file') }} (period, partner_code, feed, source_period, revision)
    select period, partner_code, feed, source_period, revision
    from {{ source('quality', 'believed_file') }} where {{ in_periods('period') }};
    insert into {{ source('ops', 'published_month') }} (period, first_known_at, known_at)
    select period, known_at, known_at from {{ ref('int_month_known') }}
    on conflict (period) do update set known_at = excluded.known_at
{%- endmacro %}

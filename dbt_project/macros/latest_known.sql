{#-
    One row per `key` of `months` (a relation with rows per month), as in the latest month that knows it, with the first and the last one
    that do; `columns` are the others, with what they are worked out by. What this mart said before stands for the months that are not
    being built, so these are not read again, however many they are – but for the few whom a month that is built anew knows no more.
-#}
{% macro latest_known(months, key, columns) -%}
    {%- set former = load_cached_relation(this) if execute and not should_full_refresh() -%}
    {%- set has_columns = former and adapter.get_columns_in_relation(former) | map(attribute='name') | list -%}
    {%- if not has_columns or columns | reject('in', has_columns) | list -%}
        {{ latest_of_months(months, key, columns, 'true') }}
    {%- else %}
with former as (
    select * from {{ this }}
),

built as (
    {{ latest_of_months(months, key, columns, in_periods('period')) }}
),

-- The first or last month that knew them is built anew, and does so no more.
gone as (
    select former.{{ key }}
    from former
    left join built on former.{{ key }} = built.{{ key }}
    where
        ({{ in_periods('former.first_period') }} and (built.{{ key }} is null or built.first_period > former.first_period))
        or ({{ in_periods('former.last_period') }} and (built.{{ key }} is null or built.last_period < former.last_period))
),

elsewhere as (
    select {{ key }}, {{ columns | join(', ') }}, first_period, last_period
    from former
    where not exists (select from gone where gone.{{ key }} = former.{{ key }})
    union all
    (
        {{ latest_of_months(months, key, columns, key ~ ' in (select ' ~ key ~ ' from gone) and not ' ~ in_periods('period')) }}
    )
)

select
    coalesce(built.{{ key }}, elsewhere.{{ key }}) as {{ key }},
    {%- for column in columns %}
    case when elsewhere.last_period > built.last_period or built.{{ key }} is null then elsewhere.{{ column }} else built.{{ column }} end
        as {{ column }},
    {%- endfor %}
    least(built.first_period, elsewhere.first_period) as first_period,
    greatest(built.last_period, elsewhere.last_period) as last_period
from built
full join elsewhere on built.{{ key }} = elsewhere.{{ key }}
    {%- endif %}
{%- endmacro %}

{% macro latest_of_months(months, key, columns, condition) -%}
    select distinct on ({{ key }})
        {{ key }},
        {%- for column, expression in columns.items() %}
        {{ expression }} as {{ column }},
        {%- endfor %}
        min(period) over (partition by {{ key }}) as first_period,
        period as last_period
    from {{ months }}
    where {{ condition }}
    order by {{ key }}, period desc
{%- endmacro %}

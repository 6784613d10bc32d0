{#- Whether a period column holds a month before those that are being built: what is carried over from month to month starts there. -#}
{% macro before_periods(column) -%}
    {{ column }} < '{{ var('periods') | sort | first | default('', true) }}'
{%- endmacro %}

{#- A month so many months before another, both YYYY-MM. -#}
{% macro months_earlier(column, months) -%}
    to_char(to_date({{ column }}, 'YYYY-MM') - make_interval(months => {{ months }}), 'YYYY-MM')
{%- endmacro %}

{#- Whether a period column holds one of the months that are being built. -#}
{% macro in_periods(column) -%}
    {{ column }} in ({% for period in var('periods') %}'{{ period }}'{{ ", " if not loop.last }}{% else %}null{% endfor %})
{%- endmacro %}

{#- Whether a period column holds the month before one that is being built. -#}
{% macro in_months_before(column) -%}
    {{ column }} in (
        {%- for period in var('periods') -%}
            to_char(to_date('{{ period }}', 'YYYY-MM') - interval '1 month', 'YYYY-MM'){{ ", " if not loop.last }}
        {%- else -%}
            null
        {%- endfor -%}
    )
{%- endmacro %}

{#- The last day of a period: the day as at which everything of that month is judged. -#}
{% macro as_at(column) -%}
    (date_trunc('month', to_date({{ column }}, 'YYYY-MM')) + interval '1 month' - interval '1 day')::date
{%- endmacro %}

{#- Before a working table that keeps earlier months is appended to: its rows of the months that are being built go, in the same transaction. -#}
{% macro forget_periods() -%}
    {% if is_incremental() %}delete from {{ this }} where {{ in_periods('period') }}{% else %}select 1{% endif %}
{%- endmacro %}

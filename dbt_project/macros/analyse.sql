{#- Statistics for what was just built, unless it is a view. -#}
{% macro analyse() -%}
    {% if config.get('materialized') in ('table', 'incremental') %}analyze {{ this }}{% else %}select 1{% endif %}
{%- endmacro %}

{#- Statistics for what was just built, unless it is a view. -#}
{% macro analyse() -%}
    {% if config.get('materialized') in ('table', 'incremental') %}analyze {{ this }}{% else %}select 1{% endif %}
{%- endmacro %}

{#- Models join whole months. Keys of several columns fool the planner into expecting a few rows, over which it would loop, or into
    merging by one of the columns, such as the month, that all rows share: both are all rows with all rows. -#}
{% macro join_by_hash() -%}
    set local enable_nestloop = off; set local enable_mergejoin = off
{%- endmacro %}

{#- What a data test looks at: of a model that keeps every month, or a view of such, the months that are being built, for the others were
    tested when they were; every month where its `where` says `__every_month__`. dbt calls this for every test. -#}
{% macro get_where_subquery(relation) -%}
    {%- set where = config.get('where') or '' -%}
    {%- set tested = graph.nodes[model.attached_node] if execute and model.attached_node else none -%}
    {%- set keeps_months = tested and tested.config.materialized != 'table' and 'period' in tested.columns -%}
    {%- set conditions = [] -%}
    {%- if where -%}{%- do conditions.append('(' ~ where | replace('__every_month__', 'true') ~ ')') -%}{%- endif -%}
    {%- if keeps_months and '__every_month__' not in where -%}{%- do conditions.append(in_periods('period')) -%}{%- endif -%}
    {%- if conditions -%}
        {%- do return('(select * from ' ~ relation ~ ' where ' ~ conditions | join(' and ') ~ ') dbt_subquery') -%}
    {%- else -%}
        {%- do return(relation) -%}
    {%- endif -%}
{%- endmacro %}

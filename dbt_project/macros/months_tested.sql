{#- What a test with `where: __months_built__` looks at: the months that are being built, for the others were tested when they were.
    dbt calls this for every test that has a `where`; a macro cannot be called in a property file. -#}
{% macro get_where_subquery(relation) -%}
    {%- set where = config.get('where') -%}
    {%- if where -%}
        {%- set condition = where | replace('__months_built__', in_periods('period')) -%}
        {%- do return('(select * from ' ~ relation ~ ' where ' ~ condition ~ ') dbt_subquery') -%}
    {%- else -%}
        {%- do return(relation) -%}
    {%- endif -%}
{%- endmacro %}

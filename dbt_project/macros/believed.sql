{#- Whether a delivery id is one that is believed for the months being built. The ids are written out, so that PostgreSQL
    reads the partitions of these deliveries only. -#}
{% macro in_believed_deliveries(feed, column) -%}
    {%- set deliveries = [] -%}
    {%- if execute -%}
        {%- set query -%}
            select distinct delivery_id from {{ source('quality', 'believed_file') }}
            where feed = '{{ feed }}' and {{ in_periods('period') }} order by 1
        {%- endset -%}
        {%- set deliveries = run_query(query).columns[0].values() -%}
    {%- endif -%}
    {{ column }} in ({{ deliveries | join(', ') or 'null' }})
{%- endmacro %}

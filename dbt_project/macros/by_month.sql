{#-
    A table that keeps every month, one partition a month. A build writes the months of `periods` anew, beside the old ones, with indexes
    and statistics, and then puts them in their place, all in one transaction: no other month is read or written, whatever it costs to
    keep them, and whoever reads a mart meanwhile waits for the exchange only.

    The model has a contract: its columns are the table's. Partitions stand in the schema `months`, which
    nobody is granted: they are read through their mart.
-#}
{% materialization by_month, adapter='postgres' %}
    {%- set table = this.incorporate(type='table') -%}
    {%- set new = 'months.' ~ adapter.quote(this.identifier ~ '_new') -%}
    {%- set indexes = config.get('indexes', []) -%}
    {%- set columns = adapter.dispatch('get_column_names', 'dbt')() -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- call statement('table') -%}
        {{ get_assert_columns_equivalent(sql) }}
        create table if not exists {{ table }} {{ get_table_columns_and_constraints() }} partition by list (period);
        {%- for column in model.columns.values() %}
            alter table {{ table }} add column if not exists {{ column.name }} {{ column.data_type }};
        {%- endfor %}
        create table {{ new }} (like {{ table }}) partition by list (period);
        {%- for period in var('periods') %}
            create table {{ month_of(this, period, '_new') }} partition of {{ new }} for values in ('{{ period }}');
        {%- endfor %}
    {%- endcall -%}

    {%- call statement('main') -%}
        insert into {{ new }} ({{ columns }})
        {{ get_select_subquery(sql) }}
        where {{ in_periods('period') }}
    {%- endcall -%}

    {%- call statement('exchange') -%}
        {%- for index in indexes %}
            create index if not exists {{ adapter.quote(this.identifier ~ '_' ~ index.columns | join('_')) }}
            on {{ table }} ({{ index.columns | join(', ') }});
        {%- endfor %}
        {%- for period in var('periods') %}
            alter table {{ new }} detach partition {{ month_of(this, period, '_new') }};
            {%- for index in indexes %}
                create index on {{ month_of(this, period, '_new') }} ({{ index.columns | join(', ') }});
            {%- endfor %}
            analyze {{ month_of(this, period, '_new') }};
        {%- endfor %}
        drop table {{ new }};
        {%- for period in var('periods') %}
            drop table if exists {{ month_of(this, period) }};
            alter table {{ month_of(this, period, '_new') }} rename to {{ month_of(this, period).split('.')[1] }};
            alter table {{ table }} attach partition {{ month_of(this, period) }} for values in ('{{ period }}');
        {%- endfor %}
        -- A sample of all months costs what it has pages to read: a tenth of the usual one, and a month has its own.
        set local default_statistics_target = 10;
        analyze only {{ table }};
    {%- endcall -%}

    {%- do apply_grants(table, config.get('grants'), should_revoke=True) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [table]}) }}
{% endmaterialization %}

{#- The partition that holds a month of a table. -#}
{% macro month_of(table, period, suffix='') -%}
    months.{{ adapter.quote(table.identifier ~ '_' ~ period | replace('-', '_') ~ suffix) }}
{%- endmacro %}

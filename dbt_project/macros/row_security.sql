{#- Of every mart, after each build: an authority's analysts see its own rows, the region's analysts and engineers all. A table that was made
    anew has lost its policies; one that still has them is left alone, as making them waits for everybody who reads.
    Whose a row is says its column authority_code, else partner_code. A mart about no household says so: meta={'row_security': 'reference'}. -#}
{% macro row_security() -%}
    {%- set column = (['authority_code', 'partner_code'] | select('in', model.columns) | list + [none]) | first -%}
    {% if not execute or this.schema != 'marts' or config.get('meta', {}).get('row_security') == 'reference' -%}
        select 1
    {%- elif config.get('materialized') == 'view' -%}
        {#- With the rights of who reads it, not of who made it. -#}
        alter view {{ this }} set (security_invoker = true)
    {%- elif column is none -%}
        {{ exceptions.raise_compiler_error(
            this.identifier ~ " does not say whose its rows are: give it a column authority_code, or say meta={'row_security': 'reference'}"
        ) }}
    {%- else -%}
        do $$
        begin
            if not (
                (select relrowsecurity from pg_class where oid = '{{ this }}'::regclass)
                and (select count(*) = 2 from pg_policy where polrelid = '{{ this }}'::regclass and polname in ('region', 'by_{{ column }}'))
            ) then
                alter table {{ this }} enable row level security;
                drop policy if exists region on {{ this }};
                drop policy if exists by_{{ column }} on {{ this }};
                create policy region on {{ this }} for select to analyst, engineer using (true);
                create policy by_{{ column }} on {{ this }} for select to authority_analyst
                using ({{ column }} in (select ops.own_authorities('analyst')));
            end if;
        end $$
    {%- endif %}
{%- endmacro %}

{#- At the end of each run: who may look into dbt's schemas. The working layers are made anew each time, and their grants with them. -#}
{% macro open_schemas() -%}
    {#- Rules and codes are about nobody, and views of the marts read them with the rights of who reads the view. -#}
    {%- set readers = {'staging': 'engineer', 'intermediate': 'engineer', 'reference': 'engineer, analyst, authority_analyst'} -%}
    {%- for schema in schemas if schema in readers %}
        grant usage on schema {{ schema }} to {{ readers[schema] }};
        grant select on all tables in schema {{ schema }} to {{ readers[schema] }};
    {%- endfor %}
    {#- Releases read three of the working layers' models, which say so themselves. -#}
    {%- for schema in schemas if schema in ('staging', 'intermediate') %}
        grant usage on schema {{ schema }} to wholefamily_release;
    {%- endfor %}
    {%- if 'marts' in schemas %}
        grant usage on schema marts to analyst, authority_analyst, engineer;
    {%- endif %}
    select 1
{%- endmacro %}

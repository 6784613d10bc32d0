-- Who may read marts can reach them: dbt grants each table, and nothing granted the schema.
create schema if not exists marts;
grant usage on schema marts to analyst, engineer;

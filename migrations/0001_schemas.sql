-- Schemas of the warehouse and who may look into them (warehouse.md, "Schemas" and "Roles").
create schema raw;
create schema landing;          -- files of a drop while they are judged; never read by anyone else
create schema quality;
create schema identity;
create schema exchange;
create schema evaluation;
create schema published;
create schema ops;              -- what was built, when, from what

do $$
declare
    role_name text;
begin
    -- Roles belong to the whole server, and two warehouses may share one.
    foreach role_name in array array[
        'engineer', 'linker', 'analyst', 'governance', 'evaluation_preparer', 'public_reader'
    ] loop
        if not exists (select from pg_roles where rolname = role_name) then
            execute format('create role %I nologin', role_name);
        end if;
    end loop;
end $$;

grant usage on schema raw, quality, ops to engineer;
grant usage on schema identity to linker;
grant usage on schema quality, exchange to governance;
grant usage on schema evaluation to evaluation_preparer;
grant usage on schema published to public_reader;
alter default privileges in schema raw, quality, ops grant select on tables to engineer;
alter default privileges in schema quality, exchange grant select on tables to governance;
alter default privileges in schema identity grant select on tables to linker;
alter default privileges in schema evaluation grant select on tables to evaluation_preparer;
alter default privileges in schema published grant select on tables to public_reader;

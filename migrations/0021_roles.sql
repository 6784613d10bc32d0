-- Who may see what (docs/warehouse.md, "Roles"). What an authority's analysts and caseworkers have in common stands in two roles; each
-- authority's own, `analyst_<authority>` and `caseworker_<authority>`, are members of these and come with its partner file (roles.py).
do $$
declare
    role_name text;
begin
    foreach role_name in array array['authority_analyst', 'authority_caseworker'] loop
        if not exists (select from pg_roles where rolname = role_name) then
            execute format('create role %I nologin', role_name);
        end if;
    end loop;
    foreach role_name in array array[
        'engineer', 'linker', 'analyst', 'governance', 'evaluation_preparer', 'public_reader', 'authority_analyst', 'authority_caseworker'
    ] loop
        execute format('grant connect on database %I to %I', current_database(), role_name);
    end loop;
end $$;

-- Nothing is everybody's.
revoke all on schema public from public;
revoke execute on all functions in schema quality, identity, ops from public;
alter default privileges revoke execute on functions from public;

-- The authorities whose analyst, or caseworker, somebody is: by the roles that they have, so that a further authority needs nothing here.
create function ops.own_authorities(kind text) returns setof text language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
    select substr(rolname, length(kind) + 2) from pg_roles where starts_with(rolname, kind || '_') and pg_has_role(oid, 'usage');
end;
grant execute on function ops.own_authorities to authority_analyst, authority_caseworker;

-- Whose register says most about the person: its newest record of an authority. Empty for those whom only the police know.
alter table identity.person add column authority_code text;
update identity.person set authority_code = newest.partner_code
from (
    select distinct on (xref.person_id) xref.person_id, node.partner_code
    from identity.person_xref as xref
    inner join identity.person_node as node using (partner_code, person_ref)
    where node.is_register
    order by xref.person_id asc, node.last_period desc, node.partner_code asc, node.person_ref asc
) as newest
where newest.person_id = person.person_id;

-- A caseworker sees the persons whom their authority's own register tells of last, and its own references. The address of a protected
-- person is nobody's to disclose: such a person is not shown at all.
grant usage on schema identity to authority_caseworker;
grant select on identity.person, identity.person_xref, identity.household_xref, identity.family_xref to authority_caseworker;
do $$
declare
    table_name text;
begin
    foreach table_name in array array['person', 'person_xref', 'household_xref', 'family_xref'] loop
        execute format('alter table identity.%I enable row level security', table_name);
        execute format('create policy region on identity.%I for select to linker using (true)', table_name);
    end loop;
    foreach table_name in array array['person_xref', 'household_xref', 'family_xref'] loop
        execute format(
            'create policy authority on identity.%I for select to authority_caseworker '
            'using (partner_code in (select ops.own_authorities(''caseworker'')))', table_name
        );
    end loop;
end $$;
create policy authority on identity.person for select to authority_caseworker
using (authority_code in (select ops.own_authorities('caseworker')) and not is_protected);

-- Of which authority a household was whose criteria a later build corrects, although it may be no more.
alter table ops.published_criterion add column authority_code text;
-- fct_criterion_known, which analysts read with their own rights, reads it.
grant usage on schema ops to analyst, authority_analyst;
grant select on ops.published_month to analyst, authority_analyst;

-- The marts of every month are built again: what they said of criteria did not say of which authority.
update ops.build set fingerprint = null;

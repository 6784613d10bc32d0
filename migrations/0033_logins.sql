-- The pipeline's logins have exactly what their steps need (docs/warehouse.md, "The pipeline's logins"). They are made, with their
-- passwords, by whoever administers the server: demo/postgres.py, deploy/postgres. The owner stays who migrates and builds.
do $$
begin
    if to_regrole('wholefamily_release') is null or to_regrole('wholefamily_alerts') is null
        or pg_has_role(to_regrole('wholefamily_door'), 'set') is not true or pg_has_role(to_regrole('ledger_owner'), 'usage') is not true then
        raise exception 'the logins of the pipeline are missing: have the superuser run `create role wholefamily_door login password …`, the same '
            'for wholefamily_release and wholefamily_alerts, and `grant wholefamily_door, ledger_owner to %`', current_user;
    end if;
    execute format('grant connect on database %I to wholefamily_door, wholefamily_release, wholefamily_alerts', current_database());
    execute format('grant temporary on database %I to wholefamily_door', current_database());
end $$;

-- The door: takes drops in, judges and loads them, decides, tells, and watches who sends. Only who owns both tables can attach a
-- delivery's to its feed's: those belong to the door, and to the warehouse's owner as its member.
grant usage, create on schema raw, landing to wholefamily_door;
alter default privileges for role wholefamily_door in schema raw grant select on tables to engineer;
do $$
declare
    relation regclass;
begin
    for relation in
        select oid from pg_class where relnamespace in ('raw'::regnamespace, 'landing'::regnamespace) and relkind in ('r', 'p')
    loop
        execute format('alter table %s owner to wholefamily_door', relation);
    end loop;
end $$;
grant usage on schema quality, ops to wholefamily_door;
grant execute on all functions in schema quality to wholefamily_door;
grant select on quality.legal_transition, quality.believed_file to wholefamily_door;
grant select, insert on quality.transition, quality.decision, quality.receipt to wholefamily_door;
grant select, insert, update on quality.delivery, quality.arrival to wholefamily_door;
grant select, insert, delete on quality.check_result, quality.quarantined_row, quality.column_share to wholefamily_door;
grant select, insert, update, delete on quality.delivery_file, quality.dropped_count to wholefamily_door;
grant select, insert, update on ops.alert to wholefamily_door;
-- A replay has its month built again.
grant select, update (fingerprint) on ops.build to wholefamily_door;

-- Alerts of tasks that failed, whichever they were, and the mail about them.
grant usage on schema ops to wholefamily_alerts;
grant select, insert, update on ops.alert to wholefamily_alerts;

-- Releases: built, attacked, sent, recalled, destroyed. Reads all marts, as the region's analysts do, and of the rest what releases are
-- made of and attacked with. Of dbt's working layers the models say so themselves, as they are made anew.
grant analyst to wholefamily_release;
grant usage on schema identity, quality, ops, evaluation, published, exchange to wholefamily_release;
grant select on identity.person, identity.person_xref, identity.person_node, identity.household, identity.family, identity.family_xref,
identity.merge_log to wholefamily_release;
alter policy region on identity.person to linker, wholefamily_release;
alter policy region on identity.person_xref to linker, wholefamily_release;
alter policy region on identity.family_xref to linker, wholefamily_release;
grant execute on function quality.as_at to wholefamily_release;
grant select on ops.build to wholefamily_release;
-- What belongs to a release goes with it.
grant select, insert, update, delete on ops.tables_release, evaluation.release to wholefamily_release;
grant select, insert on ops.tables_file, ops.tables_figure to wholefamily_release;
grant select, insert on evaluation.individuals, evaluation.families, evaluation.progress to wholefamily_release;
-- What has been published does not change.
grant select, insert on all tables in schema published to wholefamily_release;
do $$
declare
    model text;
begin
    foreach model in array array['staging.stg_consent', 'intermediate.int_person_month', 'intermediate.int_family_month'] loop
        if to_regclass(model) is not null then
            execute format('grant usage on schema %I to wholefamily_release', split_part(model, '.', 1));
            execute format('grant select on %s to wholefamily_release', model);
        end if;
    end loop;
end $$;

-- Who enters in the ledger, approves, recalls and certifies is whoever releases, and not the owner any more; nobody changes it.
grant select, insert, update, delete on exchange.sealed to wholefamily_release;
grant execute on function exchange.enter_disclosure to wholefamily_release;
grant select on exchange.disclosure, exchange.disclosure_item to wholefamily_release;
grant select, insert on exchange.approval to wholefamily_release;
do $$
declare
    pipeline text := current_user;
    table_name text;
begin
    execute format('revoke execute on function exchange.enter_disclosure from %I', pipeline);
    execute format('revoke insert on exchange.approval from %I', pipeline);
    foreach table_name in array array['disposal_certificate', 'recall'] loop
        execute format('alter table exchange.%I owner to ledger_owner', table_name);
        execute format('revoke all on exchange.%I from %I', table_name, pipeline);
        execute format('grant select on exchange.%I to %I, governance', table_name, pipeline);
        execute format('grant select, insert on exchange.%I to wholefamily_release', table_name);
    end loop;
end $$;

-- The disclosure ledger as a chain: each entry holds the hash of the one before it, of itself and of its rows (docs/disclosure.md,
-- "The ledger", says how an auditor works them out). Its tables belong to `ledger_owner`, to whom nobody can log in; the pipeline enters
-- through one function and can neither change an entry nor switch the refusal of changes off.
-- `ledger_owner` is made, and lent to the pipeline's login while migrations run, by whoever administers the server: demo/postgres.py, deploy/postgres.
do $$
begin
    if not exists (select from pg_roles where rolname = 'ledger_owner') then
        raise exception 'the role ledger_owner is missing: have the superuser run `create role ledger_owner nologin; grant ledger_owner to %`',
            current_user;
    end if;
end $$;

alter table exchange.disclosure
    add column sequence bigint,
    add column item_count bigint,
    add column items_sha256 text,
    add column previous_sha256 text,
    add column entry_sha256 text;

-- The rows of an entry as text: CSV without a header, in the order of the file.
create function exchange.items_text(of_disclosure uuid) returns text language sql stable
set search_path = pg_catalog, pg_temp
return (
    select coalesce(string_agg(concat(row_number, ',', subject_kind, ',', subject_id, e'\n'), '' order by row_number), '')
    from exchange.disclosure_item where disclosure_id = of_disclosure
);

-- An entry as text: a JSON array.
create function exchange.entry_text(entry exchange.disclosure) returns text language sql stable
set search_path = pg_catalog, pg_temp
return jsonb_build_array(
    entry.sequence, entry.previous_sha256, entry.disclosure_id, entry.product, entry.release, entry.recipient, entry.gateway,
    entry.agreement, entry.approved_by, to_jsonb(entry.fields), entry.file, entry.file_sha256, entry.row_count,
    to_char(entry.disclosed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), entry.item_count, entry.items_sha256
)::text;

-- What had left before there was a chain.
alter table exchange.disclosure disable trigger append_only;
do $$
declare
    entry exchange.disclosure;
    previous text := repeat('0', 64);
    n bigint := 0;
begin
    for entry in select * from exchange.disclosure order by disclosed_at, disclosure_id loop
        n := n + 1;
        entry.sequence := n;
        entry.previous_sha256 := previous;
        entry.item_count := (select count(*) from exchange.disclosure_item where disclosure_id = entry.disclosure_id);
        entry.items_sha256 := encode(sha256(convert_to(exchange.items_text(entry.disclosure_id), 'UTF8')), 'hex');
        entry.entry_sha256 := encode(sha256(convert_to(exchange.entry_text(entry), 'UTF8')), 'hex');
        update exchange.disclosure
        set (sequence, previous_sha256, item_count, items_sha256, entry_sha256)
            = (entry.sequence, entry.previous_sha256, entry.item_count, entry.items_sha256, entry.entry_sha256)
        where disclosure_id = entry.disclosure_id;
        previous := entry.entry_sha256;
    end loop;
end $$;
alter table exchange.disclosure enable trigger append_only;

alter table exchange.disclosure
    alter column sequence set not null,
    alter column item_count set not null,
    alter column items_sha256 set not null,
    alter column previous_sha256 set not null,
    alter column entry_sha256 set not null,
    add unique (sequence);

-- Enter a file and whom each of its rows is about. Whoever enters waits for whoever entered before to commit or to give up.
create function exchange.enter_disclosure(
    id uuid, product text, release text, recipient text, gateway text, agreement text, approved_by text, fields text[], file text,
    file_sha256 text, row_count integer, subject_kinds text[], subject_ids uuid[]
) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    entry exchange.disclosure;
    last exchange.disclosure;
begin
    lock table exchange.disclosure in share row exclusive mode;
    select disclosure.* into last from exchange.disclosure order by disclosure.sequence desc limit 1;
    entry.disclosure_id := id;
    entry.product := product;
    entry.release := release;
    entry.recipient := recipient;
    entry.gateway := gateway;
    entry.agreement := agreement;
    entry.approved_by := approved_by;
    entry.fields := fields;
    entry.file := file;
    entry.file_sha256 := file_sha256;
    entry.row_count := row_count;
    -- Not the time at which its transaction began: of two entries the later one never has the earlier time.
    entry.disclosed_at := greatest(clock_timestamp(), last.disclosed_at);
    entry.sequence := coalesce(last.sequence, 0) + 1;
    entry.previous_sha256 := coalesce(last.entry_sha256, repeat('0', 64));
    entry.item_count := cardinality(subject_ids);
    entry.items_sha256 := encode(sha256(convert_to((
        select coalesce(string_agg(concat(number, ',', kind, ',', subject, e'\n'), '' order by number), '')
        from unnest(subject_kinds, subject_ids) with ordinality as item (kind, subject, number)
    ), 'UTF8')), 'hex');
    entry.entry_sha256 := encode(sha256(convert_to(exchange.entry_text(entry), 'UTF8')), 'hex');
    insert into exchange.disclosure select entry.*;
    insert into exchange.disclosure_item (disclosure_id, row_number, subject_kind, subject_id)
    select id, item.number, item.kind, item.subject
    from unnest(subject_kinds, subject_ids) with ordinality as item (kind, subject, number);
end $$;

revoke all on all functions in schema exchange from public;
do $$
declare
    pipeline text := current_user;
    thing text;
begin
    -- The schema first: who is to own its tables must be able to create there.
    alter schema exchange owner to ledger_owner;
    execute format('grant usage on schema exchange to %I', pipeline);
    foreach thing in array array['disclosure', 'disclosure_item', 'approval'] loop
        execute format('alter table exchange.%I owner to ledger_owner', thing);
        execute format('revoke all on exchange.%I from %I', thing, pipeline);
        execute format('grant select on exchange.%I to %I, governance', thing, pipeline);
    end loop;
    execute format('grant insert on exchange.approval to %I', pipeline);
    for thing in select oid::regprocedure::text from pg_proc where pronamespace = 'exchange'::regnamespace loop
        execute format('alter function %s owner to ledger_owner', thing);
        execute format('grant execute on function %s to %I', thing, pipeline);
    end loop;
end $$;

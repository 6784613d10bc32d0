-- What left, to whom, on which basis, approved by whom. Append-only for everyone.

create table exchange.disclosure (
    disclosure_id uuid primary key default gen_random_uuid(),
    product text not null,
    release text not null,
    recipient text not null,
    gateway text not null,
    agreement text not null,
    approved_by text not null,
    fields text[] not null,
    file text not null,
    file_sha256 text not null,
    row_count integer not null,
    disclosed_at timestamptz not null default now()
);

-- One row per row that left; subject_id is a person, a family or (comparison) a household of the registry.
create table exchange.disclosure_item (
    disclosure_id uuid not null references exchange.disclosure,
    row_number integer not null,
    subject_kind text not null check (subject_kind in ('person', 'family', 'household')),
    subject_id uuid not null,
    primary key (disclosure_id, row_number)
);
create index on exchange.disclosure_item (subject_id);

create table exchange.approval (
    approval_id bigint generated always as identity primary key,
    product text not null,
    release text not null,
    decision text not null check (decision in ('approved', 'rejected')),
    decided_by text not null,
    decided_at timestamptz not null,
    reason text,
    dag_run_id text not null,
    unique (product, release, dag_run_id)
);

create function exchange.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only: % is refused', tg_table_name, lower(tg_op);
end $$;

create trigger append_only before update or delete or truncate on exchange.disclosure
for each statement execute function exchange.refuse_change();
create trigger append_only before update or delete or truncate on exchange.disclosure_item
for each statement execute function exchange.refuse_change();
create trigger append_only before update or delete or truncate on exchange.approval
for each statement execute function exchange.refuse_change();

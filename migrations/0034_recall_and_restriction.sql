-- Who may only be stored for now (UK GDPR, Article 18), and what recipients were told to stop using. Append-only for everyone.

-- A restriction of a person, or (`lifts`) its end for one. Kept of an id of the registry; it goes with the person's records
-- (disclosure/restriction.py).
create table exchange.restriction (
    restriction_id bigint generated always as identity primary key,
    person_id uuid not null,
    lifts bigint references exchange.restriction,
    effective_from date not null,
    reason text not null,
    decided_by text not null check (decided_by ~ '\S'),
    -- By the clock of identity.merge_log: which merges and splits came after it.
    decided_at timestamptz not null default now()
);

-- Who wanted what recalled, why, and who approved it: kept before anybody is told, so that a run that breaks off goes on as it began.
create table exchange.recall_order (
    order_id bigint generated always as identity primary key,
    subject_kind text not null check (subject_kind in ('release', 'person', 'family', 'household')),
    subject text not null,
    reason text not null,
    requested_by text not null,
    approved_by text not null check (approved_by <> requested_by),
    ordered_at timestamptz not null
);

-- Empty: of before there were orders.
alter table exchange.recall add column order_id bigint;

-- Of whom rows were recalled, file by file; a recall without items is of whole files.
create table exchange.recall_item (
    recall_id uuid not null,
    disclosure_id uuid not null,
    subject_kind text not null check (subject_kind in ('person', 'family', 'household')),
    subject_id uuid not null,
    primary key (recall_id, disclosure_id, subject_kind, subject_id)
);

do $$
declare
    pipeline text := current_user;
    thing text;
begin
    foreach thing in array array['restriction', 'recall_order', 'recall_item'] loop
        execute format(
            'create trigger append_only before update or delete or truncate on exchange.%I '
            'for each statement execute function exchange.refuse_change()', thing
        );
        execute format('alter table exchange.%I owner to ledger_owner', thing);
        execute format('revoke all on exchange.%I from %I', thing, pipeline);
        execute format('grant select on exchange.%I to %I, governance', thing, pipeline);
        execute format('grant select, insert on exchange.%I to wholefamily_release', thing);
    end loop;
end $$;

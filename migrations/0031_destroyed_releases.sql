-- What was destroyed, who wanted and who approved it, and what the recipient was told. Append-only for everyone.
create table exchange.disposal_certificate (
    certificate_id bigint generated always as identity primary key,
    product text not null,
    release text not null,
    recipient text not null,
    reason text not null,
    requested_by text not null,
    approved_by text not null check (approved_by <> requested_by),
    -- Rows by file, as they were.
    counts jsonb not null,
    -- Of all files in clear, as they left or would have.
    content_sha256 text not null,
    -- Of the key that was destroyed; empty where it was gone already.
    key_fingerprint text,
    has_left boolean not null,
    disposed_at timestamptz not null,
    unique (product, release)
);

create trigger append_only before update or delete or truncate on exchange.disposal_certificate
for each statement execute function exchange.refuse_change();

-- Notices that something must no longer be used: to whom, and which entries of the ledger they name.
create table exchange.recall (
    recall_id uuid primary key,
    recipient text not null,
    period text not null,
    reason text not null,
    disclosure_ids uuid[] not null,
    recalled_at timestamptz not null
);

create trigger append_only before update or delete or truncate on exchange.recall
for each statement execute function exchange.refuse_change();

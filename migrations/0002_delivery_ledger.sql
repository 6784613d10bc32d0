-- The delivery ledger: what arrived, what became of it, and therefore what is believed (exchange.md section 5).

-- One row per drop: a partner's revision of a period, and what stands of it.
create table quality.delivery (
    delivery_id integer generated always as identity primary key,
    partner_code text not null,
    period text not null,
    revision integer not null check (revision >= 1),
    status text not null default 'receiving'
        check (status in ('receiving', 'accepted', 'partly_accepted', 'held', 'refused')),
    received_at timestamptz not null default now(),
    decided_at timestamptz,
    manifest_sha256 text,
    unique (partner_code, period, revision)
);

-- Each time that a drop was found on a partner's server, and what came of it. A revision that is sent again is another
-- arrival: a duplicate, or refused; neither changes the delivery. Each arrival is told of in one receipt (readings.md 6).
create table quality.arrival (
    arrival_id integer generated always as identity primary key,
    -- The delivery that this arrival brought; null where the revision had been decided before.
    delivery_id integer references quality.delivery,
    partner_code text not null,
    period text not null,
    revision integer not null check (revision >= 1),
    sequence integer not null check (sequence >= 1),
    status text not null default 'receiving'
        check (status in ('receiving', 'accepted', 'partly_accepted', 'held', 'refused', 'duplicate')),
    -- Why the drop was not taken: [{"rule", "text"}], in our own words, never the sender's.
    reasons jsonb not null default '[]',
    -- Names, sizes and times of the drop's files as seen: unchanged means that nothing was sent again.
    listing_sha256 text not null,
    manifest_sha256 text,
    receipt_path text,
    seen_at timestamptz not null default now(),
    decided_at timestamptz,
    receipted_at timestamptz,
    unique (partner_code, period, revision, sequence)
);

-- One row per file of a drop.
create table quality.delivery_file (
    delivery_id integer not null references quality.delivery,
    partner_code text not null,
    period text not null,
    revision integer not null,
    feed text not null,
    status text not null check (status in ('receiving', 'accepted', 'held', 'refused')),
    rows_received integer not null default 0,
    rows_loaded integer not null default 0,
    rows_quarantined integer not null default 0,
    rows_not_for_disclosure integer not null default 0,
    identifiers_blanked integer not null default 0,
    sha256 text,
    -- Why the file, or its rows, were not taken: [{"rule", "column", "count", "lines"}], never a value.
    reasons jsonb not null default '[]',
    primary key (delivery_id, feed)
);
create index on quality.delivery_file (partner_code, feed, period, revision) where status = 'accepted';

create table quality.check_result (
    partner_code text not null,
    period text not null,
    revision integer not null,
    feed text not null,
    expectation text not null,
    column_name text not null default '',
    severity text not null check (severity in ('refuse', 'hold', 'quarantine', 'blank', 'warn')),
    is_met boolean not null,
    n_failed integer not null,
    primary key (partner_code, period, revision, feed, expectation, column_name)
);

-- Known by where it stood and the first rule that it broke, and by nothing else (readings.md 9).
create table quality.quarantined_row (
    partner_code text not null,
    period text not null,
    revision integer not null,
    feed text not null,
    line integer not null,
    rule text not null,
    primary key (partner_code, period, revision, feed, line)
);

-- Rows that were never stored: only how many, and why.
create table quality.dropped_count (
    partner_code text not null,
    period text not null,
    revision integer not null,
    feed text not null,
    reason text not null check (reason in ('role', 'informal_disposal', 'no_kept_row')),
    n integer not null,
    primary key (partner_code, period, revision, feed, reason)
);

-- Identifiers that fail their check, to be blanked when the file is loaded; the rows are counted, then gone.
create table landing.blank (
    delivery_id integer not null references quality.delivery,
    feed text not null,
    line integer not null,
    column_name text not null,
    primary key (delivery_id, feed, line, column_name)
);

-- What is believed: for each month that anyone has sent, each partner's latest accepted revision of each feed, of that
-- month or, stale, of its latest earlier one. The order of arrival plays no part.
create view quality.believed_file as
with period as (
    select distinct period from quality.delivery_file where status = 'accepted'
)
select distinct on (period.period, file.partner_code, file.feed)
    period.period,
    file.partner_code,
    file.feed,
    file.delivery_id,
    file.period as source_period,
    file.revision,
    file.period < period.period as is_stale
from period
inner join quality.delivery_file as file
    on file.period <= period.period and file.status = 'accepted'
order by period.period, file.partner_code, file.feed, file.period desc, file.revision desc;

-- What each month's marts were built from, so that a month is rebuilt when, and only when, that changes.
create table ops.build (
    period text primary key,
    planned text not null,      -- what the build that began last set out to build
    fingerprint text,           -- what the build that ended last had built
    built_at timestamptz
);

-- What somebody must look at: a task that failed for good.
create table ops.alert (
    alert_id bigint generated always as identity primary key,
    dag_id text not null,
    run_id text not null,
    task_id text not null,
    partition_key text,
    problem text not null,
    raised_at timestamptz not null default now(),
    unique (dag_id, run_id, task_id)
);

-- One row per dbt node of the latest invocation of each layer and period.
create table ops.dbt_node_run (
    layer text not null,
    periods text not null,
    unique_id text not null,
    status text not null,
    seconds double precision not null,
    failures integer,
    ran_at timestamptz not null default now(),
    primary key (layer, periods, unique_id)
);

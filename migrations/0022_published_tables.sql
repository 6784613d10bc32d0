-- Published tables (exchange.md section 8). Built and judged in ops; only what was approved and has left is in published.

-- One row per release: whether its files, as they stand, have withstood the attacks.
create table ops.tables_release (
    release text primary key,
    built_at timestamptz not null default now(),
    -- The release that it carries forward from; empty: it is the first.
    follows text,
    attacks jsonb,
    gated_sha256 text
);

-- The files as anyone may have them.
create table ops.tables_file (
    release text not null references ops.tables_release on delete cascade,
    file text not null,
    content bytea not null,
    primary key (release, file)
);

-- What each inner cell rests on, hidden or told: the next release is carried forward from it. It never leaves.
create table ops.tables_figure (
    release text not null references ops.tables_release on delete cascade,
    file text not null,
    cell text[] not null,
    figure integer not null,
    primary key (release, file, cell)
);

create table published.families_by_authority_framework_status (
    release text not null,
    authority text not null,
    framework text not null,
    status text not null,
    value text not null,        -- a whole number, or c: hidden
    primary key (release, authority, framework, status)
);

create table published.criteria_by_authority_framework_criterion (
    release text not null,
    authority text not null,
    framework text not null,
    criterion text not null,
    value text not null,
    primary key (release, authority, framework, criterion)
);

create table published.results_by_authority_measure_result (
    release text not null,
    authority text not null,
    measure text not null,
    result text not null,
    value text not null,
    primary key (release, authority, measure, result)
);

create table published.disclosure_control (
    release text primary key,
    control jsonb not null
);

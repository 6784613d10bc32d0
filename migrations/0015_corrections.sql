-- What the marts said of each month when they were built last: so a build can tell what it changes (docs/warehouse.md, "Then and now").

create table ops.published_month (
    period text primary key,
    first_known_at timestamptz,     -- when the last drop was decided that its first build rests on
    known_at timestamptz            -- the same of its last build
);

create table ops.published_file (
    period text,
    partner_code text,
    feed text,
    source_period text not null,
    revision integer not null,
    primary key (period, partner_code, feed)
);

-- Criteria that were met; what is not here was not.
create table ops.published_criterion (
    period text,
    framework_code text,
    household_id uuid,
    criterion_code text,
    primary key (period, household_id, framework_code, criterion_code)
);

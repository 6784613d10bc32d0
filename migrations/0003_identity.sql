-- The registry: the only place with names, dates of birth, addresses and identifiers (warehouse.md, readings.md 42-45).
-- Ids are minted once, never derived from what they name, never used again.

create table identity.person (
    person_id uuid primary key default gen_random_uuid(),
    minted_period text not null,
    given_name text,
    middle_names text,
    family_name text,
    date_of_birth date,
    address text,
    postcode text,
    is_protected boolean not null default false
);

-- One row per sender's record of a person: the latest link. History stands in merge_log.
create table identity.person_xref (
    partner_code text not null,
    person_ref text not null,
    person_id uuid not null references identity.person,
    match_probability double precision not null check (match_probability between 0 and 1),
    match_basis text not null,
    linked_period text not null,
    primary key (partner_code, person_ref)
);
create index on identity.person_xref (person_id);

create table identity.household (
    household_id uuid primary key default gen_random_uuid(),
    minted_period text not null
);

-- Which household a sender's record lives in, month by month: main residence first (readings.md 44).
create table identity.household_xref (
    period text not null,
    partner_code text not null,
    person_ref text not null,
    household_id uuid not null references identity.household,
    primary key (period, partner_code, person_ref)
);
create index on identity.household_xref (household_id, period);

create table identity.family (
    family_id uuid primary key default gen_random_uuid(),
    minted_period text not null
);

create table identity.family_xref (
    partner_code text not null,
    family_ref text not null,
    family_id uuid not null references identity.family,
    primary key (partner_code, family_ref)
);

-- Pairs that a person must decide.
create table identity.link_review (
    partner_code_a text not null,
    person_ref_a text not null,
    partner_code_b text not null,
    person_ref_b text not null,
    match_probability double precision not null,
    reason text not null,
    period text not null,
    primary key (partner_code_a, person_ref_a, partner_code_b, person_ref_b)
);

-- Every merge and split, and which records moved.
create table identity.merge_log (
    merge_id bigint generated always as identity primary key,
    period text not null,
    kind text not null check (kind in ('merge', 'split')),
    entity text not null check (entity in ('person', 'household')),
    from_id uuid not null,
    to_id uuid not null,
    partner_code text,
    person_ref text,
    reason text not null,
    logged_at timestamptz not null default now()
);

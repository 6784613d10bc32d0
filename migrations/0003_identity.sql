-- The registry: the only place with names, dates of birth, addresses and identifiers (warehouse.md, readings.md 42-45).
-- Ids are minted once, never derived from what they name, never used again.

-- The partners as their files name them; a new partner is a file, so this is brought up to date before each build.
create table ops.partner (
    partner_code text primary key,
    kind text not null,
    name text not null,
    gss text,
    brand text,
    framework_code text
);

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

-- Linkage, stage 1 of 5: each sender's record of a person in each month, as sent and standardised (the columns *_key).
-- All months are kept: who is who then depends on what was sent and never on the order in which it came.
create table identity.person_record (
    period text not null,
    partner_code text not null,
    person_ref text not null,
    given_name text,
    middle_names text,
    family_name text,
    given_key text,
    family_key text,
    former_family_key text,
    date_of_birth date,
    upn text,
    nhs_number text,
    nino text,
    pnc_id text,
    uprn text,
    address text,
    postcode text,
    is_protected boolean not null,
    primary key (partner_code, person_ref, period)
);
create index on identity.person_record (period);

-- Stage 2: pairs of records that some rule brings together. Ambiguous: the rule's key fits several people of one register.
create table identity.candidate_pair (
    partner_code_a text not null,
    person_ref_a text not null,
    partner_code_b text not null,
    person_ref_b text not null,
    rule text not null,
    is_ambiguous boolean not null,
    primary key (partner_code_a, person_ref_a, partner_code_b, person_ref_b, rule)
);

-- Stage 3: how the two records of a pair compare; empty where one of them does not say.
create table identity.comparison (
    partner_code_a text not null,
    person_ref_a text not null,
    partner_code_b text not null,
    person_ref_b text not null,
    is_same_given_name boolean,
    is_same_birth boolean,
    is_same_nhs_number boolean,
    is_same_upn boolean,
    is_same_pnc_id boolean,
    is_protected boolean not null,
    is_multiple_birth boolean not null,
    primary key (partner_code_a, person_ref_a, partner_code_b, person_ref_b)
);

-- Stage 4: how sure the best rule of a pair is.
create table identity.score (
    partner_code_a text not null,
    person_ref_a text not null,
    partner_code_b text not null,
    person_ref_b text not null,
    match_probability double precision not null,
    match_basis text not null,
    primary key (partner_code_a, person_ref_a, partner_code_b, person_ref_b)
);

-- Stage 5: the records that are one person; a record without a row stands alone.
create table identity.cluster (
    partner_code text not null,
    person_ref text not null,
    cluster_number integer not null,
    match_probability double precision not null,
    match_basis text not null,
    primary key (partner_code, person_ref)
);

create table identity.household (
    household_id uuid primary key default gen_random_uuid(),
    minted_period text not null
);

-- Who lives in which household, month by month: the registry's memory, by which a household keeps its id.
create table identity.household_member (
    period text not null,
    person_id uuid not null references identity.person,
    household_id uuid not null references identity.household,
    home_key text not null,
    primary key (period, person_id)
);
create index on identity.household_member (household_id, period);

-- Which household a sender's record lives in, month by month: main residence first (readings.md 44).
create table identity.household_xref (
    period text not null,
    partner_code text not null,
    person_ref text not null,
    household_id uuid not null references identity.household,
    primary key (period, partner_code, person_ref)
);
create index on identity.household_xref (household_id, period);

-- Persons with main residences at two addresses at once: which was taken, and that somebody should ask (domain.md 8.3).
create table identity.residence_contradiction (
    period text not null,
    person_id uuid not null references identity.person,
    partner_code text not null,
    home_key text not null,
    other_partner_code text not null,
    other_home_key text not null,
    reason text not null check (reason in ('same_day', 'later_day_taken')),
    primary key (period, person_id, other_partner_code, other_home_key)
);

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

-- Linkage with trained models and with people's decisions: every link says which model it is of, and what people decide is kept.

-- The version of the model that a link is of. `rules`: found by rules alone, as all links were before there was a model;
-- `person`: somebody decided it.
alter table identity.person_xref add column model_version text not null default 'rules';

-- When the record first got a person; merge_log has each move since. Unknown of older links.
alter table identity.person_xref add column known_since timestamptz not null default '-infinity';
alter table identity.person_xref alter column known_since set default now();
create index on identity.merge_log (partner_code, person_ref);

-- The sex that a sender says, compared by the model ('1', '2', else nothing is known).
alter table identity.person_record add column sex text;

-- Stages 2 and 3 are computed in memory: what is kept of them stands in the score.
drop table identity.candidate_pair, identity.comparison;

-- Stage 1b: one row per sender's record: what its sender said of it last, and every name it ever had, standardised.
-- Kept between runs: what differs from it is what has changed. `node` is a hash of the record's key: the same in every run,
-- whatever came before (ties between edges are broken by it).
create table identity.person_node (
    node bigint not null unique,
    partner_code text not null,
    person_ref text not null,
    is_register boolean not null,
    first_period text not null,
    last_period text not null,
    given_name text,
    middle_names text,
    family_name text,
    given_key text,
    family_key text,
    given_keys text[] not null,
    family_keys text[] not null,
    date_of_birth date,
    sex text,
    upn text,
    nhs_number text,
    nino text,
    pnc_id text,
    uprn text,
    address text,
    postcode text,
    flat text,
    house text,
    street text,
    locality text,
    is_crowded boolean not null,
    is_protected boolean not null,
    model_version text not null,
    primary key (partner_code, person_ref)
);
create index on identity.person_node (nhs_number) where nhs_number is not null;
create index on identity.person_node (upn) where upn is not null;
create index on identity.person_node (pnc_id) where pnc_id is not null;
create index on identity.person_node (left(nino, 8)) where nino is not null;
create index on identity.person_node (uprn) where uprn is not null;
-- Brothers and sisters of one birthday.
create index on identity.person_node (partner_code, family_key, date_of_birth) where is_register;

-- Stage 4. model_probability is what the model says of the two records alone (empty where no blocking rule brings them together);
-- match_probability is what remains of it, or of the deterministic rule, when other records of the same register fit as well:
-- of one duplicate-free register at most one record is this person. blocking_rule says how the pair was found. Pairs below the
-- model's floor are not kept.
drop table identity.score;
create table identity.score (
    partner_code_a text not null,
    person_ref_a text not null,
    partner_code_b text not null,
    person_ref_b text not null,
    match_probability double precision not null check (match_probability between 0 and 1),
    match_basis text not null,
    model_version text not null default 'rules',
    model_probability double precision,
    blocking_rule text,
    primary key (partner_code_a, person_ref_a, partner_code_b, person_ref_b),
    check ((partner_code_a collate "C", person_ref_a collate "C") < (partner_code_b collate "C", person_ref_b collate "C"))
);
-- The edges of a record are looked for from both of its ends when only some clusters are made anew.
create index on identity.score (partner_code_b, person_ref_b);

-- Two records of one register with one family name, birthday and address, and different given names: a record that is a little like
-- both may be either. Kept, so that a record whose twin has changed or gone is looked at again.
create table identity.twin (
    partner_code text not null,
    person_ref text not null,
    twin_ref text not null,
    primary key (partner_code, person_ref, twin_ref)
);
create index on identity.twin (partner_code, twin_ref);

-- Written anew by the next linkage. A cluster is known by its first record, so that a cluster that stays as it is says the same.
truncate identity.cluster;
alter table identity.cluster drop column cluster_number;
alter table identity.cluster
    add column cluster_key text not null,           -- `partner/person_ref` of its first record
    add column model_version text not null default 'rules';
create index on identity.cluster (cluster_key);

-- What people decide of pairs of records, for good: the latest decision of a pair holds, and another row reverses it.
-- `same` joins the two whatever their score; `different` keeps them apart, also by way of others; `withdrawn` leaves it to the rules.
-- The reason is free text and may name somebody: it stands here and nowhere else.
create table identity.link_decision (
    decision_id bigint generated always as identity primary key,
    partner_code_a text not null,
    person_ref_a text not null,
    partner_code_b text not null,
    person_ref_b text not null,
    decision text not null check (decision in ('same', 'different', 'withdrawn')),
    -- Whoever decides `same` although two valid identifiers of one kind contradict must say so; nobody else is believed against them.
    is_despite_identifiers boolean not null default false check (decision = 'same' or not is_despite_identifiers),
    decided_by text not null check (decided_by ~ '\S'),
    role text not null check (role in ('linker')),
    reason text not null check (reason ~ '\S'),
    decided_at timestamptz not null default now(),
    check ((partner_code_a collate "C", person_ref_a collate "C") < (partner_code_b collate "C", person_ref_b collate "C"))
);
create index on identity.link_decision (partner_code_a, person_ref_a, partner_code_b, person_ref_b, decision_id desc);
create index on identity.link_decision (partner_code_b, person_ref_b);
create trigger append_only before update or delete or truncate on identity.link_decision
for each statement execute function exchange.refuse_change();

create view identity.link_decision_in_force as
select *
from (
    select distinct on (partner_code_a, person_ref_a, partner_code_b, person_ref_b) *
    from identity.link_decision
    order by partner_code_a, person_ref_a, partner_code_b, person_ref_b, decision_id desc
) as latest
where decision <> 'withdrawn';

-- The queue of pairs that only a person can decide, as a page can serve it. Written anew by the next linkage.
truncate identity.link_review;
alter table identity.link_review
    add column match_basis text not null,
    add column model_version text not null,
    add column status text not null default 'open' check (status in ('open', 'same', 'different')),
    add column comparison jsonb not null;           -- column by column what the two records say: {"given_name": ["…", "…"], …}
create index on identity.link_review (partner_code_b, person_ref_b);

-- Persons who were really two and were taken apart (domain.md 8.32), and whom the mistake was about, since when, until when:
-- whatever was disclosed about one of these subjects in that time carried it.
create table identity.unmerge (
    unmerge_id bigint generated always as identity primary key,
    person_id uuid not null,
    records text[] not null,                        -- `partner/person_ref`: those that were named
    decided_by text not null,
    unmerged_at timestamptz not null default now()
);
create table identity.unmerge_subject (
    unmerge_id bigint not null references identity.unmerge,
    subject_kind text not null check (subject_kind in ('person', 'family', 'household')),
    subject_id uuid not null,
    wrong_since timestamptz not null,
    wrong_until timestamptz not null,
    primary key (unmerge_id, subject_kind, subject_id, wrong_since)
);
create trigger append_only before update or delete or truncate on identity.unmerge
for each statement execute function exchange.refuse_change();
create trigger append_only before update or delete or truncate on identity.unmerge_subject
for each statement execute function exchange.refuse_change();

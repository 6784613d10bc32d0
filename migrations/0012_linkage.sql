-- Linkage with trained models and with people's decisions: every link says which model it is of, and what people decide is kept.

-- The version of the model that a link is of. `rules`: found by rules alone, as all links were before there was a model;
-- `person`: somebody decided it.
alter table identity.score add column model_version text not null default 'rules';
alter table identity.person_xref add column model_version text not null default 'rules';

-- When the record got its person: what was disclosed of the person earlier did not carry this record. Unknown of older links.
alter table identity.person_xref add column linked_at timestamptz not null default '-infinity';
alter table identity.person_xref alter column linked_at set default now();

-- The edges of a record are looked for from both of its ends when only some clusters are made anew.
create index on identity.score (partner_code_b, person_ref_b);

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

-- Wrong persons that were taken apart: whose records they held, since when, until when. What was disclosed between carried the mistake.
create table identity.unmerge (
    unmerge_id bigint generated always as identity primary key,
    person_id uuid not null,
    partner_code text not null,                     -- a record that did not belong to the person
    person_ref text not null,
    other_partner_code text not null,               -- one that did, and that it was wrongly one with
    other_person_ref text not null,
    wrong_since timestamptz not null,
    unmerged_at timestamptz not null default now(),
    decided_by text not null
);
create index on identity.unmerge (person_id);
create trigger append_only before update or delete or truncate on identity.unmerge
for each statement execute function exchange.refuse_change();

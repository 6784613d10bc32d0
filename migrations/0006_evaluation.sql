-- Evaluation releases as built, before they leave (exchange.md section 7). Pseudonyms only: which person or family
-- stands behind one is stored nowhere; whoever opens the key can work it out again.

-- One row per release: what was lost to disclosure control, and what the gate found.
create table evaluation.release (
    release text primary key,
    recipient text not null,
    control jsonb not null,
    built_at timestamptz not null default now(),
    -- The hash of what the gate passed: only that may leave.
    gated_sha256 text
);

create table evaluation.individuals (
    release text not null references evaluation.release on delete cascade,
    person_key text not null,
    family_key text not null,
    authority text not null,
    role text not null,
    age_band text not null,
    sex text not null,
    ethnic_group text not null,
    comparison text not null,
    primary key (release, person_key)
);

create table evaluation.families (
    release text not null references evaluation.release on delete cascade,
    family_key text not null,
    authority text not null,
    framework text not null,
    attached_quarter text not null,
    closed_quarter text not null,
    size_band text not null,
    n_children_band text not null,
    met_attendance text not null,
    met_children_help text not null,
    met_crime text not null,
    met_crime_asb text not null,
    met_domestic_abuse text not null,
    met_early_years text not null,
    met_education text not null,
    met_finance text not null,
    met_health text not null,
    met_housing text not null,
    met_relationships text not null,
    met_safeguarding text not null,
    met_substance text not null,
    met_work text not null,
    met_work_finance text not null,
    comparison text not null,
    primary key (release, family_key)
);

create table evaluation.progress (
    release text not null references evaluation.release on delete cascade,
    family_key text not null,
    quarter text not null,
    measure text not null,
    baseline text not null,
    current text not null,
    result text not null,
    claimed text not null,
    evidenced text not null,
    primary key (release, family_key, quarter, measure)
);

-- Where each person's main residence makes them a member of a household, for the months that are being built: what the model
-- int_resident_home finds, computed once for all who read it.
create table identity.resident_home (
    period text not null,
    person_id uuid not null,
    home_key text not null,
    address_key text not null,
    authority_code text,
    address_class text not null,
    is_communal boolean not null,
    n_partners bigint not null,
    residence text not null,
    has_uprn boolean not null,
    is_contested boolean not null,
    resident_from date not null,
    resident_to date,
    family_id uuid,
    role text,
    primary key (period, person_id)
);

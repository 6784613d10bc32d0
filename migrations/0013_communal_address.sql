-- What kind of place a record's address is, as its sender says (RD, RH, RI, CH): what is written of a hostel, a home or a house in
-- multiple occupation tells nobody who is who.
alter table identity.person_record add column address_class text;
alter table identity.person_node add column address_class text;
create index on identity.person_node (uprn) where address_class in ('RH', 'RI', 'CH');

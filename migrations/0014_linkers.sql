-- Who decides is who has signed in. A linker with a login of their own (`create role … login … in role linker`) may keep decisions, under that
-- name; what the warehouse's own login keeps names the person that was given. The login stands beside it in either case.

alter table identity.link_decision add column login text;
alter table identity.unmerge add column login text;
-- Not known of older rows.
alter table identity.link_decision alter column login set default session_user;
alter table identity.unmerge alter column login set default session_user;

-- The login and the time are not the linker's to write.
grant insert (partner_code_a, person_ref_a, partner_code_b, person_ref_b, decision, is_despite_identifiers, decided_by, role, reason)
on identity.link_decision to linker;
grant update (status) on identity.link_review to linker;
-- A decision has the months built again that know the records.
grant usage on schema ops to linker;
grant select (period), update (fingerprint) on ops.build to linker;
do $$
begin
    execute format('grant connect on database %I to linker', current_database());
end $$;

-- Which families on the programme have stopped meeting the criteria?
--
-- Families with an open episode whose household was eligible in the month before and is not: how many criteria it met, and meets now.
-- `is_stale`: judged on a feed that is not of this month, so that it may only seem so.
-- As: analyst
select distinct
    change.period,
    change.framework_code,
    change.authority_code,
    family_member.family_id,
    family.attached_date,
    change.n_criteria_met_before,
    change.n_criteria_met,
    change.n_required,
    change.is_stale
from marts.fct_eligibility_change as change
inner join marts.bridge_household_member as resident
    on change.period = resident.period and change.household_id = resident.household_id
inner join marts.bridge_family_member as family_member
    on resident.period = family_member.period and resident.person_id = family_member.person_id
inner join marts.dim_family as family on family_member.family_id = family.family_id
where not change.is_eligible and change.is_on_programme and change.framework_code = family.framework_code
order by change.period, change.authority_code, family_member.family_id;

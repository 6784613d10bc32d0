-- How many criteria each household meets, and whether that makes it eligible.
with person as (
    select
        xref.person_id,
        (array_agg(record.date_of_birth order by {best}) filter (where record.date_of_birth is not null))[1] as born
    from intermediate.int_person_record as record
    inner join identity.person_xref as xref on xref.partner_code = record.partner_code and xref.person_ref = record.person_ref
    group by xref.person_id
),

studying as (
    select person_id from staging.stg_school_places inner join identity.person_xref using (partner_code, person_ref)
    where status in ('ON_ROLL', 'ALTERNATIVE_PROVISION') and from_date <= date '{as_at}' and (to_date is null or to_date >= date '{as_at}')
    union
    select person_id from staging.stg_benefits inner join identity.person_xref using (partner_code, person_ref)
    where start_date <= date '{as_at}' and (end_date is null or end_date >= date '{as_at}')
),

expecting as (
    select distinct person_id from staging.stg_support_needs inner join identity.person_xref using (partner_code, person_ref)
    where need in ('UNDER_18_CONCEPTION', 'EARLY_YEARS') and from_date <= date '{as_at}' and (to_date is null or to_date >= date '{as_at}')
),

supported as (
    select distinct person_id from intermediate.int_linked_family_place
    where role <> 'NON_RESIDENT_PARENT' and attached_on <= date '{as_at}' and (closed_on is null or closed_on >= date '{as_at}')
),

stale as (
    select distinct member.household_id, used.framework_code
    from floor.bridge_household_member as member
    inner join identity.person_xref as xref using (person_id)
    inner join staging.stg_people as sent using (partner_code, person_ref)
    inner join quality.believed_file as file on file.period = '{period}' and file.partner_code = xref.partner_code and file.is_stale
    inner join (
        select framework_code, feed from reference.criterion_limb inner join reference.limb_source using (limb_code)
        union
        select framework_code, 'people' from reference.framework
    ) as used using (feed)
),

aged as (
    select member.*, extract(year from age(date '{as_at}', person.born))::integer as age, member.is_main_residence and not member.is_away as counts,
        member.person_id in (select person_id from studying) as studies, member.person_id in (select person_id from expecting) as expects,
        member.is_main_residence and member.person_id in (select person_id from supported) as is_supported
    from floor.bridge_household_member as member inner join person using (person_id)
),

household as (
    select
        household_id, max(authority_code) as authority_code, bool_or(is_supported) as is_on_programme,
        coalesce(min(age) filter (where counts) <= 15, false)
        or coalesce(max(age) filter (where counts) >= 14 + min(age) filter (where counts and age between 16 and 18 and studies), false) as has_child,
        coalesce(bool_or(expects) filter (where counts), false) and coalesce(min(age) filter (where counts) >= 1, true) as is_expecting
    from aged group by household_id
),

met as (
    select household_id, framework_code, count(distinct criterion_code)::integer as n
    from floor.fct_criterion_evidence group by household_id, framework_code
)

select
    '{period}' as period, framework_code, household_id, authority_code, coalesce(n, 0) as n_criteria_met, n_required,
    coalesce(n, 0) >= n_required
    and (not requires_dependent_child or has_child or accepts_expectant_parent and is_expecting) as is_eligible,
    is_on_programme, stale.household_id is not null as is_stale
from household
cross join reference.framework
left join met using (household_id, framework_code)
left join stale using (household_id, framework_code)

-- Whether each household meets each criterion.
with household as (select distinct household_id from floor.bridge_household_member),

criterion as (select distinct framework_code, criterion_code from reference.criterion_limb),

evidence as (
    select household_id, framework_code, criterion_code, count(*)::integer as n
    from floor.fct_criterion_evidence group by household_id, framework_code, criterion_code
)

select
    '{period}' as period, framework_code, household_id, criterion_code, n is not null as is_met, coalesce(n, 0) as n_evidence
from household
cross join criterion
left join evidence using (household_id, framework_code, criterion_code)

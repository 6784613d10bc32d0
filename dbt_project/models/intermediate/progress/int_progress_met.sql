-- What the homes of families, and of the households they are compared with, meet at the month's end: by every framework, for what a
-- family was identified on is looked up by that of today. Kept for every month, like the marts, and small: so that looking back costs
-- the same however many months there are.
{{ config(
    materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_periods() }}', indexes=[{'columns': ['period']}]
) }}

with home as (
    select
        member.period,
        member.family_id as subject_id,
        resident.household_id
    from {{ ref('int_family_member') }} as member
    inner join {{ ref('int_household_member') }} as resident
        on member.period = resident.period and member.person_id = resident.person_id and resident.is_main_residence
    where {{ in_periods('member.period') }} and member.role != 'NON_RESIDENT_PARENT'
    union distinct
    select
        period,
        household_id as subject_id,
        household_id
    from {{ ref('int_comparison_household') }}
    where {{ in_periods('period') }}
)

select
    home.period,
    evidence.framework_code,
    home.subject_id,
    evidence.criterion_code,
    count(distinct evidence.person_id)::integer as n_persons
from home
inner join {{ ref('int_criterion_evidence') }} as evidence
    on home.period = evidence.period and home.household_id = evidence.household_id
group by home.period, evidence.framework_code, home.subject_id, evidence.criterion_code

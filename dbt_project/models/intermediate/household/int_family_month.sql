-- One row per family and month with its latest episode, and the household most of it lives in. Keeps every month, like the marts.
-- Releases read it.
{{ config(materialized='by_month', contract={'enforced': true}, grants={'select': ['engineer', 'wholefamily_release']}) }}

with members as (
    select * from {{ ref('int_family_member') }}
),

households as (
    select * from {{ ref('int_household_member') }}
),

family_households as (
    select distinct on (members.period, members.family_id)
        members.period,
        members.family_id,
        households.household_id
    from members
    inner join households on members.period = households.period and members.person_id = households.person_id
    where members.role <> 'NON_RESIDENT_PARENT' and households.is_main_residence
    group by members.period, members.family_id, households.household_id
    order by members.period, members.family_id, count(*) desc, count(*) filter (where members.role = 'ADULT') desc, households.household_id
),

families as (
    select
        period,
        family_id,
        min(partner_code) as partner_code,
        min(framework_code) as framework_code,
        min(attached_date) as attached_date,
        max(closed_date) as closed_date,
        max(lead_practitioner) as lead_practitioner
    from members
    group by period, family_id
)

select
    families.period,
    families.family_id,
    families.partner_code,
    families.framework_code,
    families.attached_date,
    families.closed_date,
    families.lead_practitioner,
    family_households.household_id
from families
left join family_households
    on families.period = family_households.period and families.family_id = family_households.family_id

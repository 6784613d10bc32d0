-- Where the measured live at the month's end: families where their members do, a comparison household in itself. For frameworks
-- that look back at the months since attachment; keeps every month, like the marts.
{{ config(
    materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_periods() }}', indexes=[{'columns': ['period']}]
) }}

select distinct
    member.period,
    member.framework_code,
    member.subject_id,
    resident.household_id
from {{ ref('int_progress_member') }} as member
inner join {{ ref('int_household_member') }} as resident
    on member.period = resident.period and member.person_id = resident.person_id and resident.is_main_residence
where
    member.role is distinct from 'NON_RESIDENT_PARENT'
    and exists (
        select 1 from {{ ref('progress_measure') }} as measure
        where measure.framework_code = member.framework_code and measure.is_found_later
    )

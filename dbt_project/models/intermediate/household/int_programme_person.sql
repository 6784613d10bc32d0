-- Everybody who is, or has ever been, in a family on the programme, with the first month that tells of it. Keeps every month,
-- like the marts.
{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_periods() }}') }}

select
    xref.person_id,
    min(place.period) as period
from {{ ref('stg_programme') }} as place
inner join {{ source('identity', 'person_xref') }} as xref
    on place.partner_code = xref.partner_code and place.person_ref = xref.person_ref
where
    {{ in_periods('place.period') }}
    -- A parent who lives elsewhere is in the family, and their own household is not on the programme.
    and place.role != 'NON_RESIDENT_PARENT'
    and coalesce(place.joined_on, place.attached_on) <= {{ as_at('place.period') }}
    {% if is_incremental() %}
    and not exists (
        select 1 from {{ this }} as known
        where known.person_id = xref.person_id and {{ before_periods('known.period') }}
    )
    {% endif %}
group by xref.person_id

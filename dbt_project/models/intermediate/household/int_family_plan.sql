-- Whether a family's latest episode has a lead practitioner, a whole-family assessment and a plan by the month's end.
select
    family.period,
    family.family_id,
    family.lead_practitioner is not null
    and bool_or(coalesce(place.assessed_on <= {{ as_at('place.period') }}, false))
    and bool_or(coalesce(place.plan_on <= {{ as_at('place.period') }}, false)) as has_plan
from {{ ref('int_family_month') }} as family
inner join {{ source('identity', 'family_xref') }} as xref on family.family_id = xref.family_id
inner join {{ ref('stg_programme') }} as place
    on
        family.period = place.period
        and xref.partner_code = place.partner_code
        and xref.family_ref = place.family_ref
        and family.attached_date = place.attached_on
where {{ in_periods('family.period') }}
group by family.period, family.family_id, family.lead_practitioner

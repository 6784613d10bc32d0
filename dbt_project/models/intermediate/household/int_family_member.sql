-- One row per member of a family's latest episode and month, as at its end.
select
    period,
    family_id,
    person_id,
    partner_code,
    framework as framework_code,
    role,
    attached_on as attached_date,
    closed_on as closed_date,
    joined_on as joined_date,
    left_on as left_date,
    lead_practitioner,
    is_consenting
from {{ ref('int_linked_family_place') }}

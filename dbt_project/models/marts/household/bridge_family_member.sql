-- One row per family, member and month.
select
    period,
    family_id,
    person_id,
    role,
    is_consenting,
    partner_code as authority_code
from {{ ref('int_family_member') }}

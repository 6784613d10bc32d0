-- One row per household, member and month.
select
    period,
    household_id,
    person_id,
    basis,
    evidence_grade,
    is_minor,
    is_main_residence,
    is_away,
    valid_from,
    valid_to,
    authority_code,
    address_class
from {{ ref('int_household_member') }}

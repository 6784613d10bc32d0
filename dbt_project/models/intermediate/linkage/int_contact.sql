-- One row per sender's record, month and reason for which the sender is in touch with the person: what makes its word on where they
-- live weigh more. 1 = the family is on the programme there, 2 = an open case of social care, 3 = a school place.
{{ config(materialized='view') }}

select
    period,
    partner_code,
    person_ref,
    1 as strength
from {{ ref('int_programme_place') }}
where {{ is_open_on('attached_on', 'closed_on', as_at('period')) }}

union all

select
    period,
    partner_code,
    person_ref,
    2 as strength
from {{ ref('stg_support_needs') }}
where
    need in ('CHILD_IN_NEED', 'CHILD_PROTECTION', 'LOOKED_AFTER', 'EARLY_HELP')
    and {{ is_open_on('from_date', 'to_date', as_at('period')) }}

union all

select
    period,
    partner_code,
    person_ref,
    3 as strength
from {{ ref('stg_school_places') }}
where
    status in ('ON_ROLL', 'PRU', 'ALTERNATIVE_PROVISION')
    and {{ is_open_on('from_date', 'to_date', as_at('period')) }}

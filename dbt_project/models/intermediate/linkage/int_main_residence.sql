-- One row per person and month: the spell that says where the person is at home. MAIN decides, then SHARED (readings.md 34); of two
-- the later one, so that a family moves although its old authority has not heard of it. Of two that begin on one day the one with
-- more evidence, in this order: its sender has the person in a family on the programme; an open case of social care; a school
-- place; somebody of the same surname lives there. A view: it is read after linkage.
{{ config(materialized='view') }}

with residences as (
    select * from {{ ref('int_linked_residence') }}
),

elsewhere as (
    select distinct
        period,
        person_id,
        address_key
    from residences
    where is_current and residence in ('PLACEMENT', 'AWAY')
),

-- The address of a placement, or of a prison, is nobody's home, whatever another sender calls it.
candidates as (
    select residences.*
    from residences
    left join elsewhere
        on
            residences.period = elsewhere.period
            and residences.person_id = elsewhere.person_id
            and residences.address_key = elsewhere.address_key
    where residences.is_current and residences.residence in ('MAIN', 'SHARED') and elsewhere.person_id is null
),

-- Few have two homes that begin on one day, and only for them is evidence looked for.
contested as (
    select
        period,
        person_id,
        residence,
        resident_from
    from candidates
    group by period, person_id, residence, resident_from
    having min(address_key) <> max(address_key)
),

contacts as (
    select
        contested.period,
        contested.person_id,
        contacts.partner_code,
        min(contacts.strength) as strength
    from contested
    inner join {{ source('identity', 'person_xref') }} as person_xref on contested.person_id = person_xref.person_id
    inner join {{ ref('int_contact') }} as contacts
        on
            contested.period = contacts.period
            and person_xref.partner_code = contacts.partner_code
            and person_xref.person_ref = contacts.person_ref
    group by contested.period, contested.person_id, contacts.partner_code
),

namesakes as (
    select distinct
        candidates.period,
        candidates.person_id,
        candidates.address_key
    from contested
    inner join candidates on contested.period = candidates.period and contested.person_id = candidates.person_id
    inner join residences as others
        on
            candidates.period = others.period
            and candidates.address_key = others.address_key
            and candidates.surname = others.surname
            and candidates.person_id <> others.person_id
            and others.is_current
),

weighed as (
    select
        candidates.*,
        contested.person_id is not null as is_contested,
        contacts.strength,
        namesakes.person_id is not null as has_namesake
    from candidates
    left join contested
        on
            candidates.period = contested.period
            and candidates.person_id = contested.person_id
            and candidates.residence = contested.residence
            and candidates.resident_from = contested.resident_from
    left join contacts
        on
            candidates.period = contacts.period
            and candidates.person_id = contacts.person_id
            and candidates.partner_code = contacts.partner_code
    left join namesakes
        on
            candidates.period = namesakes.period
            and candidates.person_id = namesakes.person_id
            and candidates.address_key = namesakes.address_key
)

select distinct on (period, person_id)
    period,
    person_id,
    partner_code,
    residence,
    has_uprn,
    address_key,
    is_contested,
    resident_from,
    resident_to
from weighed
order by
    period, person_id, residence = 'MAIN' desc, resident_from desc, strength nulls last, has_namesake desc, has_uprn desc,
    partner_code, address_key

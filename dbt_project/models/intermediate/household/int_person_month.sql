-- One row per person and month in which some sender knows them. Keeps every month, like the marts. Releases read it.
-- Where senders disagree an authority goes before the police, then the record that is newest.
{{ config(materialized='by_month', contract={'enforced': true}, grants={'select': ['engineer', 'wholefamily_release']}) }}

with records as (
    select
        records.*,
        person_xref.person_id
    from {{ ref('int_person_record') }} as records
    inner join {{ source('identity', 'person_xref') }} as person_xref
        on records.partner_code = person_xref.partner_code and records.person_ref = person_xref.person_ref
),

residents as (
    select * from {{ source('identity', 'resident_home') }}
),

persons as (
    select
        period,
        person_id,
        {{ best_of('sex', "sex <> '0'") }} as sex,
        {{ best_of('date_of_birth') }} as date_of_birth,
        {{ best_of('ethnic_group') }} as ethnic_group,
        min(deceased_on) as deceased_on,
        {{ best_of('partner_code', 'is_authority') }} as authority_code,
        bool_or(is_protected) as is_protected
    from records
    group by period, person_id
)

select
    persons.period,
    persons.person_id,
    coalesce(persons.sex, '0') as sex,
    persons.date_of_birth,
    persons.ethnic_group,
    persons.deceased_on,
    coalesce(residents.authority_code, persons.authority_code) as authority_code,
    persons.is_protected
from persons
left join residents on persons.period = residents.period and persons.person_id = residents.person_id

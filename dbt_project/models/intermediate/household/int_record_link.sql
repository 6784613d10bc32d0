-- One row per sender's record of a person and month: which person it is, by what, and whether somebody must look at it.
with records as (
    select * from {{ ref('int_person_record') }}
),

links as (
    select * from {{ source('identity', 'person_xref') }}
),

persons as (
    select * from {{ ref('int_person_month') }}
    where {{ in_periods('period') }}
)

select
    records.period,
    records.partner_code,
    records.person_ref,
    links.person_id,
    coalesce(persons.authority_code, 'not_known') as authority_code,
    coalesce(persons.ethnic_group, 'NOT_KNOWN') as ethnic_group,
    links.match_probability,
    links.match_basis,
    links.model_version,
    count(*) over (partition by records.period, links.person_id) = 1 as is_single
from records
inner join links on records.partner_code = links.partner_code and records.person_ref = links.person_ref
inner join persons on records.period = persons.period and links.person_id = persons.person_id

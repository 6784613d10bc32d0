-- One row per sender's record, other sender and month, where a person must decide whether the two hold records of one person.
with pairs as (
    select
        partner_code_a as partner_code,
        person_ref_a as person_ref,
        partner_code_b as other_partner_code
    from {{ source('identity', 'link_review') }}
    where status = 'open'
    union distinct
    select
        partner_code_b as partner_code,
        person_ref_b as person_ref,
        partner_code_a as other_partner_code
    from {{ source('identity', 'link_review') }}
    where status = 'open'
)

select
    links.period,
    pairs.partner_code,
    pairs.person_ref,
    pairs.other_partner_code,
    links.authority_code,
    links.ethnic_group
from pairs
inner join {{ ref('int_record_link') }} as links
    on pairs.partner_code = links.partner_code and pairs.person_ref = links.person_ref

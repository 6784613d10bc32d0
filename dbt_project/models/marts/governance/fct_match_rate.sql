-- How many records of each sender have found another sender's record of the same person. Governance reads it beside the ledger.
with records as (
    select * from {{ ref('int_record_link') }}
),

cells as (
    select
        period,
        partner_code,
        authority_code,
        ethnic_group,
        count(*)::integer as n_records,
        (count(*) filter (where is_single))::integer as n_single
    from records
    group by period, partner_code, authority_code, ethnic_group
),

others as (
    select distinct
        period,
        partner_code as other_partner_code
    from records
    union all
    select distinct
        period,
        'any' as other_partner_code
    from records
),

held as (
    select
        period,
        person_id,
        partner_code,
        count(*) as n_records
    from records
    group by period, person_id, partner_code
),

linked_records as (
    select
        records.*,
        held.partner_code as other_partner_code
    from records
    inner join held on records.period = held.period and records.person_id = held.person_id
    -- A record is no company to itself.
    where not records.is_single and (held.partner_code <> records.partner_code or held.n_records > 1)
    union all
    select
        records.*,
        'any' as other_partner_code
    from records
    where not records.is_single
),

linked as (
    select
        period,
        partner_code,
        other_partner_code,
        authority_code,
        ethnic_group,
        count(*)::integer as n_linked,
        avg(match_probability) as mean_probability
    from linked_records
    group by period, partner_code, other_partner_code, authority_code, ethnic_group
),

reviewed as (
    select
        period,
        partner_code,
        coalesce(other_partner_code, 'any') as other_partner_code,
        authority_code,
        ethnic_group,
        count(distinct person_ref)::integer as n_in_review
    from {{ ref('int_record_review') }}
    group by grouping sets (
        (period, partner_code, authority_code, ethnic_group, other_partner_code), (period, partner_code, authority_code, ethnic_group)
    )
)

select
    cells.period,
    cells.partner_code,
    others.other_partner_code,
    cells.authority_code,
    cells.ethnic_group,
    cells.n_records,
    coalesce(linked.n_linked, 0) as n_linked,
    coalesce(reviewed.n_in_review, 0) as n_in_review,
    cells.n_single,
    (coalesce(linked.n_linked, 0)::numeric / cells.n_records)::numeric(7, 6) as linked_share,
    (coalesce(reviewed.n_in_review, 0)::numeric / cells.n_records)::numeric(7, 6) as review_share,
    (cells.n_single::numeric / cells.n_records)::numeric(7, 6) as single_share,
    linked.mean_probability::numeric(7, 6) as mean_probability
from cells
inner join others on cells.period = others.period
left join linked
    on
        cells.period = linked.period
        and cells.partner_code = linked.partner_code
        and others.other_partner_code = linked.other_partner_code
        and cells.authority_code = linked.authority_code
        and cells.ethnic_group = linked.ethnic_group
left join reviewed
    on
        cells.period = reviewed.period
        and cells.partner_code = reviewed.partner_code
        and others.other_partner_code = reviewed.other_partner_code
        and cells.authority_code = reviewed.authority_code
        and cells.ethnic_group = reviewed.ethnic_group

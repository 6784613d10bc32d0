-- Permanent and fixed exclusions that stand, each episode once even where two authorities report it; lunchtimes are neither.
with exclusion as (
    select * from {{ ref('stg_exclusions') }}
    where {{ in_periods('period') }} and category in ('PERM', 'SUSP', 'FIXD')
),

standing as (
    select
        exclusion.period,
        xref.person_id,
        exclusion.partner_code,
        exclusion.category = 'PERM' as is_permanent,
        exclusion.school_urn,
        exclusion.start_date,
        {{ source_record('exclusions', 'exclusion') }} as source_record,
        -- Two of one sender on one day at one school are two; the same from another sender are the same two.
        row_number() over (
            partition by
                exclusion.period, xref.person_id, exclusion.partner_code, exclusion.category = 'PERM',
                exclusion.school_urn, exclusion.start_date
            order by exclusion.exclusion_ref
        ) as nth
    from exclusion
    inner join {{ source('identity', 'person_xref') }} as xref
        on exclusion.partner_code = xref.partner_code and exclusion.person_ref = xref.person_ref
    where exclusion.rescinded_on is null or exclusion.rescinded_on > {{ as_at('exclusion.period') }}
)

select distinct on (period, person_id, is_permanent, start_date, school_urn, nth)
    period,
    person_id,
    partner_code,
    is_permanent,
    start_date,
    source_record
from standing
order by period, person_id, is_permanent, start_date, school_urn, nth, partner_code

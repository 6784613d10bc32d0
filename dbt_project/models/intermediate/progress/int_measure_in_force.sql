-- The measures of progress in force in each month for each authority.
with authority as (
    select distinct
        period,
        as_at,
        partner_code as authority_code
    from {{ ref('int_progress_member') }}
),

valid as (
    select
        authority.period,
        authority.authority_code as applies_to,
        measure.*,
        -- An authority's own measure takes the place of the general one.
        bool_or(measure.authority_code is not null) over (
            partition by authority.period, authority.authority_code, measure.framework_code, measure.measure_code
        ) as has_own_measure
    from authority
    inner join {{ ref('progress_measure') }} as measure
        on
            (measure.authority_code is null or authority.authority_code = measure.authority_code)
            and (measure.valid_from is null or authority.as_at >= measure.valid_from)
            and (measure.valid_to is null or authority.as_at <= measure.valid_to)
)

select
    period,
    applies_to as authority_code,
    framework_code,
    measure_code,
    criterion_code,
    test,
    is_found_later,
    window_months,
    percent_left,
    offence_percent_left,
    under_age,
    is_none_enough,
    n_terms,
    n_episodes,
    percent,
    sustained_months
from valid
where has_own_measure = (authority_code is not null)

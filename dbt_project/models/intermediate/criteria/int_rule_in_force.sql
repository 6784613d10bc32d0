-- The limbs in force in each month for each authority, with their windows worked out.
with authority as (
    select distinct
        period,
        as_at,
        authority_code
    from {{ ref('int_criterion_member') }}
),

valid as (
    select
        authority.period,
        authority.as_at,
        authority.authority_code as applies_to,
        limb.*,
        -- An authority's own limbs of a criterion take the place of the general ones.
        bool_or(limb.authority_code is not null) over (
            partition by authority.period, authority.authority_code, limb.framework_code, limb.criterion_code
        ) as has_own_limbs
    from authority
    inner join {{ ref('criterion_limb') }} as limb
        on
            (limb.authority_code is null or authority.authority_code = limb.authority_code)
            and (limb.valid_from is null or authority.as_at >= limb.valid_from)
            and (limb.valid_to is null or authority.as_at <= limb.valid_to)
)

select
    valid.period,
    valid.as_at,
    valid.applies_to as authority_code,
    valid.framework_code,
    valid.criterion_code,
    valid.limb_code,
    concat_ws('/', valid.framework_code, valid.criterion_code, valid.limb_code, coalesce(valid.authority_code, 'all'), valid.version)
        as rule_version,
    (valid.as_at - make_interval(months => valid.window_months))::date as window_after,
    valid.unit,
    valid.under_age,
    valid.age_basis,
    valid.minimum_age,
    valid.n_episodes,
    valid.percent,
    valid.terms_counted,
    valid.as_at - valid.fresh_days as fresh_from,
    term_window.terms_from,
    term_window.terms_to,
    term_window.first_term,
    term_window.last_term
from valid
left join {{ ref('int_term_window') }} as term_window
    on
        valid.period = term_window.period
        and valid.applies_to = term_window.authority_code
        and valid.n_terms = term_window.n_terms
where valid.has_own_limbs = (valid.authority_code is not null)

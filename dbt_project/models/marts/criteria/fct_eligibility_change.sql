-- Households that were not eligible in the month before and are, or were and are not.
with judged as (
    select * from {{ ref('fct_household_eligibility') }}
    where {{ in_periods('period') }}
),

before as (
    select
        to_char(to_date(period, 'YYYY-MM') + interval '1 month', 'YYYY-MM') as period,
        framework_code,
        household_id,
        authority_code,
        n_criteria_met,
        n_required
    from {{ ref('fct_household_eligibility') }}
    where {{ in_months_before('period') }} and is_eligible
),

compared as (
    select
        coalesce(judged.period, before.period) as period,
        coalesce(judged.framework_code, before.framework_code) as framework_code,
        coalesce(judged.household_id, before.household_id) as household_id,
        coalesce(judged.authority_code, before.authority_code) as authority_code,
        coalesce(judged.is_eligible, false) as is_eligible,
        before.household_id is not null as was_eligible,
        judged.n_criteria_met,
        coalesce(judged.n_required, before.n_required) as n_required,
        before.n_criteria_met as n_criteria_met_before,
        coalesce(judged.is_on_programme, false) as is_on_programme,
        judged.is_stale
    from judged
    full outer join before
        on
            judged.period = before.period
            and judged.framework_code = before.framework_code
            and judged.household_id = before.household_id
)

select
    compared.period,
    compared.framework_code,
    compared.household_id,
    compared.authority_code,
    compared.is_eligible,
    compared.n_criteria_met_before,
    compared.n_criteria_met,
    compared.n_required,
    compared.is_on_programme,
    compared.is_stale
from compared
inner join {{ ref('int_authority_month') }} as authority
    on
        compared.period = authority.period
        and compared.authority_code = authority.authority_code
        and compared.framework_code = authority.framework_code
-- Where nothing is known of the authority's month before, nothing has changed.
where compared.is_eligible <> compared.was_eligible and authority.has_month_before

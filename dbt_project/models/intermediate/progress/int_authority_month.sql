-- Each authority's month under each framework: families on the programme, and feeds that are not of this month.
with sent as (
    select
        period,
        partner_code,
        feed,
        is_stale
    from {{ source('quality', 'believed_file') }}
    where {{ in_periods('period') }}
),

authority as (
    select distinct
        period,
        partner_code as authority_code
    from sent
    -- Only authorities have a programme.
    where feed = 'programme'
    union distinct
    select distinct
        period,
        authority_code
    from {{ ref('int_household_member') }}
    where {{ in_periods('period') }} and authority_code is not null
),

month_before as (
    select distinct
        to_char(to_date(period, 'YYYY-MM') + interval '1 month', 'YYYY-MM') as period,
        partner_code as authority_code
    from {{ source('quality', 'believed_file') }}
    where {{ in_months_before('period') }}
),

family as (
    select
        period,
        partner_code as authority_code,
        framework_code,
        count(distinct family_id)::integer as n_families
    from {{ ref('int_family_member') }}
    where {{ in_periods('period') }} and {{ is_open_on('attached_date', 'closed_date', as_at('period')) }}
    group by period, partner_code, framework_code
),

used as (
    select distinct
        limb.framework_code,
        source.feed
    from {{ ref('criterion_limb') }} as limb
    inner join {{ ref('limb_source') }} as source on limb.limb_code = source.limb_code
    union distinct
    select
        framework.framework_code,
        always.feed
    from {{ ref('framework') }} as framework
    cross join (values ('people'), ('programme')) as always (feed)
),

stale as (
    select
        sent.period,
        sent.partner_code as authority_code,
        used.framework_code,
        count(*)::integer as n_feeds
    from sent
    inner join used on sent.feed = used.feed
    where sent.is_stale
    group by sent.period, sent.partner_code, used.framework_code
)

select
    authority.period,
    authority.authority_code,
    framework.framework_code,
    month_before.period is not null as has_month_before,
    coalesce(family.n_families, 0) as n_families_on_programme,
    coalesce(stale.n_feeds, 0) as n_stale_feeds
from authority
cross join {{ ref('framework') }} as framework
left join month_before
    on authority.period = month_before.period and authority.authority_code = month_before.authority_code
left join family
    on
        authority.period = family.period
        and authority.authority_code = family.authority_code
        and framework.framework_code = family.framework_code
left join stale
    on
        authority.period = stale.period
        and authority.authority_code = stale.authority_code
        and framework.framework_code = stale.framework_code

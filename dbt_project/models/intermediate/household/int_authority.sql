-- One row per authority, as the partner files name them.
select
    partners.partner_code as authority_code,
    partners.name,
    partners.gss,
    codes.dfe_code,
    codes.ons_code,
    partners.brand,
    partners.framework_code
from {{ source('ops', 'partner') }} as partners
left join {{ ref('authorities') }} as codes on partners.gss = codes.gss
where partners.kind = 'authority'

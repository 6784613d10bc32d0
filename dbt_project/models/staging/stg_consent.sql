-- A decision of a person about a scope, as believed for each month. Releases read it.
{{ config(grants={'select': ['engineer', 'wholefamily_release']}) }}

with believed as (
    select * from {{ source('quality', 'believed_file') }}
    where feed = 'consent' and {{ in_periods('period') }}
),

sent as (
    select * from {{ source('raw', 'consent') }}
    where {{ in_believed_deliveries('consent', '_delivery_id') }}
)

select
    believed.period,
    believed.partner_code,
    believed.source_period,
    believed.revision as source_revision,
    sent._line as source_line,
    believed.is_stale,
    sent.person_ref,
    sent.scope,
    sent.decision,
    sent.effective_from::date as effective_from
from believed
inner join sent on believed.delivery_id = sent._delivery_id

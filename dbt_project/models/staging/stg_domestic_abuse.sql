-- One person's part in one incident of domestic abuse, as believed for each month.
with believed as (
    select * from {{ source('quality', 'believed_file') }}
    where feed = 'domestic_abuse' and {{ in_periods('period') }}
),

sent as (
    select * from {{ source('raw', 'domestic_abuse') }}
    where {{ in_believed_deliveries('domestic_abuse', '_delivery_id') }}
)

select
    believed.period,
    believed.partner_code,
    believed.source_period,
    believed.revision as source_revision,
    sent._line as source_line,
    believed.is_stale,
    sent.incident_ref,
    sent.person_ref,
    sent.role,
    sent.occurred_on::date as occurred_on
from believed
inner join sent on believed.delivery_id = sent._delivery_id

-- One person's part in one incident of anti-social behaviour, as believed for each month.
with believed as (
    select * from {{ source('quality', 'believed_file') }}
    where feed = 'asb_incidents' and {{ in_periods('period') }}
),

sent as (
    select * from {{ source('raw', 'asb_incidents') }}
    where {{ in_believed_deliveries('asb_incidents', '_delivery_id') }}
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
    sent.incident_type,
    sent.occurred_on::date as occurred_on
from believed
inner join sent on believed.delivery_id = sent._delivery_id

-- A person's time in a scheme of offender management, as believed for each month.
with believed as (
    select * from {{ source('quality', 'believed_file') }}
    where feed = 'offender_management' and {{ in_periods('period') }}
),

sent as (
    select * from {{ source('raw', 'offender_management') }}
    where {{ in_believed_deliveries('offender_management', '_delivery_id') }}
)

select
    believed.period,
    believed.partner_code,
    believed.source_period,
    believed.revision as source_revision,
    sent._line as source_line,
    believed.is_stale,
    sent.person_ref,
    sent.scheme,
    sent.from_date::date as from_date,
    sent.to_date::date as to_date
from believed
inner join sent on believed.delivery_id = sent._delivery_id

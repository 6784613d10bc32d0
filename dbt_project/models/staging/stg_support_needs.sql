-- A need of a person, as believed for each month.
with believed as (
    select * from {{ source('quality', 'believed_file') }}
    where feed = 'support_needs' and {{ in_periods('period') }}
),

sent as (
    select * from {{ source('raw', 'support_needs') }}
    where {{ in_believed_deliveries('support_needs', '_delivery_id') }}
)

select
    believed.period,
    believed.partner_code,
    believed.source_period,
    believed.revision as source_revision,
    sent._line as source_line,
    believed.is_stale,
    sent.person_ref,
    sent.need,
    sent.from_date::date as from_date,
    sent.to_date::date as to_date
from believed
inner join sent on believed.delivery_id = sent._delivery_id

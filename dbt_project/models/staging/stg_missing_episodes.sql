-- An episode in which a person was missing, as believed for each month.
with believed as (
    select * from {{ source('quality', 'believed_file') }}
    where feed = 'missing_episodes' and {{ in_periods('period') }}
),

sent as (
    select * from {{ source('raw', 'missing_episodes') }}
    where {{ in_believed_deliveries('missing_episodes', '_delivery_id') }}
)

select
    believed.period,
    believed.partner_code,
    believed.source_period,
    believed.revision as source_revision,
    sent._line as source_line,
    believed.is_stale,
    sent.person_ref,
    sent.from_date::date as from_date,
    sent.to_date::date as to_date
from believed
inner join sent on believed.delivery_id = sent._delivery_id

-- A work outcome that an authority verified, as believed for each month.
with believed as (
    select * from {{ source('quality', 'believed_file') }}
    where feed = 'work_outcomes' and {{ in_periods('period') }}
),

sent as (
    select * from {{ source('raw', 'work_outcomes') }}
    where {{ in_believed_deliveries('work_outcomes', '_delivery_id') }}
)

select
    believed.period,
    believed.partner_code,
    believed.source_period,
    believed.revision as source_revision,
    sent._line as source_line,
    believed.is_stale,
    sent.person_ref,
    sent.outcome,
    sent.start_date::date as start_date,
    sent.end_date::date as end_date,
    sent.verified_on::date as verified_on
from believed
inner join sent on believed.delivery_id = sent._delivery_id

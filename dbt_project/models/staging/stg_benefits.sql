-- A benefit spell of a person, from the DWP match, as believed for each month.
with believed as (
    select * from {{ source('quality', 'believed_file') }}
    where feed = 'benefits' and {{ in_periods('period') }}
),

sent as (
    select * from {{ source('raw', 'benefits') }}
    where {{ in_believed_deliveries('benefits', '_delivery_id') }}
)

select
    believed.period,
    believed.partner_code,
    believed.source_period,
    believed.revision as source_revision,
    sent._line as source_line,
    believed.is_stale,
    sent.person_ref,
    sent.nino,
    sent.benefit,
    sent.uc_conditionality,
    sent.start_date::date as start_date,
    sent.end_date::date as end_date,
    sent.matched_on::date as matched_on
from believed
inner join sent on believed.delivery_id = sent._delivery_id

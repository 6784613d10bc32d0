-- Support given to a family, as believed for each month.
with believed as (
    select * from {{ source('quality', 'believed_file') }}
    where feed = 'interventions' and {{ in_periods('period') }}
),

sent as (
    select * from {{ source('raw', 'interventions') }}
    where {{ in_believed_deliveries('interventions', '_delivery_id') }}
)

select
    believed.period,
    believed.partner_code,
    believed.source_period,
    believed.revision as source_revision,
    sent._line as source_line,
    believed.is_stale,
    sent.intervention_ref,
    sent.family_ref,
    sent.agency,
    sent.intervention,
    sent.started_on::date as started_on,
    sent.ended_on::date as ended_on,
    sent.outcome
from believed
inner join sent on believed.delivery_id = sent._delivery_id

-- An intervention on a person, as believed for each month.
with believed as (
    select * from {{ source('quality', 'believed_file') }}
    where feed = 'asb_interventions' and {{ in_periods('period') }}
),

sent as (
    select * from {{ source('raw', 'asb_interventions') }}
    where {{ in_believed_deliveries('asb_interventions', '_delivery_id') }}
)

select
    believed.period,
    believed.partner_code,
    believed.source_period,
    believed.revision as source_revision,
    sent._line as source_line,
    believed.is_stale,
    sent.intervention_ref,
    sent.person_ref,
    sent.role,
    sent.intervention,
    sent.ground,
    sent.start_date::date as start_date,
    sent.end_date::date as end_date
from believed
inner join sent on believed.delivery_id = sent._delivery_id

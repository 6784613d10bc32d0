-- A person's place in a family on the programme, as believed for each month.
with believed as (
    select * from {{ source('quality', 'believed_file') }}
    where feed = 'programme' and {{ in_periods('period') }}
),

sent as (
    select * from {{ source('raw', 'programme') }}
    where {{ in_believed_deliveries('programme', '_delivery_id') }}
)

select
    believed.period,
    believed.partner_code,
    believed.source_period,
    believed.revision as source_revision,
    sent._line as source_line,
    believed.is_stale,
    sent.family_ref,
    sent.person_ref,
    sent.role,
    sent.attached_on::date as attached_on,
    sent.joined_on::date as joined_on,
    sent.left_on::date as left_on,
    sent.closed_on::date as closed_on,
    sent.closure_reason,
    sent.framework,
    sent.lead_practitioner,
    sent.notified_on::date as notified_on,
    sent.assessed_on::date as assessed_on,
    sent.plan_on::date as plan_on
from believed
inner join sent on believed.delivery_id = sent._delivery_id

-- One person's part in one offence, as believed for each month.
with believed as (
    select * from {{ source('quality', 'believed_file') }}
    where feed = 'offences' and {{ in_periods('period') }}
),

sent as (
    select * from {{ source('raw', 'offences') }}
    where {{ in_believed_deliveries('offences', '_delivery_id') }}
)

select
    believed.period,
    believed.partner_code,
    believed.source_period,
    believed.revision as source_revision,
    sent._line as source_line,
    believed.is_stale,
    sent.offence_ref,
    sent.person_ref,
    sent.role,
    sent.offence_class,
    sent.offence_date::date as offence_date,
    sent.disposal,
    sent.disposal_date::date as disposal_date,
    sent.retracted_on::date as retracted_on
from believed
inner join sent on believed.delivery_id = sent._delivery_id

-- An exclusion of a pupil, as believed for each month.
with believed as (
    select * from {{ source('quality', 'believed_file') }}
    where feed = 'exclusions' and {{ in_periods('period') }}
),

sent as (
    select * from {{ source('raw', 'exclusions') }}
    where {{ in_believed_deliveries('exclusions', '_delivery_id') }}
)

select
    believed.period,
    believed.partner_code,
    believed.source_period,
    believed.revision as source_revision,
    sent._line as source_line,
    believed.is_stale,
    sent.exclusion_ref,
    sent.person_ref,
    sent.school_urn,
    sent.category,
    sent.start_date::date as start_date,
    sent.sessions::integer as sessions,
    sent.rescinded_on::date as rescinded_on
from believed
inner join sent on believed.delivery_id = sent._delivery_id

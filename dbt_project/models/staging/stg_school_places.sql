-- A pupil's spell at a kind of school place, as believed for each month.
with believed as (
    select * from {{ source('quality', 'believed_file') }}
    where feed = 'school_places' and {{ in_periods('period') }}
),

sent as (
    select * from {{ source('raw', 'school_places') }}
    where {{ in_believed_deliveries('school_places', '_delivery_id') }}
)

select
    believed.period,
    believed.partner_code,
    believed.source_period,
    believed.revision as source_revision,
    sent._line as source_line,
    believed.is_stale,
    sent.person_ref,
    sent.status,
    sent.because_excluded = 'Y' as because_excluded,
    sent.from_date::date as from_date,
    sent.to_date::date as to_date
from believed
inner join sent on believed.delivery_id = sent._delivery_id

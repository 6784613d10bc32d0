-- A pupil at a school in a term, as believed for each month.
with believed as (
    select * from {{ source('quality', 'believed_file') }}
    where feed = 'attendance' and {{ in_periods('period') }}
),

sent as (
    select * from {{ source('raw', 'attendance') }}
    where {{ in_believed_deliveries('attendance', '_delivery_id') }}
)

select
    believed.period,
    believed.partner_code,
    believed.source_period,
    believed.revision as source_revision,
    sent._line as source_line,
    believed.is_stale,
    sent.person_ref,
    sent.upn,
    sent.school_urn,
    sent.academic_year,
    sent.term,
    sent.sessions_possible::integer as sessions_possible,
    sent.sessions_authorised_absence::integer as sessions_authorised_absence,
    sent.sessions_unauthorised_absence::integer as sessions_unauthorised_absence
from believed
inner join sent on believed.delivery_id = sent._delivery_id

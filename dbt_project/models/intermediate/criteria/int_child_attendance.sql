-- Attendance of a person by school and term, each once even where two authorities send it, with the dates of the term.
with attendance as (
    select * from {{ ref('stg_attendance') }}
    where {{ in_periods('period') }}
),

identified as (
    select
        attendance.period,
        xref.person_id,
        attendance.partner_code,
        attendance.school_urn,
        attendance.academic_year,
        attendance.term,
        attendance.sessions_possible,
        attendance.sessions_authorised_absence,
        attendance.sessions_unauthorised_absence,
        attendance.is_stale,
        {{ source_record('attendance', 'attendance') }} as source_record
    from attendance
    inner join {{ source('identity', 'person_xref') }} as xref
        on attendance.partner_code = xref.partner_code and attendance.person_ref = xref.person_ref
),

once as (
    -- Of two records of the same school and term the fresher stands, then the fuller.
    select distinct on (period, person_id, school_urn, academic_year, term) *
    from identified
    order by period, person_id, school_urn, academic_year, term, is_stale, sessions_possible desc, partner_code, source_record
)

select
    once.period,
    once.person_id,
    once.partner_code,
    term.starts_on as term_from,
    term.ends_on as term_to,
    term.term_number,
    once.sessions_possible,
    once.sessions_authorised_absence,
    once.sessions_unauthorised_absence,
    once.source_record
from once
inner join {{ ref('int_school_term') }} as term
    on once.partner_code = term.authority_code and once.academic_year = term.academic_year and once.term = term.term

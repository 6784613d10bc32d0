-- The month whose homes tell on which criteria a family, or a comparison household, was identified: that of attachment, or the
-- earliest one known after it (readings.md 31).
with subject as (
    select
        period,
        framework_code,
        subject_id,
        is_comparison,
        attached_date,
        min(partner_code) as partner_code
    from {{ ref('int_progress_member') }}
    group by period, framework_code, subject_id, is_comparison, attached_date
),

known_month as (
    select distinct period
    from {{ source('quality', 'believed_file') }}
)

select
    subject.period,
    subject.framework_code,
    subject.subject_id,
    subject.is_comparison,
    min(subject.partner_code) as partner_code,
    min(known_month.period) as identified_period
from subject
inner join known_month on to_char(subject.attached_date, 'YYYY-MM') <= known_month.period
group by subject.period, subject.framework_code, subject.subject_id, subject.is_comparison

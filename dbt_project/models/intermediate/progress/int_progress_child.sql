-- Children of school age of the measured, and the terms over which their schooling is looked at.
select
    member.period,
    member.as_at,
    member.framework_code,
    member.subject_id,
    member.is_comparison,
    member.person_id,
    measure.measure_code,
    measure.test,
    measure.n_terms,
    measure.n_episodes,
    measure.percent,
    term_window.terms_from,
    term_window.terms_to
from {{ ref('int_progress_member') }} as member
inner join {{ ref('int_measure_in_force') }} as measure
    on
        member.period = measure.period
        and member.partner_code = measure.authority_code
        and member.framework_code = measure.framework_code
        and measure.test in ('schooling', 'attendance')
inner join {{ ref('int_term_window') }} as term_window
    on
        member.period = term_window.period
        and member.partner_code = term_window.authority_code
        and measure.n_terms = term_window.n_terms
where member.is_of_school_age

-- Children of school age of measured families, and the terms over which their schooling is looked at.
select
    member.period,
    member.framework_code,
    member.family_id,
    member.person_id,
    measure.n_episodes,
    measure.percent,
    term_window.terms_from,
    term_window.terms_to
from {{ ref('int_progress_member') }} as member
inner join {{ ref('progress_measure') }} as measure
    on member.framework_code = measure.framework_code and measure.measure_code = 'education'
inner join {{ ref('int_term_window') }} as term_window
    on
        member.period = term_window.period
        and member.partner_code = term_window.authority_code
        and measure.n_terms = term_window.n_terms
where member.is_of_school_age

-- The school terms of each authority: its own of an academic year where it has any, else the national ones.
with term as (
    select * from {{ ref('school_term') }}
)

select
    authority.authority_code,
    term.academic_year,
    term.term,
    -- Counts the terms on, whatever their dates.
    left(term.academic_year, 4)::integer * 3 + array_position(array['AUT', 'SPR', 'SUM'], term.term) as term_number,
    term.starts_on,
    term.ends_on
from {{ ref('int_authority') }} as authority
inner join term
    on
        authority.authority_code = coalesce(term.authority_code, authority.authority_code)
        and (
            term.authority_code is not null
            or not exists (
                select from term as own
                where own.authority_code = authority.authority_code and own.academic_year = term.academic_year
            )
        )

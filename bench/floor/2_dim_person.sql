-- What is best known of each person.
select
    known.person_id,
    coalesce(known.sex, '0') as sex,
    extract(year from known.date_of_birth)::integer as birth_year,
    known.ethnic_group,
    coalesce(home.authority_code, known.authority_code) as authority_code,
    known.deceased_on is not null as is_deceased,
    '{period}' as first_period,
    '{period}' as last_period
from (
    select
        xref.person_id,
        (array_agg(record.sex order by {best}) filter (where record.sex <> '0'))[1] as sex,
        (array_agg(record.date_of_birth order by {best}) filter (where record.date_of_birth is not null))[1] as date_of_birth,
        (array_agg(record.ethnic_group order by {best}) filter (where record.ethnic_group is not null))[1] as ethnic_group,
        (array_agg(record.partner_code order by {best}) filter (where record.is_authority))[1] as authority_code,
        min(record.deceased_on) as deceased_on
    from intermediate.int_person_record as record
    inner join identity.person_xref as xref on xref.partner_code = record.partner_code and xref.person_ref = record.person_ref
    group by xref.person_id
) as known
left join identity.resident_home as home on home.period = '{period}' and home.person_id = known.person_id

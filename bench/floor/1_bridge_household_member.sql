-- Who lives in which household.
select
    home.period,
    registered.household_id,
    home.person_id,
    home.basis,
    case when person.date_of_birth is null then greatest(home.evidence_grade, 'C') else home.evidence_grade end as evidence_grade,
    person.date_of_birth + interval '18 years' > date '{as_at}' as is_minor,
    home.is_main_residence,
    home.is_away,
    home.valid_from,
    home.valid_to,
    home.authority_code,
    home.address_class
from intermediate.int_home_member as home
inner join identity.household_member as registered on registered.period = '{period}' and registered.person_id = home.person_id
inner join (
    select
        xref.person_id,
        (array_agg(record.date_of_birth order by record.is_authority desc, record.resident_from desc, record.partner_code, record.person_ref)
            filter (where record.date_of_birth is not null))[1] as date_of_birth
    from intermediate.int_person_record as record
    inner join identity.person_xref as xref on xref.partner_code = record.partner_code and xref.person_ref = record.person_ref
    group by xref.person_id
) as person on person.person_id = home.person_id

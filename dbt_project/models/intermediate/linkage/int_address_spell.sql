-- One row per sender's record, address spell and month, begun by as_at, with the address taken apart.
-- End dates are inclusive (readings.md 27).
select
    people.period,
    people.partner_code,
    partners.kind = 'authority' as is_authority,
    people.person_ref,
    people.source_line,
    translate(lower(people.family_name), ' -''’', '') as surname,
    coalesce(people.residence, 'MAIN') as residence,
    coalesce(people.address_class, 'RD') as address_class,
    nullif(ltrim({{ letters_and_digits('people.uprn') }}, '0'), '') as uprn,
    written.flat,
    written.place,
    {{ letters_and_digits('people.postcode') }} as postcode,
    people.resident_from,
    people.resident_to,
    people.resident_to is null or people.resident_to >= {{ as_at('people.period') }} as is_current
from {{ ref('stg_people') }} as people
inner join {{ source('ops', 'partner') }} as partners on people.partner_code = partners.partner_code
left join {{ ref('int_written_address') }} as written on people.address = written.address
where people.resident_from <= {{ as_at('people.period') }}

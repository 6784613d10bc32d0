-- One row per sender's record, address spell and month: every spell begun by as_at. End dates are inclusive (readings.md 27).
with people as (
    select * from {{ ref('stg_people') }}
),

partners as (
    select * from {{ source('ops', 'partner') }}
),

spells as (
    select
        people.period,
        people.partner_code,
        partners.kind = 'authority' as is_authority,
        people.person_ref,
        people.source_line,
        lower(people.family_name) as surname,
        coalesce(people.residence, 'MAIN') as residence,
        coalesce(people.address_class, 'RD') as address_class,
        nullif(ltrim({{ letters_and_digits('people.uprn') }}, '0'), '') as uprn,
        nullif(btrim(regexp_replace(replace(lower(people.address), '''', ''), '[^a-z0-9]+', ' ', 'g')), '') as address,
        {{ letters_and_digits('people.postcode') }} as postcode,
        people.resident_from,
        people.resident_to,
        people.resident_to is null or people.resident_to >= {{ as_at('people.period') }} as is_current
    from people
    inner join partners on people.partner_code = partners.partner_code
    where people.resident_from <= {{ as_at('people.period') }}
),

-- An address that somebody else's row places at one UPRN, and no row at another, is that property.
known_uprns as (
    select
        period,
        address,
        postcode,
        min(uprn) as uprn
    from spells
    where uprn is not null and address is not null and postcode is not null
    group by period, address, postcode
    having count(distinct uprn) = 1
)

select
    spells.period,
    spells.partner_code,
    spells.is_authority,
    spells.person_ref,
    spells.source_line,
    spells.surname,
    spells.residence,
    spells.address_class,
    coalesce(spells.uprn, known_uprns.uprn) is not null as has_uprn,
    case
        when coalesce(spells.uprn, known_uprns.uprn) is not null then 'uprn ' || coalesce(spells.uprn, known_uprns.uprn)
        when spells.address is not null and spells.postcode is not null then spells.address || ', ' || spells.postcode
    end as address_key,
    spells.resident_from,
    spells.resident_to,
    spells.is_current
from spells
left join known_uprns
    on
        spells.period = known_uprns.period
        and spells.address = known_uprns.address
        and spells.postcode = known_uprns.postcode
        and spells.uprn is null

-- One row per sender's record, address spell and month: every spell begun by as_at, and the address as one key for all who live there.
with spells as (
    select * from {{ ref('int_address_spell') }}
),

-- A place that is sent without a number has the one that others send with it; the number of the whole house gives way to the flat's.
numbered as (
    select
        spells.*,
        case
            when spells.uprn is null then coalesce(properties.uprn, replaced.same_as)
            when spells.flat is not null then coalesce(properties.own_uprn, spells.uprn)
            else spells.uprn
        end as found_uprn
    from spells
    left join {{ ref('int_property') }} as properties
        on
            spells.period = properties.period
            and spells.postcode = properties.postcode
            and spells.place = properties.place
            and coalesce(spells.flat, '') = properties.flat
    left join {{ ref('int_uprn') }} as replaced
        on
            properties.period = replaced.period
            and properties.highest_uprn = replaced.uprn
            and properties.lowest_uprn = replaced.same_as
),

known as (
    select
        numbered.*,
        coalesce(uprns.same_as, numbered.found_uprn) as known_uprn,
        coalesce(uprns.is_house_of_flats, false) as is_house_of_flats
    from numbered
    left join {{ ref('int_uprn') }} as uprns on numbered.period = uprns.period and numbered.found_uprn = uprns.uprn
)

select
    period,
    partner_code,
    is_authority,
    person_ref,
    source_line,
    surname,
    residence,
    address_class,
    -- The number of a house of flats says little about who lives together.
    known_uprn is not null and not is_house_of_flats as has_uprn,
    'uprn ' || known_uprn as property_key,
    case
        when known_uprn is not null and is_house_of_flats and flat is not null then 'uprn ' || known_uprn || ' flat ' || flat
        when known_uprn is not null then 'uprn ' || known_uprn
        when place is not null and postcode is not null then concat('flat ' || flat || ', ', place, ', ', postcode)
    end as address_key,
    resident_from,
    resident_to,
    is_current
from known

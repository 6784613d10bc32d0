-- One row per property number and month that is not what it seems: another number of the same property, or that of a house of flats.
with spells as (
    select * from {{ ref('int_address_spell') }}
    where is_authority and uprn is not null
),

-- A number that was replaced: two that stand for one place each, the same, and one family has been sent with both. Flats whose
-- numbers are told apart while their words are not are more than two, or have different families.
replaced as (
    select distinct
        property.period,
        property.highest_uprn as uprn,
        property.lowest_uprn as same_as
    from {{ ref('int_property') }} as property
    inner join spells as one on property.period = one.period and property.lowest_uprn = one.uprn
    inner join spells as other
        on property.period = other.period and property.highest_uprn = other.uprn and one.surname = other.surname
    where property.n_uprns = 2 and property.n_own = 2 and (property.place ~ '[0-9]' or property.flat <> '')
),

-- The number of a house, sent for its flats. A family that is sent with two flats' numbers has been mistyped.
houses as (
    select
        period,
        uprn
    from spells
    where flat is not null and is_current
    group by period, uprn
    having min(flat) <> max(flat) and count(distinct concat_ws(' ', flat, surname)) = count(distinct surname)
)

select
    coalesce(houses.period, replaced.period) as period,
    coalesce(houses.uprn, replaced.uprn) as uprn,
    replaced.same_as,
    houses.uprn is not null as is_house_of_flats
from houses
full join replaced on houses.period = replaced.period and houses.uprn = replaced.uprn

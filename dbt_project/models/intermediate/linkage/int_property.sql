-- One row per written place and month of which it can be said whose number it has: no register of properties is sent, so numbers
-- and words are learnt from each other. `uprn` is the number of those who are sent without one, `own_uprn` that of this place alone.
with places as (
    select
        period,
        postcode,
        place,
        coalesce(flat, '') as flat,
        uprn,
        count(*) as n_rows
    from {{ ref('int_address_spell') }}
    where place is not null and postcode is not null
    group by period, postcode, place, coalesce(flat, ''), uprn
),

numbers as (
    select
        period,
        uprn,
        count(*) as n_places
    from places
    where uprn is not null
    group by period, uprn
),

written as (
    select
        places.period,
        places.postcode,
        places.place,
        places.flat,
        bool_or(places.uprn is null) as is_sent_without,
        count(places.uprn) as n_uprns,
        min(places.uprn) as lowest_uprn,
        max(places.uprn) as highest_uprn,
        count(*) filter (where numbers.n_places = 1) as n_own,
        min(places.uprn) filter (where numbers.n_places = 1) as own_uprn
    from places
    left join numbers on places.period = numbers.period and places.uprn = numbers.uprn
    group by places.period, places.postcode, places.place, places.flat
)

select
    period,
    postcode,
    place,
    flat,
    n_uprns,
    n_own,
    lowest_uprn,
    highest_uprn,
    case when n_uprns = 1 then lowest_uprn when n_own = 1 then own_uprn end as uprn,
    case when n_own = 1 then own_uprn end as own_uprn
from written
-- What nobody needs to look up is left out: nearly all.
where n_uprns > 1 or (n_uprns = 1 and is_sent_without)

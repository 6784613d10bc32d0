-- One row per address as somebody writes it: its flat, and what tells the house from its neighbours within a postcode.
with written as (
    select distinct
        address,
        {{ address_words('address') }} as words
    from {{ ref('stg_people') }}
    where address is not null
),

-- "Flat 3, 5 High St", "5 High Street flat 3" and "3/5 High Street" are one place.
flats as (
    select
        address,
        words,
        replace(coalesce(substring(words from {{ flat_pattern() }}), substring(words from '^(\d+[a-z]?) ?/ ?\d')), ' ', '') as flat
    from written
),

houses as (
    select
        address,
        flat,
        btrim(regexp_replace(
            case
                when flat is null then replace(words, '/', ' ')
                else replace(regexp_replace(regexp_replace(words, {{ flat_pattern() }}, ''), '^\d+[a-z]? ?/ ?(?=\d)', ''), '/', ' ')
            end,
            ' +', ' ', 'g'
        )) as house
    from flats
)

-- A number and the first word of the street are enough: how the rest is abbreviated, and whether the town is named, differs.
select
    address,
    flat,
    nullif(coalesce(substring(regexp_replace(house, '^(\d+) ([a-z]) ', '\1\2 ') from '^(?:\d+[a-z]? )+[a-z]+'), house), '') as place
from houses

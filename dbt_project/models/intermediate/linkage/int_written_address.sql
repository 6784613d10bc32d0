-- One row per address as somebody writes it: its flat, and what tells the house from its neighbours within a postcode.
with sent as (
    select distinct address
    from {{ ref('stg_people') }}
    where address is not null
),

-- Each step is computed once for what follows: regular expressions take their time.
written as materialized (
    select
        address,
        {{ address_words('address') }} as words
    from sent
),

-- "Flat 3, 5 High St", "5 High Street flat 3" and "3/5 High Street" are one place; "of no fixed abode" is none.
patterns as materialized (
    select
        address,
        words,
        case
            when words ~ {{ flat_pattern() }} then {{ flat_pattern() }}
            when words ~ {{ named_flat_pattern() }} then {{ named_flat_pattern() }}
            when words ~ {{ slashed_flat_pattern() }} then {{ slashed_flat_pattern() }}
        end as flat_pattern
    from written
    where
        replace(split_part(words, ',', 1), ' ', '') not in (
            '', 'nfa', 'nofixedabode', 'ofnofixedabode', 'nofixedaddress', 'unknown', 'notknown', 'homeless', 'elsewhere'
        )
),

flats as materialized (
    select
        address,
        replace(substring(words from flat_pattern), ' ', '') as flat,
        case
            when flat_pattern is null then words
            else {{ tidy_address("regexp_replace(words, flat_pattern, ',')") }}
        end as rest
    from patterns
),

-- The number stands first, or behind the name of a building.
houses as materialized (
    select
        address,
        flat,
        rest,
        coalesce(
            regexp_match(rest, '^(?:no |number )?(\d+ ?[a-z]?(?:-\d+[a-z]?)?)\M(.*)'),
            regexp_match(rest, '[ ,](\d+[a-z]?(?:-\d+[a-z]?)?)([ ,]+[a-z].*)')
        ) as house
    from flats
)

-- A number and the first word of the street are enough: how the rest is abbreviated, and whether the town is named, differs.
select
    address,
    flat,
    nullif(
        case
            when house is null then split_part(rest, ',', 1)
            else concat_ws(' ', replace(replace(house[1], ' ', ''), '-', ' '), substring(house[2] from '[a-z]+'))
        end, ''
    ) as place
from houses

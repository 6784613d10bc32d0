{#- An address in words: small letters, digits, slashes, commas and the hyphens of "12-14"; one space or comma between words.
    `linkage/standardise.py` reads addresses by the same rules: a test holds the two to each other. -#}
{% macro address_words(column) -%}
    {%- set plain -%}
        regexp_replace(replace(normalize(lower({{ column }}), nfkd), '~', ' '), '[\u0300-\u036f''\u2018\u2019`]', '', 'g')
    {%- endset -%}
    {%- set ranges -%}
        regexp_replace({{ plain }}, '(\d[a-z]?)\s*[-\u2013]\s*(?=\d)', '\1~', 'g')
    {%- endset -%}
    {%- set signs -%}
        replace(regexp_replace({{ ranges }}, '[^a-z0-9/,~]+', ' ', 'g'), '~', '-')
    {%- endset -%}
    {{ tidy_address(signs) }}
{%- endmacro %}

{#- No comma or space too many. -#}
{% macro tidy_address(words) -%}
    btrim(regexp_replace({{ words }}, ' *,[ ,]*', ',', 'g'), ' ,')
{%- endmacro %}

{#- The number or letter of a flat, wherever in the address it is named; a comma ends it: "Studio, 12 High Street" is not flat 12. -#}
{% macro flat_pattern() -%}
    '\m(?:flat|flt|apartment|apt|unit|room|rm|studio|bedsit|maisonette)(?: no| number)?(?: ?(?=\d)| (?=[a-z]\d*\M))(\d+(?:/\d+| ?[a-z])?\M|[a-z]\d*\M)'
{%- endmacro %}

{#- A flat without a number, at the beginning. -#}
{% macro named_flat_pattern() -%}
    '^((?:ground|first|second|third|top|upper|lower|1st|2nd|3rd) floor|basement|garden|attic|top|studio|annexe?)(?: flat\M|(?=,))'
{%- endmacro %}

{#- "3/12 High Street" is flat 3 of number 12. -#}
{% macro slashed_flat_pattern() -%}
    '^(\d+[a-z]?) ?/ ?(?=\d)'
{%- endmacro %}

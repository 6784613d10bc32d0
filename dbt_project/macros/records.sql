{#- The value on the latest address spell that has one; `where` narrows what counts as a value. -#}
{% macro latest_of(column, where=none) -%}
    (array_agg({{ column }} order by resident_from desc, source_line desc) filter (where {{ where or column ~ ' is not null' }}))[1]
{%- endmacro %}

{#- An identifier or postcode without spaces and punctuation, in capitals; empty = null. -#}
{% macro letters_and_digits(column) -%}
    nullif(upper(regexp_replace({{ column }}, '[^0-9A-Za-z]', '', 'g')), '')
{%- endmacro %}

{#- The value of the best record of a person: an authority's before the police's, then the newest; `where` narrows what counts. -#}
{% macro best_of(column, where=none) -%}
    (array_agg({{ column }} order by is_authority desc, resident_from desc, partner_code, person_ref)
        filter (where {{ where or column ~ ' is not null' }}))[1]
{%- endmacro %}

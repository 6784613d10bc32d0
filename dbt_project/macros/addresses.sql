{#- An address in words: lower case, letters, digits and slashes only. -#}
{% macro address_words(column) -%}
    btrim(regexp_replace(replace(lower({{ column }}), '''', ''), '[^a-z0-9/]+', ' ', 'g'))
{%- endmacro %}

{#- The number or letter of a flat, wherever in the address it is named. -#}
{% macro flat_pattern() -%}
    '\m(?:flat|apartment|apt|unit|room|studio|bedsit|maisonette)(?: no)? ?(\d+ ?[a-z]?\M|[a-z]\M)'
{%- endmacro %}

{#- The months that are being built, as rows: for models that need each of them whether or not anything happened there. -#}
{% macro months_built() -%}
    unnest(array[{% for period in var('periods') %}'{{ period }}'{{ ", " if not loop.last }}{% endfor %}]::text[])
{%- endmacro %}

{#- Age in whole years on a day. -#}
{% macro age_on(date_of_birth, day) -%}
    extract(year from age({{ day }}, {{ date_of_birth }}))::integer
{%- endmacro %}

{#-
    Whether someone is of compulsory school age on a day: from the first 31 August, 31 December or 31 March on or after the
    fifth birthday to the last Friday in June of the school year (September to August) of the sixteenth.
-#}
{% macro is_of_school_age(date_of_birth, day) -%}
    coalesce(
        {{ day }} >= {{ first_school_day(date_of_birth) }} and {{ day }} <= {{ last_school_day(date_of_birth) }},
        false
    )
{%- endmacro %}

{% macro first_school_day(date_of_birth) -%}
    {%- set fifth = "(" ~ date_of_birth ~ " + interval '5 years')" -%}
    case
        when extract(month from {{ fifth }}) <= 3 then make_date(extract(year from {{ fifth }})::integer, 3, 31)
        when extract(month from {{ fifth }}) <= 8 then make_date(extract(year from {{ fifth }})::integer, 8, 31)
        else make_date(extract(year from {{ fifth }})::integer, 12, 31)
    end
{%- endmacro %}

{% macro last_school_day(date_of_birth) -%}
    {#- The sixteenth birthday plus four months falls in the calendar year in which its school year ends. Friday is isodow 5. -#}
    {%- set end_of_june = "make_date(extract(year from " ~ date_of_birth ~ " + interval '16 years 4 months')::integer, 6, 30)" -%}
    ({{ end_of_june }} - (extract(isodow from {{ end_of_june }})::integer + 2) % 7)
{%- endmacro %}

{#- Whether a spell holds on a day. End dates are inclusive; no end date means still open (readings.md 27). -#}
{% macro is_open_on(from_date, to_date, day) -%}
    ({{ from_date }} <= {{ day }} and ({{ to_date }} is null or {{ to_date }} >= {{ day }}))
{%- endmacro %}

{#- Whether a spell holds on any day after one day, up to and including another: an overlap, not only a start in between. -#}
{% macro is_open_within(from_date, to_date, after, until) -%}
    ({{ from_date }} <= {{ until }} and ({{ to_date }} is null or {{ to_date }} > {{ after }}))
{%- endmacro %}

{#- The line of a sender's file that a staging row came from: its month, revision, feed and line. -#}
{% macro source_record(feed, relation) -%}
    concat({{ relation }}.source_period, '/r', {{ relation }}.source_revision, '/{{ feed }}:', {{ relation }}.source_line)
{%- endmacro %}

{#- Whether a member is one of those whose facts are evidence by a rule: of children of school age, each for themselves. -#}
{% macro is_of_unit(rule, member) -%}
    case {{ rule }}.unit
        when 'any_member' then true
        when 'any_adult' then {{ member }}.age >= 18
        when 'each_pupil' then {{ member }}.is_of_school_age
    end
{%- endmacro %}

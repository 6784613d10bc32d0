{#- What becomes of a measure when it is known what the family was identified on: `measured`, `measure` and `identified` are rows of
    int_progress_measured, int_measure_in_force and fct_identified_criterion. Families and the households that they are compared
    with are judged by these same words. -#}
{% macro identified_baseline() -%}
    case
        -- Persons by whom the criterion was met then, against those by whom it is not right now.
        when measure.test in ('schooling', 'attendance', 'sustained') then coalesce(identified.n_persons, 0)
        else measured.baseline_value
    end
{%- endmacro %}

{% macro identified_result() -%}
    case when identified.criterion_code is null then 'neutral' else measured.result end
{%- endmacro %}

{% macro identified_reason(has_member_away) -%}
    case
        when identified.criterion_code is null then 'not_identified'
        -- Fewer events while somebody is away prove nothing: a person must look at it (readings.md 34).
        when measured.reason in ('reduced_enough', 'nothing_now') and {{ has_member_away }} then measured.reason || '_while_member_away'
        else measured.reason
    end
{%- endmacro %}

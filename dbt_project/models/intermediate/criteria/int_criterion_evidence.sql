-- Every row that makes a limb met, of every limb; each leads back to a line of a file.
{% set families = [
    'proven_offence', 'parent_offence', 'asb_intervention', 'exclusion', 'school_place', 'absence', 'out_of_work_benefit', 'need',
    'police_contact',
] -%}
{% for family in families %}
select
    period,
    framework_code,
    household_id,
    person_id,
    criterion_code,
    limb_code,
    event_date,
    source_partner,
    source_feed,
    source_record,
    rule_version
from {{ ref('int_evidence_' ~ family) }}
{{ "union all" if not loop.last }}
{%- endfor %}

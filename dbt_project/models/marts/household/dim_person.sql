-- One row per person, with the values of the latest month in which some sender knows them.
{{ config(materialized='table') }}

{{ latest_known(
    ref('int_person_month'),
    'person_id',
    {
        'sex': 'sex',
        'birth_year': 'extract(year from date_of_birth)::integer',
        'ethnic_group': 'ethnic_group',
        'authority_code': 'authority_code',
        'is_deceased': 'deceased_on is not null',
    }
) }}

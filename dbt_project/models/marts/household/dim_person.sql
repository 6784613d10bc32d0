-- One row per person, with the values of the latest month in which some sender knows them.
{{ config(materialized='table') }}

with months as (
    select * from {{ ref('int_person_month') }}
),

spans as (
    select
        person_id,
        min(period) as first_period,
        max(period) as last_period
    from months
    group by person_id
)

select
    months.person_id,
    months.sex,
    extract(year from months.date_of_birth)::integer as birth_year,
    months.ethnic_group,
    months.authority_code,
    months.deceased_on is not null as is_deceased,
    spans.first_period,
    spans.last_period
from months
inner join spans on months.person_id = spans.person_id and months.period = spans.last_period

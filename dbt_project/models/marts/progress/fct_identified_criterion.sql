-- On which criteria each family, and each comparison household, was identified: what its homes met in the month of attachment, or
-- the earliest one known after it (readings.md 31); under the later frameworks also what they have met since.
with identified_in as (
    select * from {{ ref('int_identified_in') }}
),

met_then as (
    select
        identified_in.period,
        identified_in.framework_code,
        identified_in.subject_id,
        met.criterion_code,
        met.n_persons
    from identified_in
    inner join {{ ref('int_progress_met') }} as met
        on
            identified_in.identified_period = met.period
            and identified_in.framework_code = met.framework_code
            and identified_in.subject_id = met.subject_id
),

met_since as (
    select
        need.period,
        need.framework_code,
        need.subject_id,
        need.criterion_code
    from {{ ref('int_progress_need') }} as need
    inner join identified_in
        on
            need.period = identified_in.period
            and need.framework_code = identified_in.framework_code
            and need.subject_id = identified_in.subject_id
    where {{ in_periods('need.period') }} and need.last_met_period >= identified_in.identified_period
)

select
    identified_in.period,
    identified_in.framework_code,
    identified_in.subject_id,
    identified_in.is_comparison,
    coalesce(met_then.criterion_code, met_since.criterion_code) as criterion_code,
    identified_in.identified_period,
    met_then.criterion_code is null as is_found_later,
    coalesce(met_then.n_persons, 0) as n_persons,
    identified_in.partner_code
from met_then
full outer join met_since
    on
        met_then.period = met_since.period
        and met_then.framework_code = met_since.framework_code
        and met_then.subject_id = met_since.subject_id
        and met_then.criterion_code = met_since.criterion_code
inner join identified_in
    on
        coalesce(met_then.period, met_since.period) = identified_in.period
        and coalesce(met_then.framework_code, met_since.framework_code) = identified_in.framework_code
        and coalesce(met_then.subject_id, met_since.subject_id) = identified_in.subject_id

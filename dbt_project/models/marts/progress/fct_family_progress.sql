-- How each family of a measured framework does on each measure, as at the month's end.
with measured as (
    select * from {{ ref('int_progress_measured') }}
),

known_month as (
    select distinct period
    from {{ source('quality', 'believed_file') }}
),

family as (
    select
        member.period,
        member.framework_code,
        member.family_id,
        min(member.partner_code) as partner_code,
        min(member.attached_date) as attached_date,
        bool_or(member.is_away) as has_member_away
    from {{ ref('int_progress_member') }} as member
    group by member.period, member.framework_code, member.family_id
),

-- The month of attachment, or the earliest one known after it (readings.md 31).
identified_in as (
    select
        family.period,
        family.family_id,
        min(known_month.period) as identified_period
    from family
    inner join known_month on to_char(family.attached_date, 'YYYY-MM') <= known_month.period
    group by family.period, family.family_id
),

-- What the households of its members met then.
identified as (
    select
        member.period,
        member.family_id,
        evidence.criterion_code,
        count(distinct evidence.person_id)::integer as n_persons
    from {{ ref('int_progress_member') }} as member
    inner join identified_in on member.period = identified_in.period and member.family_id = identified_in.family_id
    inner join {{ ref('bridge_household_member') }} as resident
        on identified_in.identified_period = resident.period and member.person_id = resident.person_id and resident.is_main_residence
    inner join {{ ref('fct_criterion_evidence') }} as evidence
        on
            resident.period = evidence.period
            and resident.household_id = evidence.household_id
            and member.framework_code = evidence.framework_code
    where member.role != 'NON_RESIDENT_PARENT'
    group by member.period, member.family_id, evidence.criterion_code
)

select
    measured.period,
    measured.framework_code,
    measured.family_id,
    measured.measure_code,
    case
        -- Children who met the criterion then, against children who would fail it now.
        when measured.measure_code = 'education' then coalesce(identified.n_persons, 0)
        else measured.baseline_value
    end as baseline_value,
    measured.current_value,
    case when identified.criterion_code is null then 'neutral' else measured.result end as result,
    case
        when identified.criterion_code is null then 'not_identified'
        -- Fewer events while somebody is away prove nothing about the family: a person must look at it (readings.md 34).
        when measured.reason = 'reduced_enough' and family.has_member_away then 'reduced_enough_while_member_away'
        else measured.reason
    end as reason,
    family.partner_code,
    family.attached_date
from measured
inner join family on measured.period = family.period and measured.family_id = family.family_id
inner join {{ ref('progress_measure') }} as measure
    on measured.framework_code = measure.framework_code and measured.measure_code = measure.measure_code
left join identified
    on
        measured.period = identified.period
        and measured.family_id = identified.family_id
        and measure.criterion_code = identified.criterion_code

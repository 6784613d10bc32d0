-- The later frameworks' outcome of a need: its criterion was not met at the month's end so many months ago, nor at any since. It
-- is evidenced where in each of these months all feeds that could show it came, a home was known and no match was too old to tell.
with subject as (
    select distinct
        member.period,
        member.framework_code,
        member.subject_id,
        member.partner_code,
        measure.measure_code,
        measure.criterion_code,
        measure.sustained_months,
        {{ months_earlier('member.period', 'measure.sustained_months') }} as since_period
    from {{ ref('int_progress_member') }} as member
    inner join {{ ref('int_measure_in_force') }} as measure
        on
            member.period = measure.period
            and member.partner_code = measure.authority_code
            and member.framework_code = measure.framework_code
            and measure.test = 'sustained'
),

look_back as (
    select distinct
        period,
        framework_code,
        subject_id,
        sustained_months,
        since_period
    from subject
),

at_home as (
    select
        look_back.period,
        look_back.framework_code,
        look_back.subject_id,
        look_back.since_period,
        count(distinct home.period) > look_back.sustained_months as is_known
    from look_back
    inner join {{ ref('int_progress_home') }} as home
        on
            look_back.framework_code = home.framework_code
            and look_back.subject_id = home.subject_id
            and home.period between look_back.since_period and look_back.period
    where home.period >= (select min(earliest.since_period) from look_back as earliest)
    group by look_back.period, look_back.framework_code, look_back.subject_id, look_back.since_period, look_back.sustained_months
),

received as (
    select
        period,
        authority_code,
        framework_code,
        measure_code,
        bool_and(is_of_the_month) as is_complete
    from {{ ref('int_measure_file') }}
    group by period, authority_code, framework_code, measure_code
),

judged as (
    select
        subject.*,
        coalesce(need.n_persons, 0) as current_value,
        case
            when need.last_met_period = subject.period then 'still_met'
            when need.last_met_period >= subject.since_period then 'not_sustained_yet'
            when not coalesce(received.is_complete, false) then 'feed_not_received'
            when not coalesce(at_home.is_known, false) then 'home_not_known'
            when need.last_not_known_period >= subject.since_period then 'match_too_old'
            else 'sustained'
        end as reason
    from subject
    left join {{ ref('int_progress_need') }} as need
        on
            subject.period = need.period
            and subject.framework_code = need.framework_code
            and subject.subject_id = need.subject_id
            and subject.criterion_code = need.criterion_code
    left join received
        on
            subject.period = received.period
            and subject.partner_code = received.authority_code
            and subject.framework_code = received.framework_code
            and subject.measure_code = received.measure_code
    left join at_home
        on
            subject.period = at_home.period
            and subject.framework_code = at_home.framework_code
            and subject.subject_id = at_home.subject_id
            and subject.since_period = at_home.since_period
)

select
    period,
    framework_code,
    subject_id,
    measure_code,
    current_value,
    case reason
        when 'sustained' then 'pass'
        when 'still_met' then 'fail'
        when 'not_sustained_yet' then 'fail'
        else 'not_evidenced'
    end as result,
    reason
from judged

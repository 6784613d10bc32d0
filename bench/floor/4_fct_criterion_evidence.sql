-- Why a criterion is met. The rules as they stand for all authorities; their rows are read for their names only.
with person as (
    select
        xref.person_id,
        (array_agg(record.date_of_birth order by {best}) filter (where record.date_of_birth is not null))[1] as born
    from intermediate.int_person_record as record
    inner join identity.person_xref as xref on xref.partner_code = record.partner_code and xref.person_ref = record.person_ref
    group by xref.person_id
),

aged as (
    select member.household_id, member.person_id, person.born, extract(year from age(date '{as_at}', person.born))::integer as age
    from floor.bridge_household_member as member inner join person on person.person_id = member.person_id
    where member.is_main_residence and not member.is_away
),

-- Of compulsory school age: from the term after the fifth birthday to the end of June of the year of the sixteenth.
member as (
    select xref.partner_code, xref.person_ref, aged.*, coalesce(
        date '{as_at}' >= case
            when extract(month from aged.born + interval '5 years') <= 3 then make_date(extract(year from aged.born)::integer + 5, 3, 31)
            when extract(month from aged.born + interval '5 years') <= 8 then make_date(extract(year from aged.born)::integer + 5, 8, 31)
            else make_date(extract(year from aged.born)::integer + 5, 12, 31)
        end and date '{as_at}' <= make_date(extract(year from aged.born + interval '16 years 4 months')::integer, 6, 30)
            - (extract(isodow from make_date(extract(year from aged.born + interval '16 years 4 months')::integer, 6, 30))::integer + 2) % 7,
        false
    ) as is_pupil
    from aged inner join identity.person_xref as xref on xref.person_id = aged.person_id
),

term as (select academic_year, term from reference.school_term where ends_on <= date '{as_at}' order by ends_on desc limit 3),

terms as (select min(starts_on) as first, max(ends_on) as last from reference.school_term inner join term using (academic_year, term)),

-- Of a school and term sent twice, and of an offence or exclusion, one row stands.
attendance as (
    select distinct on (member.person_id, sent.school_urn, sent.academic_year, sent.term) member.*, sent.sessions_possible as possible,
        sent.sessions_unauthorised_absence as unauthorised, sent.sessions_authorised_absence as authorised, calendar.ends_on,
        concat(sent.source_period, '/r', sent.source_revision, '/attendance:', sent.source_line) as record
    from staging.stg_attendance as sent
    inner join term using (academic_year, term)
    inner join reference.school_term as calendar using (academic_year, term)
    inner join member using (partner_code, person_ref)
    where member.is_pupil
    order by member.person_id, sent.school_urn, sent.academic_year, sent.term, sent.is_stale, sent.sessions_possible desc,
        sent.partner_code, record
),

pooled as (
    select *, sum(possible) over child as all_possible, sum(unauthorised) over child as all_unauthorised,
        sum(authorised + unauthorised) over child as all_absent
    from attendance window child as (partition by household_id, person_id)
),

offence as (
    select distinct on (member.person_id, sent.partner_code, sent.offence_ref) member.*, sent.disposal_date, sent.offence_date,
        concat(sent.source_period, '/r', sent.source_revision, '/offences:', sent.source_line) as record
    from staging.stg_offences as sent
    inner join reference.proven_disposal using (disposal)
    inner join member using (partner_code, person_ref)
    where sent.retracted_on is null or sent.retracted_on > date '{as_at}'
    order by member.person_id, sent.partner_code, sent.offence_ref, sent.disposal_date nulls last, sent.role
),

proven as (
    select * from offence
    where disposal_date > date '{year_ago}' and disposal_date <= date '{as_at}' and age(offence_date, born) >= interval '10 years'
),

exclusion as (
    select distinct on (person_id, is_permanent, start_date, school_urn, nth) *
    from (
        select member.*, sent.category = 'PERM' as is_permanent, sent.start_date, sent.school_urn, row_number() over (
            partition by member.person_id, sent.partner_code, sent.category = 'PERM', sent.school_urn, sent.start_date
            order by sent.exclusion_ref
        ) as nth, concat(sent.source_period, '/r', sent.source_revision, '/exclusions:', sent.source_line) as record
        from staging.stg_exclusions as sent inner join member using (partner_code, person_ref)
        where sent.category in ('PERM', 'SUSP', 'FIXD') and (sent.rescinded_on is null or sent.rescinded_on > date '{as_at}')
            and member.is_pupil and sent.start_date >= (select first from terms)
            and sent.start_date <= case when sent.category = 'PERM' then date '{as_at}' else (select last from terms) end
    ) as numbered
    order by person_id, is_permanent, start_date, school_urn, nth, partner_code
),

intervention as (
    select member.*, sent.intervention, sent.start_date,
        concat(sent.source_period, '/r', sent.source_revision, '/asb_interventions:', sent.source_line) as record
    from staging.stg_asb_interventions as sent
    left join reference.asb_measure as measure using (intervention)
    inner join member using (partner_code, person_ref)
    where coalesce(measure.counts, true)
        and case when measure.ground_needed is null then coalesce(sent.ground, '') <> 'ARREARS' else sent.ground = measure.ground_needed end
        and sent.start_date <= date '{as_at}' and (sent.end_date is null or sent.end_date > date '{year_ago}')
),

shown as (
    select household_id, person_id, partner_code, 'proven_offence' as limb_code, disposal_date as event_date, 'offences' as feed, record
    from proven where age < 18
    union all
    select proven.household_id, person_id, partner_code, 'parent_offence', disposal_date, 'offences', record
    from proven inner join (select distinct household_id from aged where age < 18) as home on home.household_id = proven.household_id
    where age >= 18
    union all
    select household_id, person_id, partner_code, limb_code, start_date, 'asb_interventions', record
    from intervention cross join (values ('asb_intervention'), ('possession_notice')) as limb (limb_code)
    where limb_code = 'asb_intervention' or intervention = 'NSP'
    union all
    select household_id, person_id, partner_code, 'exclusion', start_date, 'exclusions', record
    from (select *, count(*) filter (where not is_permanent) over (partition by household_id, person_id) as n from exclusion) as counted
    where is_permanent or n >= 3
    union all
    select household_id, person_id, partner_code, case sent.status when 'NOT_ON_ROLL' then 'not_on_roll' else 'excluded_placement' end,
        sent.from_date, 'school_places', concat(sent.source_period, '/r', sent.source_revision, '/school_places:', sent.source_line)
    from staging.stg_school_places as sent inner join member using (partner_code, person_ref)
    where (sent.status = 'NOT_ON_ROLL' or sent.status in ('PRU', 'ALTERNATIVE_PROVISION') and sent.because_excluded) and is_pupil
        and sent.from_date <= date '{as_at}' and (sent.to_date is null or sent.to_date >= date '{as_at}')
    union all
    select household_id, person_id, partner_code, limb_code, ends_on, 'attendance', record
    from pooled cross join (values ('unauthorised_absence'), ('low_attendance')) as limb (limb_code)
    where all_possible > 0 and case limb_code
        when 'low_attendance' then (all_possible - all_absent) * 100 < 90 * all_possible else all_unauthorised * 100 >= 15 * all_possible
    end
    union all
    select household_id, person_id, partner_code, 'out_of_work_benefit', sent.start_date, 'benefits',
        concat(sent.source_period, '/r', sent.source_revision, '/benefits:', sent.source_line)
    from staging.stg_benefits as sent
    inner join reference.out_of_work_benefit as benefit
        on benefit.benefit = sent.benefit and (benefit.uc_conditionality is null or benefit.uc_conditionality = sent.uc_conditionality)
    inner join member using (partner_code, person_ref)
    where sent.start_date <= date '{as_at}' and (sent.end_date is null or sent.end_date >= date '{as_at}')
        and age >= 18 and sent.matched_on between date '{as_at}' - 62 and date '{as_at}'
    union all
    select household_id, person_id, partner_code, limb.limb_code, sent.from_date, 'support_needs',
        concat(sent.source_period, '/r', sent.source_revision, '/support_needs:', sent.source_line)
    from staging.stg_support_needs as sent
    inner join reference.limb_source as limb using (need)
    inner join member using (partner_code, person_ref)
    where sent.from_date <= date '{as_at}' and (sent.to_date is null or sent.to_date >= date '{as_at}')
    union all
    select household_id, person_id, partner_code, 'domestic_abuse_incident', sent.occurred_on, 'domestic_abuse',
        concat(sent.source_period, '/r', sent.source_revision, '/domestic_abuse:', sent.source_line)
    from staging.stg_domestic_abuse as sent inner join member using (partner_code, person_ref)
    where sent.role = 'PERPETRATOR' and sent.occurred_on > date '{year_ago}' and sent.occurred_on <= date '{as_at}'
    union all
    select household_id, person_id, partner_code, 'missing_episode', sent.from_date, 'missing_episodes',
        concat(sent.source_period, '/r', sent.source_revision, '/missing_episodes:', sent.source_line)
    from staging.stg_missing_episodes as sent inner join member using (partner_code, person_ref)
    where sent.from_date <= date '{as_at}' and (sent.to_date is null or sent.to_date > date '{year_ago}')
)

select
    '{period}' as period, rule.framework_code, shown.household_id, shown.person_id, rule.criterion_code, rule.limb_code, shown.event_date,
    shown.partner_code as source_partner, shown.feed as source_feed, shown.record as source_record,
    concat_ws('/', rule.framework_code, rule.criterion_code, rule.limb_code, 'all', rule.version) as rule_version
from shown inner join reference.criterion_limb as rule on rule.limb_code = shown.limb_code

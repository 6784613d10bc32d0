-- One row per sender's record of a person and month. Of several address spells the latest one that says something counts.
with people as (
    select * from {{ ref('stg_people') }}
),

partners as (
    select * from {{ source('ops', 'partner') }}
),

ethnic_groups as (
    select * from {{ ref('ethnic_groups') }}
),

records as (
    select
        period,
        partner_code,
        person_ref,
        {{ latest_of('given_name') }} as given_name,
        {{ latest_of('middle_names') }} as middle_names,
        {{ latest_of('family_name') }} as family_name,
        {{ latest_of('former_family_name') }} as former_family_name,
        {{ latest_of('date_of_birth') }} as date_of_birth,
        {{ latest_of('sex', "sex in ('1', '2')") }} as sex,
        {{ latest_of('ethnicity') }} as ethnicity,
        {{ latest_of('upn') }} as upn,
        {{ latest_of('nhs_number') }} as nhs_number,
        {{ latest_of('nino') }} as nino,
        {{ latest_of('pnc_id') }} as pnc_id,
        {{ latest_of('uprn') }} as uprn,
        {{ latest_of('address') }} as address,
        {{ latest_of('postcode') }} as postcode,
        -- Of the spell that says where the person lives: what another place was says nothing of this one.
        coalesce(
            {{ latest_of("coalesce(address_class, 'RD')", 'uprn is not null') }},
            {{ latest_of("coalesce(address_class, 'RD')", 'coalesce(address, postcode) is not null') }}
        ) as address_class,
        max(resident_from) as resident_from,
        min(deceased_on) as deceased_on,
        coalesce(bool_or(protected), false) as is_protected
    from people
    group by period, partner_code, person_ref
)

select
    records.period,
    records.partner_code,
    partners.kind = 'authority' as is_authority,
    records.person_ref,
    records.given_name,
    records.middle_names,
    records.family_name,
    records.former_family_name,
    records.date_of_birth,
    coalesce(records.sex, '0') as sex,
    ethnic_groups.ethnic_group,
    {{ letters_and_digits('records.upn') }} as upn,
    {{ letters_and_digits('records.nhs_number') }} as nhs_number,
    {{ letters_and_digits('records.nino') }} as nino,
    {{ letters_and_digits('records.pnc_id') }} as pnc_id,
    nullif(ltrim({{ letters_and_digits('records.uprn') }}, '0'), '') as uprn,
    records.address,
    {{ letters_and_digits('records.postcode') }} as postcode,
    records.address_class,
    records.resident_from,
    records.deceased_on,
    records.is_protected
from records
inner join partners on records.partner_code = partners.partner_code
left join ethnic_groups
    on
        records.ethnicity = ethnic_groups.code
        and case when partners.kind = 'authority' then 'dfe' else '18_1' end = ethnic_groups.scheme

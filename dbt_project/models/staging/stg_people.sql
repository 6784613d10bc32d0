-- A person at an address, as believed for each month.
with believed as (
    select * from {{ source('quality', 'believed_file') }}
    where feed = 'people' and {{ in_periods('period') }}
),

sent as (
    select * from {{ source('raw', 'people') }}
    where {{ in_believed_deliveries('people', '_delivery_id') }}
)

select
    believed.period,
    believed.partner_code,
    believed.source_period,
    believed.revision as source_revision,
    sent._line as source_line,
    believed.is_stale,
    sent.person_ref,
    sent.given_name,
    sent.middle_names,
    sent.family_name,
    sent.former_family_name,
    sent.date_of_birth::date as date_of_birth,
    sent.sex,
    sent.ethnicity,
    sent.upn,
    sent.nhs_number,
    sent.nino,
    sent.pnc_id,
    sent.uprn,
    sent.address,
    sent.postcode,
    sent.address_class,
    sent.residence,
    sent.resident_from::date as resident_from,
    sent.resident_to::date as resident_to,
    sent.deceased_on::date as deceased_on,
    sent.protected = 'Y' as protected
from believed
inner join sent on believed.delivery_id = sent._delivery_id

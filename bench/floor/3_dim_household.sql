-- Households of the month.
select
    household_id,
    max(authority_code) as authority_code,
    max(address_class) as address_class,
    '{period}' as first_period,
    '{period}' as last_period
from floor.bridge_household_member
group by household_id

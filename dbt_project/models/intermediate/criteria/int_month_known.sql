-- As of when each month is known: the moment at which the last of the drops that it rests on was decided.
select
    believed.period,
    max(coalesce(delivery.decided_at, delivery.received_at)) as known_at
from {{ source('quality', 'believed_file') }} as believed
inner join {{ source('quality', 'delivery') }} as delivery on believed.delivery_id = delivery.delivery_id
where {{ in_periods('believed.period') }}
group by believed.period

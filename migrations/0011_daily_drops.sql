-- A daily drop stands in the ledger under its day, YYYY-MM-DD, where a monthly one has its month (readings.md 1).

-- The last day of a period: of a month its last one, of a day itself.
create or replace function quality.as_at(period text) returns date language sql immutable parallel safe
return case
    when length(period) = 7
        then (make_date(left(period, 4)::integer, right(period, 2)::integer, 1) + interval '1 month' - interval '1 day')::date
    else make_date(left(period, 4)::integer, substr(period, 6, 2)::integer, right(period, 2)::integer)
end;

-- The state of the warehouse is monthly: a daily drop is of its own day and nothing else.
create or replace view quality.believed_file as
with period as (
    select distinct period from quality.delivery_file where status = 'accepted' and length(period) = 7
)
select distinct on (period.period, file.partner_code, file.feed)
    period.period,
    file.partner_code,
    file.feed,
    file.delivery_id,
    file.period as source_period,
    file.revision,
    file.period < period.period as is_stale
from period
inner join quality.delivery_file as file
    on file.period <= period.period and file.status = 'accepted' and length(file.period) = 7
order by period.period, file.partner_code, file.feed, file.period desc, file.revision desc;

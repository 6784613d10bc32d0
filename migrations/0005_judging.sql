-- What the expectation suites call: dates, identifiers, and whom a drop may refer to (exchange.md section 5).
-- None of these raises on any text: an error of PostgreSQL would quote the value.
-- They are plain expressions, so that PostgreSQL inlines them into the query that uses them.

-- The day that `value` names as YYYY-MM-DD, or null where there is no such day.
create function quality.to_date(value text) returns date language sql stable parallel safe
return case when value ~ '^\d{4}-\d{2}-\d{2}$' and pg_input_is_valid(value, 'date') then value::date end;

-- The day of an instant as its sender wrote it (ISO 8601, to the minute at least), or null where there is no such instant.
create function quality.to_day(value text) returns date language sql stable parallel safe
return case
    when value ~ '^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?$' and pg_input_is_valid(value, 'timestamptz')
        then left(value, 10)::date
end;

-- The last day of a period YYYY-MM.
create function quality.as_at(period text) returns date language sql immutable parallel safe
return (make_date(left(period, 4)::integer, right(period, 2)::integer, 1) + interval '1 month' - interval '1 day')::date;

-- Two years that follow each other: 2025/26.
create function quality.is_academic_year(value text) returns boolean language sql immutable parallel safe
return case when value ~ '^\d{4}/\d{2}$' then (left(value, 4)::integer + 1) % 100 = right(value, 2)::integer else false end;

-- Identifiers: domain.md section 4.1, readings.md 12.

-- Unique pupil number: a check letter, then eleven digits and a twelfth, or a letter in a temporary number.
create function quality.is_upn(value text) returns boolean language sql immutable parallel safe
return case when value ~ '^[A-HJ-NP-RT-Z]\d{11}[0-9A-HJ-NP-RT-Z]$' then
    left(value, 1) = substr('ABCDEFGHJKLMNPQRTUVWXYZ', 1 + (
        2 * substr(value, 2, 1)::integer + 3 * substr(value, 3, 1)::integer + 4 * substr(value, 4, 1)::integer
        + 5 * substr(value, 5, 1)::integer + 6 * substr(value, 6, 1)::integer + 7 * substr(value, 7, 1)::integer
        + 8 * substr(value, 8, 1)::integer + 9 * substr(value, 9, 1)::integer + 10 * substr(value, 10, 1)::integer
        + 11 * substr(value, 11, 1)::integer + 12 * substr(value, 12, 1)::integer
        + 13 * case
            when right(value, 1) ~ '\d' then right(value, 1)::integer
            else strpos('ABCDEFGHJKLMNPQRTUVWXYZ', right(value, 1)) - 1
        end
    ) % 23, 1)
else false end;

-- NHS number: the eleventh-modulus digit; a remainder that would need the digit 10 never occurs in a real number.
create function quality.is_nhs_number(value text) returns boolean language sql immutable parallel safe
return case when value ~ '^\d{10}$' then
    (11 - (
        10 * substr(value, 1, 1)::integer + 9 * substr(value, 2, 1)::integer + 8 * substr(value, 3, 1)::integer
        + 7 * substr(value, 4, 1)::integer + 6 * substr(value, 5, 1)::integer + 5 * substr(value, 6, 1)::integer
        + 4 * substr(value, 7, 1)::integer + 3 * substr(value, 8, 1)::integer + 2 * substr(value, 9, 1)::integer
    ) % 11) % 11 = right(value, 1)::integer
else false end;

-- National Insurance number: form only, it has no check digit; the suffix may be blank.
create function quality.is_nino(value text) returns boolean language sql immutable parallel safe
return value ~ '^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D ]?$';

-- Two digits of the year and seven of the serial, however a PNC id is written; null for anything else.
-- The slash parts year and serial; only where there is none does the length tell a year of two digits from one of four.
create function quality.pnc_digits(value text) returns text language sql immutable parallel safe
return case
    when value ~ '^(\d{2}|\d{4})/\d{1,7}[A-Z]$'
        then right(split_part(value, '/', 1), 2) || lpad(rtrim(split_part(value, '/', 2), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'), 7, '0')
    when value ~ '^\d{3,8}[A-Z]$' then left(value, 2) || lpad(substr(value, 3, length(value) - 3), 7, '0')
    when value ~ '^\d{9,11}[A-Z]$' then substr(value, 3, 2) || lpad(substr(value, 5, length(value) - 5), 7, '0')
end;

-- Police National Computer id: the letter is the remainder by 23 of the two digits of the year and the serial.
create function quality.is_pnc_id(value text) returns boolean language sql immutable parallel safe
return coalesce(right(value, 1) = substr('ZABCDEFGHJKLMNPQRTUVWXY', 1 + quality.pnc_digits(value)::integer % 23, 1), false);

-- Unique property reference number: form only.
create function quality.is_uprn(value text) returns boolean language sql immutable parallel safe
return value ~ '^\d{1,12}$';

-- The persons to whom rows of a delivery may refer (readings.md 11): those of its own people file without its quarantined
-- rows, if that file was judged and will be taken; else those of the people file that stands for its sender in that period.
create function quality.people_known_to(delivery integer) returns setof text language plpgsql stable rows 100000 as $$
declare
    file quality.delivery_file;
begin
    select * into file from quality.delivery_file as landed
    where landed.delivery_id = delivery and landed.feed = 'people' and landed.status = 'receiving' and not exists (
        select from quality.check_result as checked
        where (checked.partner_code, checked.period, checked.revision, checked.feed)
            = (landed.partner_code, landed.period, landed.revision, landed.feed)
            and checked.severity = 'hold' and not checked.is_met
    );
    if found then
        return query execute format(
            'select person_ref from landing.%I where person_ref is not null and _line not in (
                select line from quality.quarantined_row
                where partner_code = $1 and period = $2 and revision = $3 and feed = $4)',
            'd' || delivery || '_people'
        ) using file.partner_code, file.period, file.revision, file.feed;
    else
        return query
        select people.person_ref from raw.people
        where people.person_ref is not null and people._delivery_id = (
            select standing.delivery_id
            from quality.delivery_file as standing
            inner join quality.delivery as this on this.delivery_id = delivery and standing.period <= this.period
            where standing.partner_code = this.partner_code and standing.feed = 'people' and standing.status = 'accepted'
            order by standing.period desc, standing.revision desc
            limit 1
        );
    end if;
end $$;

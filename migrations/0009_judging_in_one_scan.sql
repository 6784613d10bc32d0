-- What the expectation suites call, at a cost that allows nine million rows a month, and what they compare with.

-- PostgreSQL's regular expressions cost about a microsecond a value: the common case does without. As before: none of these
-- raises on any text, and all are plain expressions that PostgreSQL inlines. A digit is one of 0123456789: \d is any digit of any
-- script under some collations.

create function quality.is_digits(value text) returns boolean language sql immutable parallel safe
return ltrim(value, '0123456789') = '' and value <> '';

-- A day of the calendar as YYYY-MM-DD. Such texts stand in the order of their days under the collation "C".
create function quality.is_date(value text) returns boolean language sql stable parallel safe
return case
    when value is null then null
    when value like '____-__-__' and pg_input_is_valid(value, 'date') then coalesce(to_char(value::date, 'YYYY-MM-DD') = value, false)
    else false
end;

create or replace function quality.to_date(value text) returns date language sql stable parallel safe
return case when quality.is_date(value) then value::date end;

create or replace function quality.to_day(value text) returns date language sql stable parallel safe
return case
    when value ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?$'
        and pg_input_is_valid(value, 'timestamptz')
        then left(value, 10)::date
end;

-- A number, zero or more, of at most nine digits.
create function quality.is_whole_number(value text) returns boolean language sql immutable parallel safe
return quality.is_digits(value) and length(value) <= 9;

create or replace function quality.is_academic_year(value text) returns boolean language sql immutable parallel safe
return case
    when value like '____/__' and quality.is_digits(left(value, 4) || right(value, 2))
        then (left(value, 4)::integer + 1) % 100 = right(value, 2)::integer
    else false
end;

create or replace function quality.is_uprn(value text) returns boolean language sql immutable parallel safe
return quality.is_digits(value) and length(value) <= 12;

-- The weighted sum of all ten digits is a multiple of eleven; where that would need a tenth digit of 10, none is right.
create or replace function quality.is_nhs_number(value text) returns boolean language sql immutable parallel safe
return case
    when length(value) = 10 and quality.is_digits(value) then (
        10 * (value::int8 / 1000000000) + 9 * (value::int8 / 100000000 % 10) + 8 * (value::int8 / 10000000 % 10)
        + 7 * (value::int8 / 1000000 % 10) + 6 * (value::int8 / 100000 % 10) + 5 * (value::int8 / 10000 % 10)
        + 4 * (value::int8 / 1000 % 10) + 3 * (value::int8 / 100 % 10) + 2 * (value::int8 / 10 % 10) + value::int8 % 10
    ) % 11 = 0
    else false
end;

-- A check letter, then eleven digits and a twelfth, or a letter in a temporary number. 3696 = 48 * 77 takes what the digits'
-- character codes have too much, weight by weight.
create or replace function quality.is_upn(value text) returns boolean language sql immutable parallel safe
return case
    when length(value) = 13 and quality.is_digits(substr(value, 2, 11))
        and strpos('0123456789ABCDEFGHJKLMNPQRTUVWXYZ', right(value, 1)) > 0
        then left(value, 1) = substr('ABCDEFGHJKLMNPQRTUVWXYZ', 1 + (
            2 * ascii(substr(value, 2, 1)) + 3 * ascii(substr(value, 3, 1)) + 4 * ascii(substr(value, 4, 1))
            + 5 * ascii(substr(value, 5, 1)) + 6 * ascii(substr(value, 6, 1)) + 7 * ascii(substr(value, 7, 1))
            + 8 * ascii(substr(value, 8, 1)) + 9 * ascii(substr(value, 9, 1)) + 10 * ascii(substr(value, 10, 1))
            + 11 * ascii(substr(value, 11, 1)) + 12 * ascii(substr(value, 12, 1)) - 3696
            + 13 * case
                when right(value, 1) <= '9' collate "C" then ascii(right(value, 1)) - 48
                else strpos('ABCDEFGHJKLMNPQRTUVWXYZ', right(value, 1)) - 1
            end
        ) % 23, 1)
    else false
end;

create or replace function quality.is_nino(value text) returns boolean language sql immutable parallel safe
return value ~ '^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D ]?$' and left(value, 2) not in ('BG', 'GB', 'KN', 'NK', 'NT', 'TN', 'ZZ');

create or replace function quality.pnc_digits(value text) returns text language sql immutable parallel safe
return case
    when value ~ '^([0-9]{2}|[0-9]{4})/[0-9]{1,7}[A-Z]$'
        then right(split_part(value, '/', 1), 2) || lpad(rtrim(split_part(value, '/', 2), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'), 7, '0')
    when value ~ '^[0-9]{3,8}[A-Z]$' then left(value, 2) || lpad(substr(value, 3, length(value) - 3), 7, '0')
    when value ~ '^[0-9]{9,11}[A-Z]$' then substr(value, 3, 2) || lpad(substr(value, 5, length(value) - 5), 7, '0')
end;

-- The suites are now told in which table the persons stand, so that PostgreSQL can plan for it.
drop function quality.people_known_to(integer);

-- Of a warning, the first lines that it is about: the row stays, so they are noted nowhere else.
alter table quality.check_result add column lines integer[] not null default '{}';

-- What part of a file's rows had a value in a column (`code` is empty) or one of our codes, from 0 to 1, as it was judged: the
-- next file of the feed is compared with the last accepted one. No value that a sender might write stands here.
create table quality.column_share (
    delivery_id integer not null references quality.delivery,
    feed text not null,
    column_name text not null,
    code text not null,
    share double precision not null check (share between 0 and 1),
    primary key (delivery_id, feed, column_name, code)
);

-- The life of a drop: which status may follow which, and a log of each that did (exchange.md section 5).

-- Every legal step, and nothing else. From null: seen for the first time. To null: taken back before anything was decided.
create table quality.legal_transition (
    what text not null check (what in ('delivery', 'delivery_file', 'arrival')),
    from_status text,
    to_status text,
    only_for text,              -- the reason that must be given for it; null: any, or none
    unique nulls not distinct (what, from_status, to_status)
);
insert into quality.legal_transition (what, from_status, to_status, only_for) values
('delivery', null, 'receiving', null),
('delivery', 'receiving', 'accepted', null),
('delivery', 'receiving', 'partly_accepted', null),
('delivery', 'receiving', 'held', null),
('delivery', 'receiving', 'refused', null),
('delivery', 'held', 'accepted', null),                 -- a person has decided, or a higher revision was accepted meanwhile
('delivery', 'held', 'partly_accepted', null),
('delivery', 'held', 'refused', null),
('delivery', 'refused', 'receiving', 'replay'),
('delivery', 'held', 'receiving', 'replay'),
('delivery', 'partly_accepted', 'receiving', 'replay'),

('delivery_file', null, 'receiving', null),             -- it has landed
('delivery_file', null, 'refused', null),
('delivery_file', 'receiving', null, null),             -- its sender has changed the drop before we had all of it
('delivery_file', 'receiving', 'accepted', null),
('delivery_file', 'receiving', 'held', null),
('delivery_file', 'receiving', 'refused', null),
('delivery_file', 'held', 'accepted', null),
('delivery_file', 'held', 'refused', null),
('delivery_file', 'refused', 'receiving', 'replay'),
('delivery_file', 'held', 'receiving', 'replay'),

('arrival', null, 'receiving', null),
('arrival', 'receiving', 'accepted', null),
('arrival', 'receiving', 'partly_accepted', null),
('arrival', 'receiving', 'held', null),
('arrival', 'receiving', 'refused', null),
('arrival', 'receiving', 'duplicate', null),
('arrival', 'held', 'accepted', null),
('arrival', 'held', 'partly_accepted', null),
('arrival', 'held', 'refused', null),
('arrival', 'refused', 'receiving', 'replay'),
('arrival', 'held', 'receiving', 'replay'),
('arrival', 'partly_accepted', 'receiving', 'replay');

create table quality.transition (
    transition_id bigint generated always as identity primary key,
    what text not null,
    partner_code text not null,
    period text not null,
    revision integer not null,
    sequence integer,           -- of an arrival
    feed text,                  -- of a file
    from_status text,
    to_status text,
    reason text,                -- why, where it was not simply the next step: `wholefamily.reason` of its transaction
    occurred_at timestamptz not null default clock_timestamp()
);
create index on quality.transition (partner_code, period, revision);

create function quality.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only: % is refused', tg_table_name, lower(tg_op);
end $$;

create trigger append_only before update or delete or truncate on quality.transition
for each statement execute function quality.refuse_change();

create function quality.note_transition() returns trigger language plpgsql as $$
declare
    entry jsonb := case tg_op when 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
    before text := case tg_op when 'INSERT' then null else to_jsonb(old) ->> 'status' end;
    after text := case tg_op when 'DELETE' then null else to_jsonb(new) ->> 'status' end;
    given text := nullif(current_setting('wholefamily.reason', true), '');
begin
    if before is not distinct from after then
        return null;
    end if;
    if not exists (
        select 1 from quality.legal_transition as legal
        where legal.what = tg_table_name and legal.from_status is not distinct from before
            and legal.to_status is not distinct from after and (legal.only_for is null or legal.only_for = given)
    ) then
        raise exception 'quality.%: from % to % is not legal', tg_table_name, coalesce(before, '(new)'), coalesce(after, '(deleted)')
            using errcode = 'check_violation', hint = 'quality.legal_transition lists what is';
    end if;
    insert into quality.transition (what, partner_code, period, revision, sequence, feed, from_status, to_status, reason)
    values (
        tg_table_name, entry ->> 'partner_code', entry ->> 'period', (entry ->> 'revision')::integer,
        (entry ->> 'sequence')::integer, entry ->> 'feed', before, after, given
    );
    return null;
end $$;

create trigger legal_only after insert or update or delete on quality.delivery
for each row execute function quality.note_transition();
create trigger legal_only after insert or update or delete on quality.delivery_file
for each row execute function quality.note_transition();
create trigger legal_only after insert or update or delete on quality.arrival
for each row execute function quality.note_transition();

-- When all files of the drop were there and as its manifest says: from then on the sender's folder plays no part any more.
alter table quality.delivery add collected_at timestamptz;
-- The path, size and time of the file that has landed, as its sender's server listed them; null: to be taken (again).
alter table quality.delivery_file add listing text;
-- The orchestrator's run that took the drop: the same run, repeated, is given the same arrival.
alter table quality.arrival add run_id text;

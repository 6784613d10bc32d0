-- What persons decide of held files, and what senders are told, receipt by receipt (exchange.md section 5, readings.md 6 and 14).

-- A person's decision about the held files of an arrival, all of them at once. A drop that is replayed and held again is decided
-- again. The reason is free text and may name somebody: it stands here, and in what Airflow keeps of its question, nowhere else.
create table quality.decision (
    decision_id integer generated always as identity primary key,
    arrival_id integer not null references quality.arrival,
    is_accepted boolean not null,
    decided_by text not null check (decided_by ~ '\S'),
    reason text not null check (reason ~ '\S'),
    decided_at timestamptz not null default now(),
    dag_run_id text     -- null where it was not decided in Airflow
);
create index on quality.decision (arrival_id);
create trigger append_only before update or delete or truncate on quality.decision
for each statement execute function exchange.refuse_change();

-- Each receipt that was written for an arrival; `sequence` is the number in its name (readings.md 6), `status` what it tells.
-- `quality.arrival` has the path of the latest, and when the first was sent.
create table quality.receipt (
    arrival_id integer not null references quality.arrival,
    sequence integer not null check (sequence >= 1),
    status text not null,
    path text not null,
    sha256 text not null,
    sent_at timestamptz not null default now(),
    primary key (arrival_id, sequence)
);
insert into quality.receipt (arrival_id, sequence, status, path, sha256, sent_at)
select arrival_id, sequence, status, receipt_path, '', receipted_at
from quality.arrival where receipt_path is not null and receipted_at is not null;

-- When a file was taken: the last accepted one of its feed is what the next is measured against (readings.md 13), and a person
-- may take it long after the other files of its drop.
alter table quality.delivery_file add column accepted_at timestamptz;
update quality.delivery_file as file set accepted_at = delivery.decided_at
from quality.delivery as delivery where delivery.delivery_id = file.delivery_id and file.status = 'accepted';

-- Where the Data Docs of the drop are, from the folder of all Data Docs; null where nothing of it was judged.
alter table quality.delivery add column data_docs text;

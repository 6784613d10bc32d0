-- Alerts of more kinds than a failed task: each is raised once, is open until it is settled, and is mailed once each way.
alter table ops.alert alter column dag_id drop not null;
alter table ops.alert alter column run_id drop not null;
alter table ops.alert alter column task_id drop not null;

alter table ops.alert
    add column kind text not null default 'task_failed' check (kind in ('task_failed', 'overdue', 'unreachable')),
    add column partner_code text,
    add column period text,
    add column settled_at timestamptz,
    add column mailed_at timestamptz,               -- when its raising was mailed
    add column settlement_mailed_at timestamptz,    -- when it was mailed that it is settled
    add check (kind <> 'task_failed' or (dag_id is not null and run_id is not null and task_id is not null)),
    add check (kind = 'task_failed' or partner_code is not null),
    add check (kind <> 'overdue' or period is not null);

-- One open alert for each thing that is wrong. (A failed task is known by its run: the table's first unique key.)
create unique index on ops.alert (kind, partner_code, coalesce(period, '')) where settled_at is null and kind <> 'task_failed';

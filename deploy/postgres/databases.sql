-- The databases of Airflow and of the warehouse, their owners, and the pipeline's other logins. Run by psql on every start: what is there is
-- left alone, but for the passwords, which become those of the secret files.
\set airflow_password `cat /run/secrets/airflow_db_password`
\set warehouse_password `cat /run/secrets/warehouse_password`
\set door_password `cat /run/secrets/warehouse_door_password`
\set release_password `cat /run/secrets/warehouse_release_password`
\set alerts_password `cat /run/secrets/warehouse_alerts_password`

select 'create role airflow login' where not exists (select from pg_roles where rolname = 'airflow') \gexec
select 'create role wholefamily login createrole' where not exists (select from pg_roles where rolname = 'wholefamily') \gexec
select format('create role %I login', name) from unnest(array['wholefamily_door', 'wholefamily_release', 'wholefamily_alerts']) as name
where not exists (select from pg_roles where rolname = name) \gexec
-- What the door owns, the owner has too (migrations/0033_logins.sql).
select 'grant wholefamily_door to wholefamily' where not pg_has_role('wholefamily', 'wholefamily_door', 'member') \gexec
-- Owns the disclosure ledger; lent to the warehouse's owner until the service `ledger` takes it back, once migrations have run.
select 'create role ledger_owner nologin' where not exists (select from pg_roles where rolname = 'ledger_owner') \gexec
select 'grant ledger_owner to wholefamily' where not pg_has_role('wholefamily', 'ledger_owner', 'member') \gexec
alter role airflow password :'airflow_password';
alter role wholefamily password :'warehouse_password';
alter role wholefamily_door password :'door_password';
alter role wholefamily_release password :'release_password';
alter role wholefamily_alerts password :'alerts_password';

select 'create database airflow owner airflow' where not exists (select from pg_database where datname = 'airflow') \gexec
select 'create database warehouse owner wholefamily' where not exists (select from pg_database where datname = 'warehouse') \gexec
revoke all on database airflow, warehouse, postgres, template1 from public;

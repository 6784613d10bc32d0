"""Somebody of each role signs in and tries everything: what warehouse.md does not give them is refused."""

from collections.abc import Callable

import psycopg
import pytest
from tests.integration.roles.conftest import EVERY_ROLE, ONE, PASSWORD, Warehouse

from wholefamily import roles
from wholefamily.errors import WholefamilyError

OF_A_CASEWORKER = {f"identity.{name}" for name in ("person", "person_xref", "household_xref", "family_xref")}


def schema_of(*names: str) -> Callable[[str], bool]:
    return lambda relation: relation.split(".")[0] in names


# docs/warehouse.md, "Roles".
READS: dict[str, Callable[[str], bool]] = {
    "engineer": schema_of("raw", "quality", "ops", "staging", "intermediate", "reference", "marts"),
    "linker": lambda relation: relation.startswith("identity.") or relation == "ops.build",
    "analyst": lambda relation: relation.startswith(("marts.", "reference.")) or relation == "ops.published_month",
    "governance": schema_of("quality", "exchange"),
    "evaluation_preparer": schema_of("evaluation"),
    "public_reader": schema_of("published"),
    f"analyst_{ONE}": lambda relation: relation.startswith(("marts.", "reference.")) or relation == "ops.published_month",
    f"caseworker_{ONE}": lambda relation: relation in OF_A_CASEWORKER,
}
# Columns that a linker may write (migrations/0014_linkers.sql); nobody else writes anything.
LINKER_WRITES = {"identity.link_decision", "identity.link_review", "ops.build"}


def refused(connection: psycopg.Connection[tuple[object, ...]], statement: str) -> bool:
    try:
        connection.execute(statement)  # type: ignore[call-overload]
    except psycopg.errors.InsufficientPrivilege:
        return True
    return False


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_a_role_reads_what_is_its_own_and_nothing_else(warehouse_of_two: Warehouse, role: str) -> None:
    relations = warehouse_of_two.relations()
    assert len(relations) > 100
    with warehouse_of_two.login(role) as connection:
        read = {relation for relation in relations if not refused(connection, f"select 1 from {relation} limit 0")}
    assert read == {relation for relation in relations if READS[role](relation)}


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_a_role_writes_nothing_and_makes_nothing(warehouse_of_two: Warehouse, role: str) -> None:
    relations = warehouse_of_two.relations("rp")
    schemas = sorted({relation.split(".")[0] for relation in relations} | {"public"})
    with warehouse_of_two.login(role) as connection:
        connection.execute("set default_transaction_read_only = off")
        statements = [f"{verb} {relation}" for relation in relations for verb in ("delete from", "truncate", "drop table")]
        statements += [
            f"insert into {relation} default values" for relation in relations if relation not in LINKER_WRITES or role != "linker"
        ]
        statements += [f"create table {schema}.mine ()" for schema in schemas]
        statements += ["create schema mine", "create temporary table mine ()", "create role mine", "create database mine"]
        statements += ["alter system set log_statement = 'all'", "copy (select 1) to program 'true'", "copy (select 1) to '/dev/null'"]
        statements += ["select pg_read_file('postgresql.conf')", "select lo_import('/etc/passwd')", "select pg_ls_dir('.')"]
        assert [one for one in statements if not refused(connection, one)] == []


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_a_role_calls_no_function_of_ours(warehouse_of_two: Warehouse, role: str) -> None:
    with warehouse_of_two.login(role) as connection:
        callable_ = connection.execute(
            "select oid::regprocedure::text from pg_proc where pronamespace::regnamespace::text !~ '^(pg_|information_schema)' "
            "and has_function_privilege(oid, 'execute')"
        ).fetchall()
        assert callable_ == ([("ops.own_authorities(text)",)] if ONE in role else [])
        assert refused(connection, "select exchange.enter_disclosure(null, '', '', '', '', '', '', '{}', '', '', 0, '{}', '{}')")


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_the_catalogue_tells_a_role_nothing_of_what_it_may_not_see(warehouse_of_two: Warehouse, role: str) -> None:
    with psycopg.connect(warehouse_of_two.settings.dsn(), autocommit=True) as owner, warehouse_of_two.login(role) as connection:
        owner.execute("select 'a name that somebody looks for'")
        told = {f"{schema}.{table}" for schema, table in connection.execute("select schemaname, tablename from pg_stats").fetchall()}
        ours = {relation for relation in told if not relation.startswith(("pg_catalog.", "information_schema."))}
        assert {relation for relation in ours if not READS[role](relation)} == set()
        if ONE in role:  # statistics of a table are of all its rows
            secured = {
                str(name)
                for (name,) in connection.execute(
                    "select oid::regclass::text from pg_class where relrowsecurity and relkind = 'r'"
                ).fetchall()
            }
            assert secured
            assert ours & secured == set()
        assert connection.execute(
            "select count(*) from pg_stat_activity where query ~ 'somebody looks for' and pid <> pg_backend_pid()"
        ).fetchone() == (0,)
        for table in ("pg_statistic", "pg_authid", "pg_shadow", "pg_user_mapping", "pg_largeobject"):
            assert refused(connection, f"select * from {table}"), table


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_a_role_signs_in_to_its_own_warehouse_and_no_other_database(warehouse_of_two: Warehouse, role: str) -> None:
    for database in ("postgres", "template1"):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            warehouse_of_two.login(role, database)


def test_a_login_begins_with_limits(warehouse_of_two: Warehouse) -> None:
    for role, statement, read_only in ((f"analyst_{ONE}", "5min", "on"), ("engineer", "30min", "on"), ("linker", "5min", "off")):
        with warehouse_of_two.login(role) as connection:
            shown = [
                connection.execute(f"show {name}").fetchone()  # type: ignore[call-overload]
                for name in ("statement_timeout", "idle_in_transaction_session_timeout", "default_transaction_read_only")
            ]
            assert shown == [(statement,), ("5min",), (read_only,)]
            connection.execute("set statement_timeout = '20ms'")
            with pytest.raises(psycopg.errors.QueryCanceled):
                connection.execute("select pg_sleep(5)")


def test_a_login_that_gets_another_role_has_the_former_no_more(warehouse_of_two: Warehouse) -> None:
    settings, name = warehouse_of_two.settings, f"ana_{warehouse_of_two.suffix}"
    warehouse_of_two.made.append(name)
    for role in ("analyst", "governance"):
        roles.give_login(settings, name, role, PASSWORD)
    assert warehouse_of_two.rows(f"select roleid::regrole::text from pg_auth_members where member = '{name}'::regrole") == [("governance",)]
    for who, role, password, problem in (
        (name, "ledger_owner", PASSWORD, "is no role that people have"),
        (name, "analyst_atlantis", PASSWORD, "is no role that people have"),
        ("analyst", "analyst", PASSWORD, "cannot be somebody's login"),
        ("wholefamily", "analyst", PASSWORD, "cannot be somebody's login"),
        ("wholefamily_door", "analyst", PASSWORD, "cannot be somebody's login"),
        ("postgres", "analyst", PASSWORD, "is not somebody's login"),
        (name, "analyst", "short", "at least 12 characters"),
    ):
        with pytest.raises(WholefamilyError, match=problem):
            roles.give_login(settings, who, role, password)

"""Each of the pipeline's logins signs in and tries everything: it reads and writes what its steps need, and nothing else."""

from collections.abc import Iterator

import psycopg
import pytest
from tests.conftest import only_password_of
from tests.integration.roles.conftest import Warehouse
from tests.integration.roles.test_what_a_role_may_not import refused

from wholefamily import alerts
from wholefamily import warehouse as schemas
from wholefamily.settings import LOGINS, Login

NARROW: tuple[Login, ...] = tuple(login for login in LOGINS if login != "owner")

# r reads, a adds rows, w changes, d deletes; `raw.*`: all of a schema.
MAY: dict[Login, dict[str, str]] = {
    "door": {
        **dict.fromkeys(("raw.*", "landing.*", "quality.delivery_file", "quality.dropped_count"), "rawd"),
        **dict.fromkeys(("quality.delivery", "quality.arrival", "ops.alert"), "raw"),
        **dict.fromkeys(("quality.check_result", "quality.quarantined_row", "quality.column_share"), "rad"),
        **dict.fromkeys(("quality.transition", "quality.decision", "quality.receipt"), "ra"),
        **dict.fromkeys(("quality.believed_file", "quality.legal_transition"), "r"),
        "ops.build": "rw",
    },
    "release": {
        **dict.fromkeys(("evaluation.release", "ops.tables_release", "exchange.sealed"), "rawd"),
        **dict.fromkeys(("evaluation.*", "published.*", "ops.tables_file", "ops.tables_figure"), "ra"),
        **dict.fromkeys(("exchange.approval", "exchange.recall", "exchange.disposal_certificate"), "ra"),
        **dict.fromkeys(("exchange.recall_order", "exchange.recall_item", "exchange.restriction"), "ra"),
        **dict.fromkeys(("exchange.disclosure", "exchange.disclosure_item", "marts.*", "reference.*"), "r"),
        **dict.fromkeys(("identity.person", "identity.person_xref", "identity.person_node", "identity.merge_log"), "r"),
        **dict.fromkeys(("identity.family", "identity.family_xref", "identity.household", "ops.build", "ops.published_month"), "r"),
        **dict.fromkeys(("intermediate.int_person_month", "intermediate.int_family_month", "staging.stg_consent"), "r"),
    },
    "alerts": {"ops.alert": "raw"},
}
PRIVILEGES = {"r": "select", "a": "insert", "w": "update", "d": "delete"}


@pytest.fixture(params=NARROW)
def login(request: pytest.FixtureRequest) -> Login:
    found: Login = request.param
    return found


@pytest.fixture
def session(warehouse_of_two: Warehouse, login: Login) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(warehouse_of_two.settings.dsn(login), autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("letter", PRIVILEGES)
def test_it_reads_and_writes_what_its_steps_need_and_nothing_else(
    warehouse_of_two: Warehouse, login: Login, session: psycopg.Connection[tuple[object, ...]], letter: str
) -> None:
    # A delivery's partition belongs to whoever made it: here not to the door.
    found = session.execute(
        "select nspname || '.' || relname, has_schema_privilege(relnamespace, 'usage') and "
        "case %(verb)s when 'delete' then has_table_privilege(class.oid, 'delete') else has_any_column_privilege(class.oid, %(verb)s) end "
        "from pg_class as class inner join pg_namespace on pg_namespace.oid = relnamespace "
        "where not relispartition and relkind = any(%(kinds)s) and nspname !~ '^(pg_|information_schema)'",
        {"verb": PRIVILEGES[letter], "kinds": list("rpvm" if letter == "r" else "rp")},
    ).fetchall()
    assert len(found) > 100
    may = MAY[login]
    expected = {str(name) for name, _ in found if letter in may.get(str(name), may.get(f"{str(name).split('.')[0]}.*", ""))}
    assert {str(name) for name, is_allowed in found if is_allowed} == expected


@pytest.mark.parametrize(
    ("login", "statement"),
    [
        ("door", "select * from identity.person"),
        ("door", "select * from marts.dim_person"),
        ("door", "select * from intermediate.int_person_record"),
        ("door", "select * from exchange.disclosure"),
        ("door", "update ops.build set built_at = now()"),
        ("release", "select * from raw.people"),
        ("release", "delete from raw.people"),
        ("release", "select * from landing.blank"),
        ("release", "select * from quality.delivery"),
        ("release", "select * from identity.person_record"),
        ("release", "update identity.person set given_name = 'x'"),
        ("release", "insert into identity.link_decision default values"),
        ("release", "delete from marts.fct_family_progress"),
        ("release", "insert into marts.dim_person default values"),
        ("release", "update published.disclosure_control set control = '{}'"),
        ("alerts", "select * from quality.delivery"),
        ("alerts", "delete from ops.alert"),
    ],
)
def test_what_it_has_no_step_for_is_refused(warehouse_of_two: Warehouse, login: Login, statement: str) -> None:
    with psycopg.connect(warehouse_of_two.settings.dsn(login), autocommit=True) as connection:
        assert refused(connection, statement)


def test_it_makes_nothing_and_takes_nobodys_part(
    warehouse_of_two: Warehouse, login: Login, session: psycopg.Connection[tuple[object, ...]]
) -> None:
    schemas_of = sorted({name.split(".")[0] for name in warehouse_of_two.relations()} | {"public"})
    statements = [f"create table {name}.mine ()" for name in schemas_of if login != "door" or name not in {"raw", "landing"}]
    statements += [f"set role {name}" for name in ("wholefamily", "ledger_owner", "postgres", "linker", "engineer")]
    statements += [f"set role {warehouse_of_two.settings.login_name(other)}" for other in NARROW if other != login]
    statements += ["create schema mine", "create role mine", "create database mine", f"grant linker to {session.info.user}"]
    statements += [f"alter role {session.info.user} createrole", "alter role wholefamily password 'mine'", "select * from pg_authid"]
    statements += ["copy (select 1) to program 'true'", "select pg_read_file('postgresql.conf')", "drop schema exchange cascade"]
    statements += ["update exchange.disclosure set recipient = 'x'", "delete from exchange.disclosure_item", "truncate exchange.recall"]
    statements += [f"alter table exchange.{name} disable trigger append_only" for name in ("disclosure", "recall", "disposal_certificate")]
    if login != "release":
        statements += ["select exchange.enter_disclosure(null, '', '', '', '', '', '', '{}', '', '', 0, '{}', '{}')"]
    if login != "door":
        statements += ["create temporary table mine ()"]
    assert [one for one in statements if not refused(session, one)] == []
    assert session.execute(
        "select rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls from pg_roles where rolname = current_user"
    ).fetchone() == (False,)


def test_releases_read_the_persons_whom_row_security_hides_from_others(warehouse_of_two: Warehouse) -> None:
    for table in ("identity.person", "identity.person_xref", "identity.family_xref", "marts.fct_household_criterion"):
        query = f"select count(*) from {table}"
        with psycopg.connect(warehouse_of_two.settings.dsn("release")) as connection:
            ((seen,),) = connection.execute(query.encode()).fetchall()
        assert [(seen,)] == warehouse_of_two.rows(query)
        assert seen > 0


def test_what_the_door_attaches_is_read_by_engineers_and_by_who_builds(warehouse_of_two: Warehouse) -> None:
    with psycopg.connect(warehouse_of_two.settings.dsn("door"), autocommit=True) as door:
        door.execute("create table landing.d999_people (like raw.people)")
        door.execute("insert into landing.d999_people values (999, 'somebody', '2026-01', 1, 2, now())")
        door.execute("alter table landing.d999_people set schema raw")
        door.execute("alter table raw.people attach partition raw.d999_people for values in (999)")
    query = "select count(*) from raw.people where _delivery_id = 999"
    assert warehouse_of_two.rows(query) == warehouse_of_two.rows(query, "engineer") == [(1,)]
    warehouse_of_two.run("alter table raw.people detach partition raw.d999_people; drop table raw.d999_people")


def test_an_alert_needs_no_other_password_than_its_own(warehouse_of_two: Warehouse) -> None:
    """So whatever process finds that a task has failed can say so."""
    alone = warehouse_of_two.settings
    with only_password_of("alerts", alone):
        alerts.raise_alert(alone, "dag", "run", "task", None, ValueError("a value"))
        alerts.settle_tasks(alone, lambda _dag, _run: False)
        assert alerts.mail_unsent(alone, lambda _subject, _text: None) == 1
    assert warehouse_of_two.rows("select problem from ops.alert") == [("ValueError",)]
    warehouse_of_two.run("delete from ops.alert")


def test_a_warehouse_of_before_the_logins_is_brought_up_to_date(warehouse_of_two: Warehouse) -> None:
    """Whose tables were all the owner's: those of feeds, of deliveries, and of files that wait for a decision."""
    settings = warehouse_of_two.settings
    with psycopg.connect(warehouse_of_two.superuser_dsn, dbname=settings.warehouse_db, autocommit=True) as superuser:
        superuser.execute("create table landing.d998_people (like raw.people)")
        for (name,) in superuser.execute(
            "select oid::regclass::text from pg_class where relnamespace in ('raw'::regnamespace, 'landing'::regnamespace) and relkind in ('r', 'p')"
        ).fetchall():
            superuser.execute(f"alter table {name} owner to wholefamily".encode())
        superuser.execute("drop owned by wholefamily_release, wholefamily_alerts; revoke all on schema quality from wholefamily_door")
        superuser.execute("grant ledger_owner to wholefamily")
        try:
            superuser.execute("delete from public.migration where name = '0033_logins.sql'")
            assert schemas.migrate(settings) == ["0033_logins.sql"]
        finally:
            superuser.execute("revoke ledger_owner from wholefamily")
    with psycopg.connect(settings.dsn("door"), autocommit=True) as door:
        assert door.execute("select count(*) from quality.delivery").fetchone() == (2,)
        door.execute("alter table raw.people attach partition landing.d998_people for values in (998)")
        door.execute("drop table landing.d998_people")
    with psycopg.connect(settings.dsn("release")) as release:
        assert release.execute("select count(*) > 0 from intermediate.int_person_month").fetchone() == (True,)
        assert release.execute("select count(*) > 0 from identity.person").fetchone() == (True,)

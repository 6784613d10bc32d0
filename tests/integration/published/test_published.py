"""From marts to what anyone may read: counted, protected, attacked, approved, written, and in the ledger."""

import csv
import getpass
import io
import json
import re
import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from tests.conftest import PostgresServer, only_password_of
from tests.integration.published.conftest import MEASURES, Marts

from wholefamily import partners
from wholefamily.demo import postgres
from wholefamily.disclosure import approval, canaries
from wholefamily.disclosure.attacks import tables as attacks
from wholefamily.errors import WholefamilyError
from wholefamily.products import published
from wholefamily.products.published import count
from wholefamily.warehouse import connect

RELEASE = "2026-Q3"
RUN = "manual__1"
FAMILIES = "families_by_authority_framework_status.csv"
CRITERIA = "criteria_by_authority_framework_criterion.csv"
RESULTS = "results_by_authority_measure_result.csv"
MONTHLY = (
    "intermediate.int_family_month",
    "marts.bridge_family_member",
    "marts.bridge_household_member",
    "marts.fct_household_eligibility",
    "marts.fct_family_progress",
)
AUTHORITIES = ["birmingham", "coventry", "dudley", "sandwell", "solihull", "walsall", "wolverhampton"]


def region(marts: Marts) -> None:
    """Large numbers everywhere, but four closed cases in Solihull."""
    for n, partner in enumerate(AUTHORITIES):
        marts.families(24 + n, partner, met=("education", "work"))
        marts.families(14 + n, partner, met=("crime_asb", "work", "local"), result="fail")
        marts.families(4 if partner == "solihull" else 12 + n, partner, closed=date(2026, 8, 1), met=("education",), result="neutral")
        marts.eligible(20 + n, partner)


def approve(marts: Marts, release: str = RELEASE) -> None:
    approval.record(
        marts.settings,
        product="published_tables",
        release=release,
        decision="approved",
        decided_by="approver",
        decided_at=datetime(2026, 10, 21, 9, 30, tzinfo=UTC),
        reason="as agreed",
        dag_run_id=RUN,
    )


def release(marts: Marts, name: str = RELEASE) -> dict[str, bytes]:
    """What is published, by name."""
    published.build(marts.settings, name)
    published.gate(marts.settings, name)
    approve(marts, name)
    return contents(published.publish(marts.settings, name, RUN))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def cells(content: bytes) -> dict[tuple[str, ...], str]:
    _, *rows = csv.reader(io.StringIO(content.decode()))
    return {tuple(row[:-1]): row[-1] for row in rows}


def test_anyone_reads_counts_in_which_nobody_can_be_found(marts: Marts) -> None:
    region(marts)
    files = release(marts)
    assert sorted(files) == [CRITERIA, "disclosure_control.json", FAMILIES, "index.html", RESULTS]
    assert files[FAMILIES].decode().splitlines()[0] == "authority,framework,status,value"
    families, criteria, results = (cells(files[file]) for file in (FAMILIES, CRITERIA, RESULTS))
    assert families[("wolverhampton", "tf_2012", "on_programme")] == str(30 + 20)
    assert families[("wolverhampton", "tf_2012", "eligible")] == "26"
    assert families[("wolverhampton", "ALL", "ALL")] == str(30 + 20 + 18 + 26)
    assert families[("solihull", "tf_2012", "closed")] == "c"
    assert families[("wolverhampton", "sf_2022", "ALL")] == "0"
    assert criteria[("wolverhampton", "tf_2012", "crime_asb")] == "20"
    assert ("birmingham", "tf_2012", "ALL") not in criteria, "a family meets several criteria"
    assert results[("dudley", "asb", "fail")] == str(14 + 2)
    assert results[("dudley", "ALL", "fail")] == str(5 * (14 + 2))
    control = json.loads(files["disclosure_control.json"])
    assert set(control) == {"hidden", "structural", "carried_forward"}
    solihull = {"authority": "solihull", "framework": "tf_2012", "status": "closed"}
    (interval,) = [entry["interval"] for entry in control["hidden"] if entry["file"] == FAMILIES and entry["cell"] == solihull]
    assert interval[0] <= 4 <= interval[1]
    assert interval[1] - interval[0] >= 10
    assert {"file": FAMILIES, "cell": {"authority": "dudley", "framework": "sf_2022", "status": "closed"}} in control["structural"]
    assert control["carried_forward"] == []
    assert {outcome.result for outcome in attacks.run(RELEASE, files, {})} == {"withstood"}


def test_nobody_is_counted_twice_or_forgotten(marts: Marts) -> None:
    marts.families(3, "walsall", result=None)
    marts.families(2, "walsall", closed=date(2026, 10, 1), met=("work",))  # after the quarter
    marts.families(1, "walsall", closed=date(2026, 9, 30), framework="sf_2022")
    marts.families(4, "walsall", periods=("2026-06",))  # withdrawn since
    marts.eligible(5, "walsall")
    marts.eligible(6, "walsall", of_a_family=True)
    marts.eligible(7, "walsall", framework="sf_2022")  # not in force there
    authorities = {"walsall": partners.load(marts.settings.partners_dir)["walsall"]}
    with connect(marts.settings, login="release") as connection:
        counted = count.count(connection, "2026-09", authorities)
    assert counted[FAMILIES] == {
        ("walsall", "tf_2012", "on_programme"): 5,
        ("walsall", "sf_2022", "closed"): 1,
        ("walsall", "tf_2012", "eligible"): 5,
    }
    assert counted[CRITERIA] == {("walsall", "tf_2012", "work"): 2}
    assert counted[RESULTS] == {
        ("walsall", measure, result): n for measure in MEASURES for result, n in (("not_evidenced", 3), ("pass", 2))
    }


def test_the_public_reader_finds_the_same_in_the_schema_published_and_the_figures_behind_nowhere(marts: Marts) -> None:
    region(marts)
    files = release(marts)
    rows = marts.run("select authority, framework, status, value from published.families_by_authority_framework_status")
    assert {tuple(row[:3]): row[3] for row in rows} == cells(files[FAMILIES])
    may = "select has_table_privilege('public_reader', %s, 'select')"
    for table in (FAMILIES, CRITERIA, RESULTS):
        assert marts.run(may, f"published.{table.removesuffix('.csv')}") == [(True,)]
    assert marts.run(may, "published.disclosure_control") == [(True,)]
    assert marts.run(may, "ops.tables_figure") == [(False,)]


def test_each_file_is_in_the_ledger_and_publishing_again_changes_nothing(marts: Marts) -> None:
    region(marts)
    files = release(marts)
    ledger = marts.run("select file, recipient, approved_by, row_count from exchange.disclosure where product = 'published_tables'")
    assert {row[0] for row in ledger} == set(files)
    assert {row[1:3] for row in ledger} == {("anyone", "approver")}
    assert {row[0]: row[3] for row in ledger}[FAMILIES] == len(cells(files[FAMILIES]))
    assert marts.run("select count(*) from exchange.disclosure_item") == [(0,)], "the tables are about nobody"
    marts.families(50, "dudley")
    published.build(marts.settings, RELEASE)
    assert contents(published.publish(marts.settings, RELEASE, RUN)) == files


def test_the_next_release_carries_forward_what_has_moved_by_less_than_ten(marts: Marts) -> None:
    region(marts)
    first = release(marts)
    marts.run("insert into ops.build (period, planned, fingerprint) values ('2026-12', 'as is', 'as is')")
    for table in MONTHLY:
        marts.run(_again(marts, table))
    marts.families(3, "dudley", periods=("2026-12",))
    marts.families(30, "walsall", periods=("2026-12",))
    second = release(marts, "2026-Q4")
    before, after = cells(first[FAMILIES]), cells(second[FAMILIES])
    assert after[("dudley", "tf_2012", "on_programme")] == before[("dudley", "tf_2012", "on_programme")]
    assert int(after[("walsall", "tf_2012", "on_programme")]) == int(before[("walsall", "tf_2012", "on_programme")]) + 30
    carried = json.loads(second["disclosure_control.json"])["carried_forward"]
    assert {"file": FAMILIES, "cell": {"authority": "dudley", "framework": "tf_2012", "status": "on_programme"}} in carried
    assert {outcome.result for outcome in attacks.run("2026-Q4", second, {RELEASE: first})} == {"withstood"}
    with pytest.raises(WholefamilyError, match="go forward only"):
        published.build(marts.settings, "2026-Q2")
    shutil.rmtree(marts.settings.home_dir / "published" / RELEASE)
    assert contents(published.publish(marts.settings, RELEASE, RUN)) == first, "what was lost is written again"


def test_a_release_that_was_built_before_another_left_is_built_again(marts: Marts) -> None:
    region(marts)
    for name in ("2026-Q2", RELEASE):
        published.build(marts.settings, name)
        published.gate(marts.settings, name)
        approve(marts, name)
    published.publish(marts.settings, "2026-Q2", RUN)
    with pytest.raises(WholefamilyError, match="another release has left since"):
        published.publish(marts.settings, RELEASE, RUN)


def _again(marts: Marts, table: str) -> str:
    schema, name = table.split(".")
    columns = marts.run(
        "select column_name from information_schema.columns where table_schema = %s and table_name = %s and column_name <> 'period'",
        schema,
        name,
    )
    listed = ", ".join(column for (column,) in columns)
    return f"insert into {table} (period, {listed}) select '2026-12', {listed} from {table} where period = '2026-09'"


def test_nothing_is_published_without_approval_or_after_a_change(marts: Marts) -> None:
    region(marts)
    published.build(marts.settings, RELEASE)
    published.gate(marts.settings, RELEASE)
    with pytest.raises(WholefamilyError, match="not approved"):
        published.publish(marts.settings, RELEASE, RUN)
    approve(marts)
    marts.run("update ops.tables_file set content = content || ' ' where file = 'index.html'")
    with pytest.raises(WholefamilyError, match="not passed the disclosure gate"):
        published.publish(marts.settings, RELEASE, RUN)
    assert not (marts.settings.home_dir / "published").exists()
    assert marts.run("select count(*) from exchange.disclosure") == [(0,)]


def test_a_release_that_leaks_ends_at_the_gate(marts: Marts) -> None:
    region(marts)
    published.build(marts.settings, RELEASE)
    ((content,),) = marts.run("select content from ops.tables_file where file = %s", FAMILIES)
    leaky = bytes(content).decode().replace("solihull,tf_2012,closed,c", "solihull,tf_2012,closed,4").encode()
    marts.run("update ops.tables_file set content = %s where file = %s", leaky, FAMILIES)
    with pytest.raises(WholefamilyError, match=r"5 small cells succeeded: families_by.* solihull/tf_2012/closed"):
        published.gate(marts.settings, RELEASE)
    approve(marts)
    with pytest.raises(WholefamilyError, match="not passed the disclosure gate"):
        published.publish(marts.settings, RELEASE, RUN)


def test_the_approver_reads_counts_what_is_hidden_the_attacks_and_the_difference_to_the_last_release(marts: Marts) -> None:
    region(marts)
    published.build(marts.settings, RELEASE)
    assert "**the disclosure gate has not passed**" in published.summary(marts.settings, RELEASE)
    published.gate(marts.settings, RELEASE)
    told = published.summary(marts.settings, RELEASE).splitlines()
    table = cells(marts.run("select content from ops.tables_file where file = %s", FAMILIES)[0][0])
    n_hidden = sum(value == "c" for value in table.values())
    (counts,) = [line for line in told if line.startswith(f"| {FAMILIES} ")]
    assert counts.startswith(f"| {FAMILIES} | {len(table)} | {len(table) - n_hidden} | {n_hidden} |")
    assert counts.endswith(f"| 0 | {int(table[('ALL', 'ALL', 'ALL')]):,} |")
    assert any(line.startswith("* hidden, by authority: ") and "solihull" in line for line in told)
    assert [line.split(" | ")[1] for line in told if re.match(r"\| \d+ ", line)] == ["withstood"] * 10
    assert "**not looked through**: Airflow's database, with its XComs" in told, "no Airflow runs beside these tests"
    assert told[-1] == "No release has left before this one."
    approve(marts)
    published.publish(marts.settings, RELEASE, RUN)
    marts.run("insert into ops.build (period, planned, fingerprint) values ('2026-12', 'as is', 'as is')")
    for each in MONTHLY:
        marts.run(_again(marts, each))
    marts.families(30, "walsall", periods=("2026-12",))
    published.build(marts.settings, "2026-Q4")
    later = published.summary(marts.settings, "2026-Q4")
    assert "Compared with 2026-Q3, the last that left:" in later
    assert f"    * walsall/ALL/on_programme in {FAMILIES}: 78, then 48 (+30)" in later.splitlines()


def test_the_page_needs_nothing_else_and_tells_nothing_that_the_files_do_not(marts: Marts) -> None:
    region(marts)
    files = release(marts)
    page = files["index.html"].decode()
    assert "<script" not in page
    assert "http" not in page
    assert 'lang="en-GB"' in page
    assert page.count("<svg") == page.count('role="img"') > 0
    assert "Solihull" in page
    assert 'data-part="18" data-whole="94">19%' in page, "closed in Wolverhampton, of all there"


def test_no_file_says_who_wrote_it_where_or_when(marts: Marts) -> None:
    region(marts)
    machine = [socket.gethostname(), getpass.getuser(), str(marts.settings.home_dir), f"{datetime.now(UTC):%Y-%m}"]
    for content in release(marts).values():
        assert not [word for word in machine if len(word) > 4 and word.encode() in content]


@pytest.mark.parametrize(
    ("attack", "leak"),
    [
        ("16 text", "<metadata><dc:date>2026-10-21T09:30:00</dc:date></metadata></svg>"),
        ("1 identifiers", "<text>REF-ZEBEDEE-1</text></svg>"),
        ("1 identifiers", f"<text>{canaries.NAME}</text></svg>"),
        ("17 key material", "<text>{secret}</text></svg>"),
    ],
)
def test_a_page_that_leaks_ends_at_the_gate(marts: Marts, attack: str, leak: str) -> None:
    region(marts)
    member = marts.run("select person_id from marts.bridge_family_member where period = '2026-09' limit 1")[0][0]
    marts.run("insert into identity.person (person_id, minted_period) values (%s, '2026-09')", member)
    marts.run("insert into identity.person_xref values ('dudley', 'REF-ZEBEDEE-1', %s, 1, 'identifier', '2026-09')", member)
    published.build(marts.settings, RELEASE)
    published.gate(marts.settings, RELEASE)
    leak = leak.format(secret=marts.settings.secret("warehouse_password"))
    marts.run(
        "update ops.tables_file set content = replace(convert_from(content, 'UTF8'), '</svg>', %s)::bytea where file = 'index.html'", leak
    )
    with pytest.raises(WholefamilyError, match=f"attack {attack}"):
        published.gate(marts.settings, RELEASE)


def test_somebodys_trace_in_a_log_ends_the_release_at_the_gate(marts: Marts) -> None:
    region(marts)
    published.build(marts.settings, RELEASE)
    (marts.settings.home_dir / "reports").mkdir()
    (marts.settings.home_dir / "reports" / "metrics.html").write_text(f"<p>Ann {canaries.NAME}</p>")
    with pytest.raises(WholefamilyError, match=r"a canary stands in HOME_DIR: reports/metrics\.html"):
        published.gate(marts.settings, RELEASE)


@pytest.fixture
def airflow_database(marts: Marts, postgres_server: PostgresServer) -> Iterator[psycopg.Connection]:
    """A database like Airflow's beside the warehouse, and the secret with which it can be read."""
    postgres.create_database(postgres_server.admin_dsn, "airflow", "airflow", postgres_server.password)
    (marts.settings.secrets / "airflow_db_password").write_text(postgres_server.password)
    address = postgres_server.admin_dsn.removesuffix("postgres") + "airflow"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("set role airflow")
        connection.execute("create table public.xcom (dag_id text, value jsonb)")
        yield connection
    with psycopg.connect(postgres_server.admin_dsn, autocommit=True) as admin:
        admin.execute("drop database airflow with (force)")


def test_airflows_database_is_looked_through_where_its_password_is_at_hand(marts: Marts, airflow_database: psycopg.Connection) -> None:
    region(marts)
    published.build(marts.settings, RELEASE)
    airflow_database.execute("insert into xcom values ('build_warehouse', '{\"months\": [\"2026-09\"]}')")
    published.gate(marts.settings, RELEASE)
    assert "not looked through" not in published.summary(marts.settings, RELEASE)
    airflow_database.execute("insert into xcom values ('ingest_dudley', to_jsonb(%s::text))", [f"Ann {canaries.NAME}"])
    with pytest.raises(WholefamilyError, match=r"a canary stands in Airflow's database: public\.xcom"):
        published.gate(marts.settings, RELEASE)
    airflow_database.execute("update xcom set value = to_jsonb(%s::text)", [marts.settings.secret("warehouse_password")])
    with pytest.raises(WholefamilyError, match=r"a secret stands in Airflow's database: public\.xcom"):
        published.gate(marts.settings, RELEASE)


def test_what_a_table_of_our_own_holds_of_a_key_ends_the_release_at_the_gate(marts: Marts) -> None:
    region(marts)
    published.build(marts.settings, RELEASE)
    marts.run("create table ops.of_this_test (said jsonb)")
    marts.run("grant select on ops.of_this_test to wholefamily_release")
    marts.run("insert into ops.of_this_test values (to_jsonb('the password is ' || %s::text))", marts.settings.secret("warehouse_password"))
    try:
        with pytest.raises(WholefamilyError, match=r"a secret stands in the warehouse: ops\.of_this_test"):
            published.gate(marts.settings, RELEASE)
    finally:
        marts.run("drop table ops.of_this_test")


def test_lineage_leads_from_the_marts_to_what_is_published_once(marts: Marts) -> None:
    region(marts)
    release(marts)
    published.publish(marts.settings, RELEASE, RUN)
    events = [json.loads(line) for line in (marts.settings.home_dir / "lineage" / "events.jsonl").read_text().splitlines()]
    told = {event["outputs"][0]["name"].split(".", 1)[1]: event for event in events}
    assert len(events) == len(told) == 3
    assert set(told) == {f"published.{file.removesuffix('.csv')}" for file in (FAMILIES, CRITERIA, RESULTS)}
    of_families = told[f"published.{FAMILIES.removesuffix('.csv')}"]
    assert "marts.fct_household_eligibility" in {dataset["name"].split(".", 1)[1] for dataset in of_families["inputs"]}
    assert of_families["outputs"][0]["outputFacets"]["outputStatistics"]["rowCount"] == 8 * 4 * 4


def test_a_quarter_that_is_not_built_is_not_published(marts: Marts) -> None:
    with pytest.raises(WholefamilyError, match="2026-12, which is not built"):
        published.build(marts.settings, "2026-Q4")
    with pytest.raises(WholefamilyError, match="not a quarter"):
        published.build(marts.settings, "2026-10")


def test_tables_are_published_with_the_releases_password_alone(marts: Marts) -> None:
    region(marts)
    with only_password_of("release", marts.settings):
        assert "index.html" in release(marts)

"""From marts to what anyone may read: counted, protected, attacked, approved, written, and in the ledger."""

import csv
import io
import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.conftest import with_password_of
from tests.integration.published.conftest import MEASURES, Marts

from wholefamily import partners
from wholefamily.disclosure import approval
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


def test_the_approver_reads_what_is_hidden_and_what_the_attacks_found(marts: Marts) -> None:
    region(marts)
    published.build(marts.settings, RELEASE)
    assert "the disclosure gate has not passed" in published.summary(marts.settings, RELEASE)
    published.gate(marts.settings, RELEASE)
    told = published.summary(marts.settings, RELEASE)
    assert "attack 6 linear programs: withstood" in told
    assert "the first release" in told


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


def test_a_quarter_that_is_not_built_is_not_published(marts: Marts) -> None:
    with pytest.raises(WholefamilyError, match="2026-12, which is not built"):
        published.build(marts.settings, "2026-Q4")
    with pytest.raises(WholefamilyError, match="not a quarter"):
        published.build(marts.settings, "2026-10")


def test_tables_are_published_with_the_releases_password_alone(marts: Marts) -> None:
    region(marts)
    marts.settings = with_password_of("release", marts.settings)
    assert "index.html" in release(marts)

"""What `status` and `receipts` show of the delivery ledger, and psql on the same warehouse."""

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from wholefamily import alerts, overdue, overview, partners
from wholefamily.settings import REPOSITORY, Settings
from wholefamily.warehouse import connect


@pytest.fixture
def ledger(warehouse: Settings) -> Settings:
    """Dudley: June accepted, July held at its second revision; Walsall: July only, and August refused whole."""
    with connect(warehouse) as connection:
        connection.execute(
            "insert into quality.delivery (partner_code, period, revision) values "
            "('dudley', '2026-06', 1), ('dudley', '2026-07', 2), ('walsall', '2026-07', 1), ('walsall', '2026-08', 1)"
        )
        for partner, period, revision, status, rows, loaded, quarantined, dropped in (
            ("dudley", "2026-06", 1, "accepted", 100, 97, 3, 0),
            ("dudley", "2026-07", 2, "held", 40, 0, 0, 0),
            ("walsall", "2026-07", 1, "accepted", 50, 45, 1, 4),
        ):
            connection.execute(
                "insert into quality.delivery_file (delivery_id, partner_code, period, revision, feed, status, rows_received, "
                "rows_loaded, rows_quarantined, rows_not_for_disclosure) select delivery_id, partner_code, period, revision, 'people', "
                "'receiving', %s, %s, %s, %s from quality.delivery where (partner_code, period, revision) = (%s, %s, %s)",
                [rows, loaded, quarantined, dropped, partner, period, revision],
            )
            connection.execute("update quality.delivery_file set status = %s where status = 'receiving'", [status])
        connection.execute(
            "insert into quality.arrival (delivery_id, partner_code, period, revision, sequence, listing_sha256, receipt_path) "
            "select delivery_id, partner_code, period, revision, 1, 'x', 'inbound/' || period || '/receipt-r' || revision || '.json' "
            "from quality.delivery order by delivery_id"
        )
        for number, status in enumerate(("accepted", "held", "accepted", "refused"), start=1):
            connection.execute("update quality.delivery set status = %s where delivery_id = %s", [status, number])
            connection.execute("update quality.arrival set status = %s where delivery_id = %s", [status, number])
        connection.execute(
            "insert into quality.arrival (delivery_id, partner_code, period, revision, sequence, listing_sha256) "
            "values (null, 'dudley', '2026-06', 1, 2, 'x')"
        )
        connection.execute("update quality.arrival set status = 'duplicate' where delivery_id is null")
    return warehouse


@pytest.fixture
def three_partners(ledger: Settings, tmp_path: Path) -> Settings:
    """The same, where Coventry, Dudley and Walsall are expected to send five feeds each."""
    folder = tmp_path / "three"
    folder.mkdir()
    for code in ("coventry", "dudley", "walsall"):
        text = (ledger.partners_dir / f"{code}.yml").read_text()
        five = "feeds: [people, attendance, benefits, consent, programme]"
        (folder / f"{code}.yml").write_text(re.sub(r"^feeds: \[.*\]$", five, text, count=1, flags=re.MULTILINE))
    return ledger.model_copy(update={"partners_dir": folder})


ACT = "held drops: decide them in Airflow, Required Actions; why: python -m wholefamily receipts <partner> <month>; docs/runbook.md"


def test_status_shows_every_month_and_what_stands_in(three_partners: Settings) -> None:
    assert [line.split("  ") for line in _squeezed(overview.status_lines(three_partners))] == [
        ["partner", "feed", "2026-06", "2026-07", "2026-08"],
        ["coventry", "all 5 feeds", "-", "-", "-"],
        ["dudley", "people", "accepted", "held r2, stale 2026-06", "-"],
        ["dudley", "the other 4 feeds", "not sent", "not sent", "-"],
        ["walsall", "people", "-", "accepted", "refused whole"],
        ["walsall", "the other 4 feeds", "-", "not sent", "refused whole"],
        ["refused whole: walsall 2026-08 r1"],
        [ACT],
    ]


def test_status_shows_what_is_overdue_and_every_open_alert(three_partners: Settings) -> None:
    overdue.watch(three_partners, partners.load(three_partners.partners_dir).values(), date(2026, 9, 27))
    alerts.raise_alert(three_partners, "ingest_dudley", "run-1", "judge", "2026-07", ValueError())
    lines = _squeezed(overview.status_lines(three_partners))
    assert [line.split("  ") for line in lines[1:4]] == [
        ["coventry", "all 5 feeds", "-", "-", "overdue"],
        ["dudley", "people", "accepted", "held r2, stale 2026-06", "overdue"],
        ["dudley", "the other 4 feeds", "not sent", "not sent", "overdue"],
    ]
    assert lines[6:] == [
        "refused whole: walsall 2026-08 r1",
        "open alerts: 3 overdue, 1 task_failed",
        "Coventry City Council has not sent 2026-08, which was due on 2026-09-05",
        "Dudley Metropolitan Borough Council has not sent 2026-08, which was due on 2026-09-05",
        "Walsall Metropolitan Borough Council has not sent 2026-08, which was due on 2026-09-05",
        "judge of ingest_dudley failed for 2026-07: ValueError",
        "overdue: ask the partner for the month's drop; it is taken by itself when it comes",
        "task_failed: read the task's log in Airflow, mend the cause, and clear the task",
        ACT,
    ]


def test_a_refused_drop_that_was_followed_by_a_good_one_is_no_longer_shown(three_partners: Settings) -> None:
    with connect(three_partners) as connection:
        connection.execute("insert into quality.delivery (partner_code, period, revision) values ('walsall', '2026-08', 2)")
        connection.execute("update quality.delivery set status = 'accepted' where revision = 2 and period = '2026-08'")
    assert not [line for line in overview.status_lines(three_partners) if line.startswith("refused whole")]


def test_receipts_show_every_arrival_and_its_rows(ledger: Settings) -> None:
    assert [line.split("  ") for line in _squeezed(overview.receipt_lines(ledger, None, None))][1:] == [
        ["dudley", "2026-06", "r1", "accepted", "100", "97", "3", "0", "inbound/2026-06/receipt-r1.json"],
        ["dudley", "2026-07", "r2", "held", "40", "0", "0", "0", "inbound/2026-07/receipt-r2.json"],
        ["walsall", "2026-07", "r1", "accepted", "50", "45", "1", "4", "inbound/2026-07/receipt-r1.json"],
        ["walsall", "2026-08", "r1", "refused", "0", "0", "0", "0", "inbound/2026-08/receipt-r1.json"],
        ["dudley", "2026-06", "r1", "duplicate", "0", "0", "0", "0", "-"],
    ]


def test_receipts_of_one_partner_and_month(ledger: Settings) -> None:
    lines = overview.receipt_lines(ledger, "dudley", "2026-07")
    assert [line.split()[:4] for line in lines[1:]] == [["dudley", "2026-07", "r2", "held"]]


def test_an_empty_ledger_says_so(warehouse: Settings) -> None:
    assert overview.status_lines(warehouse) == ["no drop has arrived yet"]
    assert overview.receipt_lines(warehouse, "dudley", None) == ["no drop has arrived from dudley"]


def test_psql_needs_no_password_typed_and_shows_none(warehouse: Settings) -> None:
    _, port = warehouse.warehouse_address
    done = subprocess.run(
        [sys.executable, "-m", "wholefamily", "psql", "--", "-Atc", "select current_user, count(*) from quality.delivery"],
        env={
            **os.environ,
            "PYTHONPATH": str(REPOSITORY / "plugins"),
            "HOME_DIR": str(warehouse.home_dir),
            "WAREHOUSE_PORT": str(port),
            "WAREHOUSE_DB": warehouse.warehouse_db,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "wholefamily|0\n"


def _squeezed(lines: list[str]) -> list[str]:
    """The lines with exactly two spaces between columns."""
    return ["  ".join(cell.strip() for cell in line.split("  ") if cell.strip()) for line in lines]

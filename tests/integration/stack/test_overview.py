"""What `status` and `receipts` show of the delivery ledger, and psql on the same warehouse."""

import os
import subprocess
import sys

import pytest

from wholefamily import overview
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


def test_status_shows_every_month_and_what_stands_in(ledger: Settings) -> None:
    assert [line.split("  ") for line in _squeezed(overview.status_lines(ledger))] == [
        ["partner", "feed", "2026-06", "2026-07"],
        ["dudley", "people", "accepted", "held r2, stale 2026-06"],
        ["walsall", "people", "-", "accepted"],
        ["refused whole: walsall 2026-08 r1"],
    ]


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

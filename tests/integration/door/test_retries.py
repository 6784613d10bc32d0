"""A run that dies at any point is run again: nothing half done, nothing twice, nothing lost."""

import os
import signal
import subprocess
import sys
from typing import Any

from tests.integration.door.conftest import Sender

from wholefamily import door
from wholefamily.settings import REPOSITORY

PEOPLE = "person_ref,given_name,family_name,resident_from\nP1,Ann,Baker,2020-01-01\n"
LANDED = "select tablename from pg_tables where schemaname = 'landing' and tablename <> 'blank'"


def test_each_step_may_be_run_twice(sandwell: Sender) -> None:
    sandwell.send({"people.csv": PEOPLE})
    arrival_id = sandwell.collect()
    assert sandwell.collect() == arrival_id
    for _ in range(2):
        door.load(sandwell.settings, arrival_id)
    assert sandwell.collect() == arrival_id, "what is loaded is not taken in again"
    assert [door.decide(sandwell.settings, arrival_id) for _ in range(2)] == ["accepted", "accepted"]
    assert sandwell.collect() == arrival_id, "nor is what was not told of yet"
    for _ in range(2):
        door.send_receipt(sandwell.settings, arrival_id)
    assert sandwell.receipts() == ["receipt-r1.json"]
    assert sandwell.rows("select count(*) from raw.people") == [(1,)]
    assert sandwell.rows("select count(*) from quality.arrival") == [(1,)]


def test_a_receipt_of_another_content_is_never_written_over(sandwell: Sender) -> None:
    earlier = sandwell.root / "inbound" / "2026-10" / "receipt-r1.json"
    earlier.parent.mkdir(parents=True)
    earlier.write_text("told by a warehouse that was lost")
    sandwell.send({"people.csv": PEOPLE})
    assert sandwell.ingest()["status"] == "accepted"
    assert earlier.read_text() == "told by a warehouse that was lost"
    assert sandwell.receipts() == ["receipt-r1-2.json", "receipt-r1.json"]


def test_a_drop_changed_before_its_retry_is_taken_as_it_stands(sandwell: Sender) -> None:
    sandwell.send({"people.csv": PEOPLE, "consent.csv": "person_ref,scope,decision,effective_from\n"})
    arrival_id = sandwell.collect()
    sandwell.send({"people.csv": PEOPLE.replace("Ann", "Anne")})
    assert sandwell.collect() == arrival_id
    receipt = sandwell.ingest()
    assert [(file["feed"], file["status"]) for file in receipt["files"]] == [("people", "accepted")]
    assert sandwell.rows("select given_name from raw.people") == [("Anne",)]
    assert sandwell.rows(LANDED) == []
    assert not door.has_new_drop(sandwell.settings, sandwell.partner, "2026-10")


def test_a_collecting_process_that_is_killed_leaves_nothing_behind(sandwell: Sender) -> None:
    header, row = PEOPLE.splitlines(keepends=True)
    sandwell.send({"people.csv": header + row * 200_000})
    process = _collecting(sandwell)
    try:
        while not sandwell.rows("select from pg_stat_progress_copy where tuples_processed > 1000 and datname = current_database()"):
            assert process.poll() is None, "it ended before it could be killed"
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert sandwell.rows(LANDED) == []
    assert sandwell.rows("select status from quality.arrival") == [("receiving",)]
    receipt = sandwell.ingest()
    assert (receipt["status"], receipt["files"][0]["rows_loaded"]) == ("accepted", 200_000)
    assert sandwell.receipts() == ["receipt-r1.json"]
    assert sandwell.rows("select count(*) from quality.arrival") == [(1,)]


def _collecting(sender: Sender) -> "subprocess.Popen[bytes]":
    program = (
        "from wholefamily import door, partners, settings\n"
        "given = settings.load()\n"
        f"door.collect(given, partners.load(given.partners_dir)[{sender.code!r}], '2026-10')\n"
    )
    settings: dict[str, Any] = sender.settings.model_dump(exclude_none=True)
    environment = {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY / "plugins"),
        **{name.upper(): str(value) for name, value in settings.items()},
    }
    return subprocess.Popen([sys.executable, "-c", program], env=environment)

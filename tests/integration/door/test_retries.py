"""A run that dies at any point is run again: nothing half done, nothing twice, nothing lost."""

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import permutations
from typing import Any

import pytest
from tests.integration.door.conftest import Sender, SftpHost

from wholefamily import door
from wholefamily.door import sftp
from wholefamily.errors import WholefamilyError
from wholefamily.settings import REPOSITORY, Settings
from wholefamily.warehouse import connect

PEOPLE = "person_ref,given_name,family_name,resident_from\nP1,Ann,Baker,2020-01-01\n"
CONSENT = "person_ref,scope,decision,effective_from\nP1,SUPPORT,GIVEN,2026-09-01\n"
NEEDS = "person_ref,need,from_date,to_date\nP1,HOUSING,2026-01-01,\n"
OFFENCE = "offence_ref,person_ref,role,offence_class,offence_date,disposal\nO1,{},OFFENDER,THEFT,2026-08-01,CAUTION\n"
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


def test_what_has_come_in_whole_is_what_is_taken_and_what_is_sent_afterwards_is_another_arrival(sandwell: Sender) -> None:
    sandwell.send({"people.csv": PEOPLE})
    arrival_id = sandwell.collect()
    sandwell.send({"people.csv": PEOPLE.replace("Ann", "Anne")})
    assert sandwell.collect() == arrival_id
    assert sandwell.ingest()["status"] == "accepted"
    assert sandwell.rows("select given_name from raw.people") == [("Ann",)]
    assert [reason["rule"] for reason in sandwell.ingest()["reasons"]] == ["revision_changed"]
    assert not door.has_new_drop(sandwell.settings, sandwell.partner, "2026-10")


@pytest.fixture
def broken_off(sandwell: Sender, sftp_host: SftpHost, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sender]:
    """Sandwell, whose server broke off in people.csv, when the two smaller files had landed. Then it is well again."""
    monkeypatch.setattr(sftp, "_PAUSES_SECONDS", (0.0,))
    header, row = PEOPLE.splitlines(keepends=True)
    sandwell.send({"consent.csv": CONSENT, "support_needs.csv": NEEDS, "people.csv": header + row * 60_000})
    sftp_host.server.fault = "broken"
    with pytest.raises(WholefamilyError, match="broke off"):
        sandwell.collect()
    assert sandwell.rows(LANDED + " order by 1") == [("d1_consent",), ("d1_support_needs",)]
    assert sandwell.rows("select feed, status, rows_received from quality.delivery_file order by 1") == [
        ("consent", "receiving", 1),
        ("support_needs", "receiving", 1),
    ]
    sftp_host.server.fault = None
    sftp_host.server.opened.clear()
    yield sandwell
    assert sandwell.rows(LANDED) == []
    assert sandwell.rows("select status from quality.arrival where sequence = 1") != [("receiving",)]


def test_what_has_landed_is_not_taken_again(broken_off: Sender, sftp_host: SftpHost) -> None:
    assert broken_off.ingest()["status"] == "accepted"
    assert [name for name in sftp_host.server.opened if name.endswith(".csv")] == ["people.csv"]
    assert broken_off.rows("select count(*) from quality.arrival") == [(1,)]
    assert broken_off.rows("select (select count(*) from raw.people), (select count(*) from raw.consent)") == [(60_000, 1)]
    landed = broken_off.rows(
        "select feed from quality.transition where to_status = 'receiving' and feed is not null order by transition_id"
    )
    assert landed == [("consent",), ("support_needs",), ("people",)]


def test_a_file_that_was_changed_meanwhile_is_taken_as_it_stands(broken_off: Sender, sftp_host: SftpHost) -> None:
    broken_off.send({"consent.csv": CONSENT + "P2,SUPPORT,GIVEN,2026-09-01\n", "people.csv": PEOPLE})
    receipt = broken_off.ingest()
    assert [(file["feed"], file["status"], file["rows_loaded"]) for file in receipt["files"]] == [
        ("consent", "accepted", 2),
        ("people", "accepted", 1),
    ]
    assert sorted(name for name in sftp_host.server.opened if name.endswith(".csv")) == ["consent.csv", "people.csv"]
    assert not door.has_new_drop(broken_off.settings, broken_off.partner, "2026-10")


def test_a_drop_that_is_refused_after_all_leaves_nothing_of_what_had_landed(broken_off: Sender) -> None:
    (broken_off.folder("2026-10", 1) / "people.csv").unlink()
    receipt = broken_off.ingest()
    assert (receipt["status"], [reason["rule"] for reason in receipt["reasons"]]) == ("refused", ["file_missing"])
    assert [(file["feed"], file["status"]) for file in receipt["files"]] == [
        ("consent", "refused"),
        ("people", "refused"),
        ("support_needs", "refused"),
    ]
    assert broken_off.rows("select tableoid from raw.consent") == []


def test_a_drop_that_was_taken_away_before_it_was_in_is_refused(broken_off: Sender) -> None:
    kept = broken_off.folder("2026-10", 1).rename(broken_off.root / "kept")
    assert door.has_new_drop(broken_off.settings, broken_off.partner, "2026-10")
    assert door.new_drops(broken_off.settings, broken_off.partner) == [("2026-10", 1)]
    receipt = broken_off.ingest()
    assert (receipt["status"], [reason["rule"] for reason in receipt["reasons"]]) == ("refused", ["withdrawn"])
    assert "send revision 2" in receipt["reasons"][0]["text"]
    assert not door.has_new_drop(broken_off.settings, broken_off.partner, "2026-10")
    kept.rename(broken_off.folder("2026-10", 1))
    assert broken_off.ingest()["status"] == "duplicate", "of a revision that was refused"


def test_a_drop_that_was_taken_away_once_it_was_in_is_none_the_worse(sandwell: Sender) -> None:
    sandwell.send({"people.csv": PEOPLE})
    arrival_id = sandwell.collect()
    sandwell.folder("2026-10", 1).rename(sandwell.root / "kept")
    assert sandwell.collect() == arrival_id
    assert sandwell.ingest()["status"] == "accepted"
    assert not door.has_new_drop(sandwell.settings, sandwell.partner, "2026-10")


@pytest.mark.parametrize("step", [door.load, door.decide])
def test_the_chain_does_not_go_on_with_half_a_drop(broken_off: Sender, step: Callable[[Settings, int], object]) -> None:
    with pytest.raises(WholefamilyError, match="arrival 1 has not come in whole yet: run collect first"):
        step(broken_off.settings, 1)
    assert broken_off.ingest()["status"] == "accepted"


def test_the_persons_of_the_police_are_chosen_anew_when_what_refers_to_them_was_changed(
    police: Sender, sftp_host: SftpHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run dies when all has landed, offences.csv is changed, and the next run breaks off in people.csv, which was not."""
    monkeypatch.setattr(sftp, "_PAUSES_SECONDS", ())
    people = "person_ref,given_name,family_name,resident_from\n" + "".join(f"N{n},Ann,Baker,2020-01-01\n" for n in range(50_000))
    for person in ("N1", "N2"):
        folder = police.send({"offences.csv": OFFENCE.format(person), "people.csv": people})
        os.utime(folder / "people.csv", (1_800_000_000, 1_800_000_000))
        if person == "N1":
            police.collect()
            with connect(police.settings) as connection:
                connection.execute("update quality.delivery set collected_at = null")
    sftp_host.server.fault = "broken"
    with pytest.raises(WholefamilyError, match="broke off"):
        police.collect()
    sftp_host.server.fault = None
    assert police.ingest()["status"] == "accepted"
    assert police.rows("select person_ref from raw.people") == [("N2",)]
    assert police.rows("select n from quality.dropped_count where reason = 'no_kept_row'") == [(49_999,)]


def test_a_run_of_the_orchestrator_that_is_cleared_is_given_the_drop_that_it_took(sandwell: Sender) -> None:
    """Whatever else was sent meanwhile; each of its steps changes nothing then."""
    sandwell.send({"people.csv": PEOPLE})
    arrival_id = door.collect(sandwell.settings, sandwell.partner, "2026-10", "manual__1")
    sandwell.ingest()
    before = _all(sandwell)
    assert not door.has_new_drop(sandwell.settings, sandwell.partner, "2026-10", "manual__2")
    with pytest.raises(WholefamilyError, match="has sent nothing new"):
        door.collect(sandwell.settings, sandwell.partner, "2026-10", "manual__2")
    sandwell.send({"people.csv": PEOPLE}, revision=2)
    assert door.has_new_drop(sandwell.settings, sandwell.partner, "2026-10", "manual__1")
    assert door.collect(sandwell.settings, sandwell.partner, "2026-10", "manual__1") == arrival_id
    assert _all(sandwell) == before


@pytest.mark.parametrize("fate", ["accepted", "partly_accepted", "refused", "duplicate", "held"])
def test_any_step_again_in_any_order_changes_nothing_of_what_was_decided(sandwell: Sender, fate: str) -> None:
    files = {"people.csv": PEOPLE, "consent.csv": CONSENT}
    if fate == "partly_accepted":
        files["consent.csv"] = "person_ref\nP1\n"
    elif fate == "held":
        files["people.csv"] = PEOPLE + "P2\n"
    sandwell.send(files, marking="SECRET" if fate == "refused" else "OFFICIAL")
    if fate == "duplicate":
        sandwell.ingest()
        sandwell.touch()
    arrival_id = sandwell.collect()
    steps = [door.load, door.decide, door.send_receipt]
    for step in steps:
        step(sandwell.settings, arrival_id)
    assert sandwell.rows("select status from quality.arrival where arrival_id = %s", arrival_id) == [(fate,)]
    before = _all(sandwell)
    for order in permutations(steps):
        for step in order:
            step(sandwell.settings, arrival_id)
    assert _all(sandwell) == before


def test_two_workers_given_the_same_drop_do_what_one_does(sandwell: Sender, sftp_host: SftpHost) -> None:
    header, row = PEOPLE.splitlines(keepends=True)
    sandwell.send({"people.csv": header + row * 30_000, "consent.csv": CONSENT})
    sftp_host.server.opened.clear()
    workers = [_working(sandwell) for _ in range(2)]
    assert [worker.wait() for worker in workers] == [0, 0]
    assert sftp_host.server.opened.count("people.csv") == 1, "one of them took it"
    assert sandwell.receipts() == ["receipt-r1.json"]
    assert sandwell.rows("select status, sequence from quality.arrival") == [("accepted", 1)]
    assert sandwell.rows("select (select count(*) from raw.people), (select count(*) from raw.consent)") == [(30_000, 1)]
    steps = sandwell.rows("select what, feed, from_status, to_status from quality.transition order by 1, 2, 3 nulls first")
    assert steps == [
        ("arrival", None, None, "receiving"),
        ("arrival", None, "receiving", "accepted"),
        ("delivery", None, None, "receiving"),
        ("delivery", None, "receiving", "accepted"),
        ("delivery_file", "consent", None, "receiving"),
        ("delivery_file", "consent", "receiving", "accepted"),
        ("delivery_file", "people", None, "receiving"),
        ("delivery_file", "people", "receiving", "accepted"),
    ]


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
    return _process(sender, f"door.collect(given, partners.load(given.partners_dir)[{sender.code!r}], '2026-10')\n")


def _working(sender: Sender) -> "subprocess.Popen[bytes]":
    return _process(
        sender,
        f"arrival = door.collect(given, partners.load(given.partners_dir)[{sender.code!r}], '2026-10')\n"
        "door.load(given, arrival)\ndoor.decide(given, arrival)\ndoor.send_receipt(given, arrival)\n",
    )


def _process(sender: Sender, what: str) -> "subprocess.Popen[bytes]":
    program = "from wholefamily import door, partners, settings\ngiven = settings.load()\n" + what
    settings: dict[str, Any] = sender.settings.model_dump(exclude_none=True)
    environment = {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY / "plugins"),
        **{name.upper(): str(value) for name, value in settings.items()},
    }
    return subprocess.Popen([sys.executable, "-c", program], env=environment)


def _all(sender: Sender) -> dict[str, object]:
    """Every row of the ledger, of landing and of raw, and every file that the partner was sent."""
    tables = sender.rows(
        "select schemaname || '.' || tablename from pg_tables where schemaname in ('quality', 'landing', 'raw') order by 1"
    )
    found: dict[str, object] = {name: sorted(map(str, sender.rows(f"select * from {name}"))) for (name,) in tables}
    for path in (sender.root / "inbound").rglob("*"):
        found[path.name] = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
    return found

"""Replay: the chain again for a drop that came before; what is accepted stands, and the rest is taken as the partner file now says."""

import hashlib
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import only_password_of
from tests.integration.door.conftest import Sender, SftpHost

from wholefamily import build, cli, corrections, door, metrics, overdue, overview, validation
from wholefamily.door import ledger, sftp
from wholefamily.errors import WholefamilyError
from wholefamily.partners import load as load_partners
from wholefamily.settings import Settings
from wholefamily.warehouse import connect

PEOPLE = "person_ref,given_name,family_name,resident_from\nP1,Ann,Baker,2020-01-01\n"
CONSENT = "person_ref,scope,decision,effective_from\nP1,SUPPORT,GIVEN,2026-09-01\n"
LANDED = "select tablename from pg_tables where schemaname = 'landing' and tablename <> 'blank' order by 1"


@pytest.fixture
def strict(door_settings: Settings, sftp_host: SftpHost, tmp_path: Path) -> Sender:
    """Sandwell, whose agreement does not cover ``consent`` by mistake."""
    folder = tmp_path / "partners"
    shutil.copytree(door_settings.partners_dir, folder)
    path = folder / "sandwell.yml"
    path.write_text(path.read_text().replace(" consent,", ""))
    return Sender("sandwell", sftp_host.root, door_settings.model_copy(update={"partners_dir": folder}))


def _mended(sender: Sender) -> Settings:
    return sender.settings.model_copy(update={"partners_dir": Settings().partners_dir})


def _all(sender: Sender) -> dict[str, object]:
    tables = sender.rows(
        "select schemaname || '.' || tablename from pg_tables where schemaname in ('quality', 'landing', 'raw') order by 1"
    )
    found: dict[str, object] = {name: sorted(map(str, sender.rows(f"select * from {name}"))) for (name,) in tables}
    for path in (sender.root / "inbound").rglob("*"):
        found[path.name] = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
    return found


def _replayed(sender: Sender) -> list[tuple[Any, ...]]:
    return sender.rows(
        "select what, feed, from_status, to_status from quality.transition where reason = 'replay' and from_status is not null "
        "order by transition_id"
    )


def test_a_file_that_was_refused_is_taken_once_the_partner_file_is_mended(strict: Sender, sftp_host: SftpHost) -> None:
    strict.send({"people.csv": PEOPLE, "consent.csv": CONSENT})
    assert strict.ingest()["status"] == "partly_accepted"
    people = strict.rows("select *, tableoid from raw.people")
    sftp_host.server.opened.clear()
    told: list[str] = []
    replayed = door.replay(_mended(strict), "sandwell", "2026-10", tell=told.append)
    assert (replayed.revision, replayed.status, replayed.months) == (1, "accepted", ("2026-10",))
    assert "people.csv" not in sftp_host.server.opened
    assert strict.rows("select *, tableoid from raw.people") == people, "what was accepted stands"
    assert strict.rows("select person_ref from raw.consent") == [("P1",)]
    assert strict.receipts() == ["receipt-r1-2.json", "receipt-r1.json"]
    assert [(file["feed"], file["status"], file["reasons"]) for file in strict.receipt("receipt-r1-2.json")["files"]] == [
        ("consent", "accepted", []),
        ("people", "accepted", []),
    ]
    assert _replayed(strict) == [
        ("delivery", None, "partly_accepted", "receiving"),
        ("arrival", None, "partly_accepted", "receiving"),
        ("delivery_file", "consent", "refused", "receiving"),
    ]
    assert told == [
        "partly_accepted; comparing what stands on the server with what came: consent",
        "it is the same: taking it again",
        "collected",
        "judged",
        "decided: accepted",
        "receipt: inbound/2026-10/receipt-r1-2.json",
    ]
    assert not door.has_new_drop(strict.settings, strict.partner, "2026-10")


def test_a_replay_under_the_same_partner_file_ends_as_before(strict: Sender) -> None:
    strict.send({"people.csv": PEOPLE, "consent.csv": CONSENT})
    strict.ingest()
    before = strict.rows("select feed, status, rows_loaded, reasons from quality.delivery_file order by 1")
    assert door.replay(strict.settings, "sandwell", "2026-10", 1).status == "partly_accepted"
    assert strict.rows("select feed, status, rows_loaded, reasons from quality.delivery_file order by 1") == before
    assert strict.receipts() == ["receipt-r1.json"], "it says what the sender was told"


def test_a_drop_that_was_refused_for_its_agreement_is_taken_once_that_is_in_force(strict: Sender) -> None:
    path = strict.settings.partners_dir / "sandwell.yml"
    text = path.read_text()
    path.write_text(text.replace("code: WM-TF-ISA", "code: WM-TF-OLD"))
    sender = Sender("sandwell", strict.root.parent, strict.settings)
    sender.send({"people.csv": PEOPLE})
    assert sender.ingest()["status"] == "refused"
    path.write_text(text)
    assert door.replay(strict.settings, "sandwell", "2026-10").status == "accepted"
    assert strict.rows("select person_ref from raw.people") == [("P1",)]


@pytest.mark.parametrize("changed", ["manifest", "file", "gone"])
def test_other_content_is_not_taken_and_nothing_changes(strict: Sender, changed: str) -> None:
    folder = strict.send({"people.csv": PEOPLE, "consent.csv": CONSENT})
    strict.ingest()
    if changed == "manifest":
        strict.send({"people.csv": PEOPLE, "consent.csv": CONSENT}, produced_at="2026-11-03T03:10:00Z")
    elif changed == "file":
        (folder / "consent.csv").write_text(CONSENT.replace("GIVEN", "REFUSED"))
    else:
        (folder / "manifest.json").unlink()
    before = _all(strict)
    with pytest.raises(WholefamilyError, match="ask sandwell for revision 2"):
        door.replay(_mended(strict), "sandwell", "2026-10")
    assert _all(strict) == before


def test_an_accepted_drop_is_not_loaded_twice_and_its_month_and_later_ones_are_built_again(sandwell: Sender) -> None:
    for period in ("2026-09", "2026-10", "2026-11"):
        sandwell.send({"people.csv": PEOPLE}, period=period)
        sandwell.ingest(period)
    assert build.finish(sandwell.settings, build.plan(sandwell.settings)) is False
    before = _all(sandwell)
    replayed = door.replay(sandwell.settings, "sandwell", "2026-10")
    assert (replayed.status, replayed.months) == ("accepted", ("2026-10", "2026-11"))
    assert build.plan(sandwell.settings) == ["2026-10", "2026-11"]
    assert _replayed(sandwell) == [("delivery", None, "accepted", "accepted")]
    after = _all(sandwell)
    assert {name for name in after if after[name] != before.get(name)} == {"quality.transition"}


def test_a_drop_that_broke_off_is_continued(sandwell: Sender, sftp_host: SftpHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sftp, "_PAUSES_SECONDS", ())
    header, row = PEOPLE.splitlines(keepends=True)
    rows = "".join(row.replace("P1", f"P{n}") for n in range(50_000))
    sandwell.send({"people.csv": header + rows, "consent.csv": CONSENT})
    sftp_host.server.fault = "broken"
    with pytest.raises(WholefamilyError, match="broke off"):
        sandwell.collect()
    sftp_host.server.fault = None
    sftp_host.server.opened.clear()
    assert door.replay(sandwell.settings, "sandwell", "2026-10").status == "accepted"
    assert [name for name in sftp_host.server.opened if name.endswith(".csv")] == ["people.csv"]
    assert sandwell.receipts() == ["receipt-r1.json"]
    assert _replayed(sandwell) == []


def test_a_missing_receipt_is_sent(sandwell: Sender) -> None:
    sandwell.send({"people.csv": PEOPLE})
    arrival_id = sandwell.collect()
    door.load(sandwell.settings, arrival_id)
    door.decide(sandwell.settings, arrival_id)
    assert door.replay(sandwell.settings, "sandwell", "2026-10").arrival_ids == (arrival_id,)
    assert sandwell.receipt()["status"] == "accepted"


def test_a_held_file_is_taken_again_and_may_still_be_decided(sandwell: Sender) -> None:
    sandwell.send({"people.csv": PEOPLE + "P2\n", "consent.csv": CONSENT})
    assert sandwell.ingest()["status"] == "held"
    before = sandwell.rows(LANDED)
    assert door.replay(sandwell.settings, "sandwell", "2026-10").status == "held"
    assert sandwell.rows(LANDED) == before == [("d1_people",)]
    assert ("delivery_file", "people", "held", "receiving") in _replayed(sandwell)
    status = door.settle_held(sandwell.settings, 1, is_accepted=True, decided_by="Cara Dean", reason="seen with Sandwell")
    assert status == "accepted"
    assert sandwell.rows("select person_ref from raw.people") == [("P1",)]


def test_a_replay_that_breaks_off_is_run_again(strict: Sender, sftp_host: SftpHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sftp, "_PAUSES_SECONDS", ())
    header, row = CONSENT.splitlines(keepends=True)
    content = header + "".join(row.replace("P1", f"P{n}") for n in range(50_000))
    strict.send({"people.csv": PEOPLE, "consent.csv": content})
    strict.ingest()

    def tell(line: str) -> None:
        if line == "it is the same: taking it again":
            sftp_host.server.fault = "broken"

    with pytest.raises(WholefamilyError, match="broke off"):
        door.replay(_mended(strict), "sandwell", "2026-10", tell=tell)
    sftp_host.server.fault = None
    assert strict.rows("select status from quality.delivery") == [("receiving",)]
    assert strict.rows("select count(*) from raw.people") == [(1,)], "what was accepted stands meanwhile"
    assert build.plan(strict.settings) == ["2026-10"], "nobody waits for a replay"
    assert door.has_new_drop(strict.settings, strict.partner, "2026-10")
    assert door.replay(_mended(strict), "sandwell", "2026-10").status in {"accepted", "held"}
    assert strict.rows("select count(*) from raw.people") == [(1,)]


def test_the_police_are_asked_for_the_next_revision_where_persons_were_never_stored(police: Sender) -> None:
    police.send(
        {
            "people.csv": PEOPLE.replace("P1", "N1"),
            "missing_episodes.csv": "person_ref,from_date,to_date\nN1,2026-01-01,\n",
            "offences.csv": "offence_ref,person_ref\nO1,N2\n",
        }
    )
    assert police.ingest()["status"] == "partly_accepted"
    with pytest.raises(WholefamilyError, match="only offences refers: ask west_midlands_police for revision 2"):
        door.replay(police.settings, "west_midlands_police", "2026-10")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nobody", "2026-10"], "nobody is no partner that sends"),
        (["evaluator", "2026-10"], "evaluator is no partner that sends"),
        (["sandwell", "2026-10"], "nothing of 2026-10 has come from sandwell"),
        (["sandwell", "2026-10", "3"], "no revision 3 of 2026-10 has come from sandwell"),
    ],
    ids=["stranger", "evaluator", "nothing", "revision"],
)
def test_what_cannot_be_replayed_is_one_clear_line(
    sandwell: Sender, arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in sandwell.settings.model_dump(exclude_none=True).items():
        monkeypatch.setenv(name.upper(), str(value))
    assert cli.main(["replay", *arguments]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(f"error: {said}")


def test_the_command_says_what_it_does(sandwell: Sender, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    sandwell.send({"people.csv": PEOPLE})
    sandwell.ingest()
    for name, value in sandwell.settings.model_dump(exclude_none=True).items():
        monkeypatch.setenv(name.upper(), str(value))
    assert cli.main(["replay", "sandwell", "2026-10"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "all of it is accepted, and stands",
        "sandwell 2026-10 r1: accepted",
        "the next run of build_warehouse builds 2026-10",
    ]


def test_a_month_that_is_replayed_before_it_was_ever_built_is_built_once(sandwell: Sender) -> None:
    sandwell.send({"people.csv": PEOPLE})
    sandwell.ingest()
    door.replay(sandwell.settings, "sandwell", "2026-10")
    with connect(sandwell.settings) as connection:
        assert build.changed_periods(connection) == ["2026-10"]


def test_a_backfill_takes_what_was_refused_again_and_goes_on_where_it_broke_off(strict: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    strict.send({"people.csv": PEOPLE, "consent.csv": CONSENT})
    strict.ingest()
    settings, partner = _mended(strict), load_partners(_mended(strict).partners_dir)["sandwell"]
    assert door.has_come(settings, partner, "2026-10")
    with monkeypatch.context() as broken:
        broken.setattr(ledger, "open_arrival", _die)
        with pytest.raises(KeyboardInterrupt):
            door.collect_again(settings, partner, "2026-10")
    assert strict.rows("select status from quality.arrival") == [("receiving",)]
    arrival = door.collect_again(settings, partner, "2026-10")
    _go_on(settings, arrival)
    assert strict.rows("select feed, status from quality.delivery_file order by 1") == [("consent", "accepted"), ("people", "accepted")]
    assert strict.rows("select person_ref from raw.people") == [("P1",)]


def _go_on(settings: Settings, arrival: int) -> None:
    for step in (door.load, door.decide, door.send_receipt):
        step(settings, arrival)


def _die(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_backfill_of_what_is_accepted_builds_the_month_again_and_changes_nothing_else(sandwell: Sender) -> None:
    for period in ("2026-09", "2026-10"):
        sandwell.send({"people.csv": PEOPLE}, period=period)
        sandwell.ingest(period)
    build.finish(sandwell.settings, build.plan(sandwell.settings))
    before = _all(sandwell)
    _go_on(sandwell.settings, door.collect_again(sandwell.settings, sandwell.partner, "2026-10"))
    assert build.plan(sandwell.settings) == ["2026-10"]
    after = _all(sandwell)
    assert {name for name in after if after[name] != before.get(name)} == {"quality.transition"}
    assert not door.has_come(sandwell.settings, sandwell.partner, "2026-08")


def test_the_door_needs_no_other_login_than_its_own(strict: Sender) -> None:
    alone = strict.settings
    with only_password_of("door", alone):
        strict.send({"people.csv": PEOPLE, "consent.csv": CONSENT})
        assert [drop.period for drop in corrections.untaken_of_all(alone, [strict.partner], date(2026, 11, 9), {})] == ["2026-10"]
        overdue.watch(alone, [strict.partner], date(2026, 12, 31))
        arrival = door.collect(alone, strict.partner, "2026-10")
        validation.judge(alone, arrival)
        door.load(alone, arrival)
        assert door.decide(alone, arrival) == "partly_accepted"
        door.send_receipt(alone, arrival)
        assert metrics.of_arrival(alone, arrival)
        mended = alone.model_copy(update={"partners_dir": Settings().partners_dir})
        assert door.replay(mended, "sandwell", "2026-10").status == "accepted"
        assert "sandwell" in "\n".join(overview.status_lines(alone) + overview.receipt_lines(alone, None, None))

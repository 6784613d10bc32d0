"""Revisions that are sent again, and higher ones: the order of arrival plays no part in what is believed."""

from itertools import permutations
from typing import Any

from tests.integration.door.conftest import Sender, SftpHost

from wholefamily import door
from wholefamily.settings import Settings

HEADER = "person_ref,given_name,family_name,resident_from\n"
PEOPLE = HEADER + "P1,Ann,Baker,2020-01-01\n"
MENDED = HEADER + "P1,Anne,Baker,2020-01-01\n"


def _believed(sender: Sender) -> list[tuple[Any, ...]]:
    return sender.rows(
        "select believed.period, believed.revision, people.given_name from quality.believed_file as believed "
        "inner join raw.people on people._delivery_id = believed.delivery_id order by 1"
    )


def test_the_same_content_again_is_a_duplicate_and_changes_nothing(sandwell: Sender) -> None:
    sandwell.send({"people.csv": PEOPLE})
    first = sandwell.ingest()
    before = sandwell.rows("select * from quality.delivery inner join quality.delivery_file using (delivery_id)")
    sandwell.touch()
    assert door.new_drops(sandwell.settings, sandwell.partner) == [("2026-10", 1)]
    again = sandwell.ingest()
    assert (again["status"], [reason["rule"] for reason in again["reasons"]], again["files"]) == ("duplicate", ["duplicate"], [])
    assert sandwell.receipts() == ["receipt-r1-2.json", "receipt-r1.json"]
    assert sandwell.receipt("receipt-r1.json") == first
    assert sandwell.rows("select * from quality.delivery inner join quality.delivery_file using (delivery_id)") == before
    assert door.new_drops(sandwell.settings, sandwell.partner) == []


def test_other_content_under_the_same_revision_is_refused_and_what_stands_stays(sandwell: Sender) -> None:
    sandwell.send({"people.csv": PEOPLE})
    sandwell.ingest()
    sandwell.send({"people.csv": MENDED})
    receipt = sandwell.ingest()
    assert (receipt["status"], [reason["rule"] for reason in receipt["reasons"]]) == ("refused", ["revision_changed"])
    assert "send revision 2" in receipt["reasons"][0]["text"]
    assert sandwell.rows("select status from quality.delivery") == [("accepted",)]
    assert _believed(sandwell) == [("2026-10", 1, "Ann")]


def test_the_same_manifest_with_another_file_is_other_content(sandwell: Sender) -> None:
    folder = sandwell.send({"people.csv": PEOPLE})
    sandwell.ingest()
    (folder / "people.csv").write_text(MENDED)
    assert [reason["rule"] for reason in sandwell.ingest()["reasons"]] == ["revision_changed"]


def test_a_file_that_was_missing_is_sent_with_the_next_revision(sandwell: Sender) -> None:
    folder = sandwell.send({"people.csv": PEOPLE})
    (folder / "people.csv").unlink()
    assert [reason["rule"] for reason in sandwell.ingest()["reasons"]] == ["file_missing"]
    (folder / "people.csv").write_text(PEOPLE)
    assert [reason["rule"] for reason in sandwell.ingest()["reasons"]] == ["revision_changed"]
    sandwell.send({"people.csv": PEOPLE}, revision=2)
    assert sandwell.ingest()["status"] == "accepted"
    assert sandwell.receipts() == ["receipt-r1-2.json", "receipt-r1.json", "receipt-r2.json"]
    assert _believed(sandwell) == [("2026-10", 2, "Ann")]


def test_a_refused_manifest_sent_again_is_a_duplicate(sandwell: Sender) -> None:
    sandwell.send({"people.csv": PEOPLE}, marking="SECRET")
    assert sandwell.ingest()["status"] == "refused"
    sandwell.touch()
    assert sandwell.ingest()["status"] == "duplicate"
    assert sandwell.rows("select status from quality.delivery") == [("refused",)]


def test_a_higher_revision_with_the_same_content_is_accepted(sandwell: Sender) -> None:
    sandwell.send({"people.csv": PEOPLE})
    sandwell.ingest()
    sandwell.send({"people.csv": PEOPLE}, revision=2)
    assert sandwell.ingest()["status"] == "accepted"
    assert _believed(sandwell) == [("2026-10", 2, "Ann")]


def test_revisions_are_taken_lowest_first_one_a_run(sandwell: Sender) -> None:
    sandwell.send({"people.csv": MENDED}, revision=2)
    sandwell.send({"people.csv": PEOPLE}, revision=1)
    sandwell.send({"people.csv": PEOPLE}, period="2026-09")
    assert door.new_drops(sandwell.settings, sandwell.partner) == [("2026-09", 1), ("2026-10", 1), ("2026-10", 2)]
    assert sandwell.ingest()["revision"] == 1
    assert sandwell.ingest()["revision"] == 2
    assert door.new_drops(sandwell.settings, sandwell.partner) == [("2026-09", 1)]


def test_a_lower_revision_that_arrives_late_changes_nothing_that_is_believed(sandwell: Sender) -> None:
    sandwell.send({"people.csv": MENDED}, revision=2)
    sandwell.ingest()
    sandwell.send({"people.csv": PEOPLE}, revision=1)
    assert sandwell.ingest()["status"] == "accepted"
    assert _believed(sandwell) == [("2026-10", 2, "Anne")]


def test_a_feed_refused_in_the_next_revision_keeps_its_last_accepted_one(sandwell: Sender) -> None:
    consent = "person_ref,scope,decision,effective_from\nP1,SUPPORT,GIVEN,2026-09-01\n"
    sandwell.send({"people.csv": PEOPLE, "consent.csv": consent})
    sandwell.ingest()
    sandwell.send({"people.csv": "person_ref\nP1\n", "consent.csv": consent}, revision=2)
    assert sandwell.ingest()["status"] == "partly_accepted"
    assert sandwell.rows("select feed, revision from quality.believed_file order by feed") == [("consent", 2), ("people", 1)]


def test_the_order_of_arrival_plays_no_part_in_what_is_believed(door_settings: Settings, sftp_host: SftpHost) -> None:
    """Three drops in all six orders, each order from another authority: October, its correction, and November without consent."""
    consent = "person_ref,scope,decision,effective_from\nP1,SUPPORT,GIVEN,2026-09-01\n"
    drops: dict[tuple[str, int], dict[str, str | bytes]] = {
        ("2026-10", 1): {"people.csv": PEOPLE, "consent.csv": consent},
        ("2026-10", 2): {"people.csv": MENDED, "consent.csv": "person_ref\nP1\n"},
        ("2026-11", 1): {"people.csv": HEADER + "P1,Anna,Baker,2020-01-01\n"},
    }
    for code, order in zip(("birmingham", "coventry", "dudley", "solihull", "walsall", "wolverhampton"), permutations(drops), strict=True):
        sender = Sender(code, sftp_host.root, door_settings)
        for period, revision in order:
            sender.send(drops[period, revision], period=period, revision=revision)
            sender.ingest(period)
        believed = sender.rows(
            "select period, feed, source_period, revision, is_stale, (select given_name from raw.people where people._delivery_id = "
            "believed.delivery_id and feed = 'people'), (select count(*) from raw.consent where consent._delivery_id = "
            "believed.delivery_id and feed = 'consent') from quality.believed_file as believed where partner_code = %s order by 1, 2",
            code,
        )
        assert believed == [
            ("2026-10", "consent", "2026-10", 1, False, None, 1),
            ("2026-10", "people", "2026-10", 2, False, "Anne", 0),
            ("2026-11", "consent", "2026-10", 1, True, None, 1),
            ("2026-11", "people", "2026-11", 1, False, "Anna", 0),
        ], order

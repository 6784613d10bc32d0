"""Drops and files that are refused: nothing of them is stored, and the receipt says why."""

import gzip
import json
from typing import Any

import pytest
from tests.integration.door.conftest import Sender

from wholefamily import door
from wholefamily.errors import WholefamilyError

PEOPLE = "person_ref,given_name,family_name,resident_from\nP1,Ann,Baker,2020-01-01\n"
CONSENT = "person_ref,scope,decision,effective_from\nP1,SUPPORT,GIVEN,2026-09-01\n"


def _rules(told: dict[str, Any]) -> list[str]:
    return [reason["rule"] for reason in told["reasons"]]


def _tables(sender: Sender) -> list[tuple[Any, ...]]:
    return sender.rows(
        "select schemaname, tablename from pg_tables where schemaname = 'landing' and tablename <> 'blank' or tablename ~ '_d[0-9]+$'"
    )


def test_without_a_manifest_the_drop_is_not_there(sandwell: Sender) -> None:
    folder = sandwell.send({"people.csv": PEOPLE})
    (folder / "manifest.json").unlink()
    assert door.new_drops(sandwell.settings, sandwell.partner) == []
    with pytest.raises(WholefamilyError, match="sandwell has sent nothing new for 2026-10"):
        sandwell.collect()
    assert sandwell.rows("select from quality.arrival") == []


def test_a_torn_manifest_refuses_the_drop_unread(sandwell: Sender) -> None:
    sandwell.send({"people.csv": PEOPLE})
    sandwell.write_manifest('{"schema_version": 1, "sender": "sand')
    receipt = sandwell.ingest()
    assert (receipt["status"], _rules(receipt), receipt["files"]) == ("refused", ["manifest_unreadable"], [])
    assert sandwell.rows("select status, revision from quality.delivery") == [("refused", 1)]
    assert _tables(sandwell) == []


def test_a_drop_of_another_sender_with_an_unknown_feed_is_refused_with_all_reasons(sandwell: Sender) -> None:
    sandwell.send({"people.csv": PEOPLE, "pets.csv": "a\n"}, sender="dudley")
    receipt = sandwell.ingest()
    assert (receipt["status"], _rules(receipt)) == ("refused", ["wrong_sender", "unknown_feed"])


@pytest.mark.parametrize(
    ("rule", "spoil"),
    [
        ("file_missing", lambda folder: (folder / "consent.csv").unlink()),
        ("sha256_differs", lambda folder: (folder / "consent.csv").write_text(CONSENT[:-5])),
        ("sha256_differs", lambda folder: (folder / "consent.csv").write_text("")),
    ],
)
def test_one_missing_or_torn_file_refuses_the_drop_whole(sandwell: Sender, rule: str, spoil: Any) -> None:
    spoil(sandwell.send({"people.csv": PEOPLE, "consent.csv": CONSENT}))
    receipt = sandwell.ingest()
    assert (receipt["status"], _rules(receipt)) == ("refused", [rule])
    assert "send revision 2" in receipt["reasons"][0]["text"]
    assert [(file["feed"], file["status"], file["rows_loaded"]) for file in receipt["files"]] == [
        ("consent", "refused", 0),
        ("people", "refused", 0),
    ]
    assert _tables(sandwell) == []


def test_another_row_count_refuses_the_drop_whole(sandwell: Sender) -> None:
    sandwell.send({"people.csv": PEOPLE, "consent.csv": CONSENT}, rows={"people.csv": 2, "consent.csv": 0})
    receipt = sandwell.ingest()
    assert (receipt["status"], _rules(receipt)) == ("refused", ["row_count_differs", "row_count_differs"])
    assert _tables(sandwell) == []


def test_a_link_is_not_followed(sandwell: Sender) -> None:
    folder = sandwell.send({"people.csv": PEOPLE})
    (folder / "people.csv").rename(folder.parent / "elsewhere.csv")
    (folder / "people.csv").symlink_to("../elsewhere.csv")
    receipt = sandwell.ingest()
    assert (receipt["status"], _rules(receipt)) == ("refused", ["path_leaves_folder"])


@pytest.mark.parametrize(
    ("rule", "column", "name", "content"),
    [
        (
            "unknown_column",
            "shoe_size",
            "people.csv",
            "person_ref,given_name,family_name,resident_from,shoe_size\nP1,Ann,Baker,2020-01-01,5\n",
        ),
        ("mandatory_column_missing", "resident_from", "people.csv", "person_ref,given_name,family_name\nP1,Ann,Baker\n"),
        ("not_covered_by_agreement", None, "offences.csv", "offence_ref\nO1\n"),
        ("no_certificate", None, "people.csv.gpg", b"\x85\x01"),
        ("not_readable", None, "people.csv.zip", b"PK"),
        ("holds_nul", None, "people.csv", PEOPLE.replace("Ann", "A\0n")),
        ("not_in_its_encoding", None, "people.csv", PEOPLE.replace("Ann", "Zoë").encode("cp1252")),
        ("line_too_long", None, "people.csv", PEOPLE + "x" * 10_000_000),
        ("too_many_columns", None, "people.csv", ",".join(["x"] * 10_000) + "\n"),
        (
            "expands_to_too_much",
            None,
            "people.csv.gz",
            gzip.compress(PEOPLE.encode() + (b"P1," + b"A" * 990 + b",Baker,2020-01-01\n") * 18_000),
        ),
        ("not_gzip", None, "people.csv.gz", gzip.compress(PEOPLE.encode())[:-4]),
    ],
    ids=["column", "no-column", "agreement", "gpg", "zip", "nul", "encoding", "long-line", "columns", "bomb", "torn-gzip"],
)
def test_a_refused_file_leaves_the_others_alone(sandwell: Sender, rule: str, column: str | None, name: str, content: str | bytes) -> None:
    rows = {name: 1 if rule in {"unknown_column", "mandatory_column_missing"} else 0}
    sandwell.send({name: content, "consent.csv": CONSENT}, rows=rows)
    receipt = sandwell.ingest()
    assert (receipt["status"], receipt["reasons"]) == ("partly_accepted", [])
    files = {file["feed"]: file for file in receipt["files"]}
    refused = files.pop(name.split(".", maxsplit=1)[0])
    lines = [1] if column else []
    assert (refused["status"], refused["rows_loaded"]) == ("refused", 0)
    assert refused["reasons"] == [{"rule": rule, "column": column, "count": 1, "lines": lines}]
    assert (files["consent"]["status"], files["consent"]["rows_loaded"]) == ("accepted", 1)
    assert [table for _, table in _tables(sandwell)] == [f"consent_d{sandwell.rows('select delivery_id from quality.delivery')[0][0]}"]


def test_a_drop_whose_only_file_is_refused_is_refused(sandwell: Sender) -> None:
    sandwell.send({"people.csv": "person_ref\nP1\n"})
    receipt = sandwell.ingest()
    assert receipt["status"] == "refused"
    assert {reason["column"] for reason in receipt["files"][0]["reasons"]} == {"given_name", "family_name", "resident_from"}


def test_where_encryption_is_required_a_plain_file_is_refused(sandwell: Sender) -> None:
    sandwell.partner = sandwell.partner.model_copy(update={"encryption": "required"})
    sandwell.send({"people.csv": PEOPLE})
    assert _rules(sandwell.ingest()["files"][0]) == ["encryption_required"]


def test_a_manifest_too_large_is_not_read(sandwell: Sender) -> None:
    sandwell.send({"people.csv": PEOPLE}, comment="x" * (1 << 20))
    assert _rules(sandwell.ingest()) == ["manifest_unreadable"]


def test_a_daily_feed_has_no_place_in_a_monthly_drop(police: Sender) -> None:
    police.send({"live_risks.csv": "risk_ref\nR1\n", "reoffending_rates.csv": "area,cohort_size,actual_rate,predicted_rate,measured_on\n"})
    receipt = police.ingest()
    assert receipt["status"] == "partly_accepted"
    assert json.dumps(receipt["files"][0]["reasons"]) == '[{"rule": "not_covered_by_agreement", "column": null, "count": 1, "lines": []}]'

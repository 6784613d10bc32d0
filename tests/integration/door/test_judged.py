"""What is done with what the judging found: quarantined rows, blanked identifiers, held files."""

from pathlib import Path
from typing import Any

import psycopg
from tests.conftest import PostgresServer
from tests.integration.door.conftest import Sender

from wholefamily import door
from wholefamily import warehouse as schemas

HEADER = "person_ref,given_name,family_name,resident_from,nino,nhs_number\n"


def _people(n_rows: int, start: int = 1) -> str:
    return HEADER + "".join(f"P{n},Ann,Baker,2020-01-01,QQ123456A,\n" for n in range(start, start + n_rows))


def _quarantine(sender: Sender, rules: dict[int, str], period: str = "2026-10", feed: str = "people") -> None:
    with schemas.connect(sender.settings) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "insert into quality.quarantined_row (partner_code, period, revision, feed, line, rule) values (%s, %s, 1, %s, %s, %s)",
            [(sender.code, period, feed, line, rule) for line, rule in rules.items()],
        )


def _finish(sender: Sender, arrival_id: int, name: str = "receipt-r1.json", period: str = "2026-10") -> dict[str, Any]:
    door.load(sender.settings, arrival_id)
    door.decide(sender.settings, arrival_id)
    door.send_receipt(sender.settings, arrival_id)
    return sender.receipt(name, period)


def test_quarantined_rows_are_gone_and_told_by_line(sandwell: Sender, postgres_server: PostgresServer) -> None:
    content = _people(40).replace("P7,Ann,Baker", "P7,Ann,Quillfeather")
    sandwell.send({"people.csv": content})
    arrival_id = sandwell.collect()
    _quarantine(sandwell, {8: "not_a_date", 3: "duplicate_key"})
    with schemas.connect(sandwell.settings) as connection:
        connection.execute(
            "insert into quality.check_result values ('sandwell', '2026-10', 1, 'people', 'not_a_date', 'date_of_birth', 'quarantine', false, 1), "
            "('sandwell', '2026-10', 1, 'people', 'not_a_date', 'resident_from', 'quarantine', true, 0)"
        )
    file = _finish(sandwell, arrival_id)["files"][0]
    assert (file["status"], file["rows_received"], file["rows_loaded"], file["rows_quarantined"]) == ("accepted", 40, 38, 2)
    assert file["reasons"] == [
        {"rule": "duplicate_key", "column": None, "count": 1, "lines": [3]},
        {"rule": "not_a_date", "column": "date_of_birth", "count": 1, "lines": [8]},
    ]
    assert sandwell.rows("select count(*) from raw.people where person_ref in ('P2', 'P7')") == [(0,)]
    with psycopg.connect(postgres_server.admin_dsn, autocommit=True) as admin:
        admin.execute("checkpoint")
    path = sandwell.rows("select pg_relation_filepath('raw.people_d1')")[0][0]
    stored = Path(postgres_server.data, path).read_bytes()
    assert b"Baker" in stored
    assert b"Quillfeather" not in stored, "nor in the free space of the table's file"


def test_identifiers_that_fail_are_blanked_and_their_rows_kept(sandwell: Sender) -> None:
    sandwell.send({"people.csv": _people(3)})
    arrival_id = sandwell.collect()
    with schemas.connect(sandwell.settings) as connection:
        connection.execute(
            "insert into landing.blank select delivery_id, 'people', line, 'nino' from quality.delivery, unnest(array[4, 2]) as line"
        )
    file = _finish(sandwell, arrival_id)["files"][0]
    assert (file["status"], file["rows_loaded"], file["rows_quarantined"], file["identifiers_blanked"]) == ("accepted", 3, 0, 2)
    assert file["reasons"] == [{"rule": "identifier_fails_check", "column": "nino", "count": 2, "lines": [2, 4]}]
    assert sandwell.rows("select _line, nino from raw.people order by _line") == [(2, None), (3, "QQ123456A"), (4, None)]
    assert sandwell.rows("select from landing.blank") == []


def test_a_receipt_tells_the_first_hundred_lines(sandwell: Sender) -> None:
    sandwell.send({"people.csv": _people(2400)})
    arrival_id = sandwell.collect()
    _quarantine(sandwell, dict.fromkeys(range(2, 122), "unknown_code"))
    reason = _finish(sandwell, arrival_id)["files"][0]["reasons"][0]
    assert (reason["count"], reason["lines"]) == (120, list(range(2, 102)))


def test_a_file_with_more_than_one_row_in_twenty_quarantined_is_held(sandwell: Sender) -> None:
    sandwell.send({"people.csv": _people(20), "consent.csv": "person_ref,scope,decision,effective_from\n"})
    arrival_id = sandwell.collect()
    _quarantine(sandwell, {2: "not_a_date", 3: "not_a_date"})
    receipt = _finish(sandwell, arrival_id)
    assert receipt["status"] == "held"
    assert [(file["feed"], file["status"], file["rows_loaded"]) for file in receipt["files"]] == [
        ("consent", "accepted", 0),
        ("people", "held", 0),
    ]
    assert receipt["files"][1]["reasons"] == [
        {"rule": "too_many_quarantined", "column": None, "count": 2, "lines": []},
        {"rule": "not_a_date", "column": None, "count": 2, "lines": [2, 3]},
    ]
    assert sandwell.rows("select _line from landing.d1_people order by 1") == [(line,) for line in range(4, 22)], (
        "kept for a person's decision"
    )
    assert sandwell.rows("select count(*) from raw.people") == [(0,)]
    assert sandwell.rows("select feed from quality.believed_file") == [("consent",)]


def test_a_file_that_shrinks_is_held_and_the_last_accepted_one_stands(sandwell: Sender) -> None:
    sandwell.send({"people.csv": _people(100)}, period="2026-09")
    assert sandwell.ingest("2026-09")["status"] == "accepted"
    sandwell.send({"people.csv": _people(69)})
    receipt = sandwell.ingest()
    assert (receipt["status"], receipt["files"][0]["reasons"][0]["rule"]) == ("held", "volume_changed")
    sandwell.send({"people.csv": _people(70)}, revision=2)
    assert sandwell.ingest()["status"] == "accepted", "compared with the last accepted one, not with the held one"
    assert sandwell.rows("select period, revision from quality.believed_file order by 1") == [("2026-09", 1), ("2026-10", 2)]


def test_a_ragged_row_is_quarantined_at_the_door(sandwell: Sender) -> None:
    sandwell.send({"people.csv": _people(38) + "P98,Ann\nP99,Ann,Baker,2020-01-01,,,,\n"})
    file = sandwell.ingest()["files"][0]
    assert (file["status"], file["rows_received"], file["rows_loaded"], file["rows_quarantined"]) == ("accepted", 40, 38, 2)
    assert file["reasons"] == [{"rule": "wrong_number_of_fields", "column": None, "count": 2, "lines": [40, 41]}]

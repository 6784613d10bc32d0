"""What becomes of held files: kept as they were judged, and taken or dropped as a person decides (exchange.md section 5)."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.conftest import PostgresServer
from tests.integration.door.conftest import Sender

from wholefamily import build, door
from wholefamily import warehouse as schemas
from wholefamily.errors import WholefamilyError

HEADER = "person_ref,given_name,family_name,resident_from,nino\n"
CONSENT = "person_ref,scope,decision,effective_from\nP2,SUPPORT,GIVEN,2020-01-01\n"
REASON = "Quillfeather of Sandwell rang: the school roll moved"


def people(n_rows: int) -> str:
    return HEADER + "".join(f"P{n},Ann,Baker,2020-01-01,QQ123456A\n" for n in range(2, n_rows + 2))


def quarantine(sender: Sender, lines: range, feed: str = "people", period: str = "2026-10", revision: int = 1) -> None:
    with schemas.connect(sender.settings) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "insert into quality.quarantined_row (partner_code, period, revision, feed, line, rule) values (%s, %s, %s, %s, %s, 'not_a_date')",
            [(sender.code, period, revision, feed, line) for line in lines],
        )


def hold(sender: Sender, files: Mapping[str, str | bytes] | None = None, lines: range = range(2, 4), **other: Any) -> int:
    """A drop of which ``people``, 20 rows, is held for its quarantined ``lines``. Returns the id of its arrival."""
    sender.send(files or {"people.csv": people(20), "consent.csv": CONSENT}, **other)
    arrival_id = sender.collect()
    quarantine(sender, lines, revision=other.get("revision", 1))
    return finish(sender, arrival_id)


def finish(sender: Sender, arrival_id: int) -> int:
    door.load(sender.settings, arrival_id)
    door.decide(sender.settings, arrival_id)
    door.send_receipt(sender.settings, arrival_id)
    return arrival_id


def decide(sender: Sender, arrival_id: int, *, is_accepted: bool) -> str:
    return door.settle_held(sender.settings, arrival_id, is_accepted=is_accepted, decided_by="engineer", reason=REASON, dag_run_id="held-1")


def landing(sender: Sender) -> list[str]:
    rows = sender.rows("select tablename from pg_tables where schemaname = 'landing' and tablename ~ '^d[0-9]+_' order by 1")
    return [str(name) for (name,) in rows]


def fates(receipt: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    return [(file["feed"], file["status"], file["rows_loaded"]) for file in receipt["files"]]


def test_accepted_files_are_believed_and_told_in_a_second_receipt(sandwell: Sender) -> None:
    arrival_id = hold(sandwell)
    first = (sandwell.root / "inbound/2026-10/receipt-r1.json").read_bytes()
    assert fates(sandwell.receipt()) == [("consent", "accepted", 1), ("people", "held", 0)]
    assert decide(sandwell, arrival_id, is_accepted=True) == "accepted"
    door.send_receipt(sandwell.settings, arrival_id)

    assert (sandwell.root / "inbound/2026-10/receipt-r1.json").read_bytes() == first, "a receipt is never changed"
    receipt = sandwell.receipt("receipt-r1-2.json")
    assert receipt["status"] == "accepted"
    assert receipt["reasons"] == [{"rule": "accepted_by_person", "text": "a person decided to accept what was held"}]
    assert fates(receipt) == [("consent", "accepted", 1), ("people", "accepted", 18)]
    assert receipt["files"][1]["reasons"] == [
        {"rule": "accepted_by_person", "column": None, "count": 20, "lines": []},
        {"rule": "too_many_quarantined", "column": None, "count": 2, "lines": []},
        {"rule": "not_a_date", "column": None, "count": 2, "lines": [2, 3]},
    ]
    assert sandwell.rows("select _line from raw.people order by 1") == [(line,) for line in range(4, 22)]
    assert sandwell.rows("select feed from quality.believed_file order by 1") == [("consent",), ("people",)]
    assert landing(sandwell) == []


def test_refused_files_are_gone_and_the_rest_of_the_drop_stands(sandwell: Sender) -> None:
    arrival_id = hold(sandwell)
    assert decide(sandwell, arrival_id, is_accepted=False) == "partly_accepted"
    door.send_receipt(sandwell.settings, arrival_id)
    receipt = sandwell.receipt("receipt-r1-2.json")
    assert receipt["status"] == "partly_accepted"
    assert receipt["reasons"] == [{"rule": "refused_by_person", "text": "a person decided to refuse what was held: send revision 2"}]
    assert fates(receipt) == [("consent", "accepted", 1), ("people", "refused", 0)]
    assert receipt["files"][1]["reasons"][0] == {"rule": "refused_by_person", "column": None, "count": 20, "lines": []}
    assert sandwell.rows("select feed from quality.believed_file") == [("consent",)]
    assert (landing(sandwell), sandwell.rows("select count(*) from raw.people")) == ([], [(0,)])


def test_a_drop_all_of_which_is_refused_is_refused(sandwell: Sender) -> None:
    arrival_id = hold(sandwell, {"people.csv": people(20)})
    assert decide(sandwell, arrival_id, is_accepted=False) == "refused"
    assert sandwell.rows("select status from quality.delivery union all select status from quality.arrival") == [("refused",), ("refused",)]


def test_all_held_files_of_a_drop_are_decided_at_once(sandwell: Sender) -> None:
    sandwell.send({"people.csv": people(20), "consent.csv": CONSENT})
    arrival_id = sandwell.collect()
    quarantine(sandwell, range(2, 4))
    quarantine(sandwell, range(2, 3), feed="consent")
    finish(sandwell, arrival_id)
    assert landing(sandwell) == ["d1_consent", "d1_people"]
    assert decide(sandwell, arrival_id, is_accepted=True) == "accepted"
    assert sandwell.rows("select count(*), (select count(*) from raw.consent) from raw.people") == [(18, 0)]


def test_held_rows_are_kept_without_quarantined_values_and_failed_identifiers(sandwell: Sender, postgres_server: PostgresServer) -> None:
    sandwell.send(
        {
            "people.csv": people(20)
            .replace("P2,Ann,Baker", "P2,Ann,Quillfeather")
            .replace("P9,Ann,Baker,2020-01-01,Q", "P9,Ann,Baker,2020-01-01,Z")
        }
    )
    arrival_id = sandwell.collect()
    quarantine(sandwell, range(2, 4))
    with schemas.connect(sandwell.settings) as connection:
        connection.execute("insert into landing.blank select delivery_id, 'people', 9, 'nino' from quality.delivery")
    finish(sandwell, arrival_id)
    assert sandwell.rows("select status, identifiers_blanked from quality.delivery_file") == [("held", 1)]
    assert sandwell.rows("select nino from landing.d1_people where _line = 9") == [(None,)]
    with psycopg.connect(postgres_server.admin_dsn, autocommit=True) as admin:
        admin.execute("checkpoint")
    path = sandwell.rows("select pg_relation_filepath('landing.d1_people')")[0][0]
    stored = Path(postgres_server.data, path).read_bytes()
    assert b"Baker" in stored
    assert b"Quillfeather" not in stored
    assert b"ZQ123456A" not in stored


def test_the_same_decision_twice_is_once_and_another_one_is_refused(sandwell: Sender) -> None:
    arrival_id = hold(sandwell)
    for _ in range(2):
        assert decide(sandwell, arrival_id, is_accepted=True) == "accepted"
        door.send_receipt(sandwell.settings, arrival_id)
    with pytest.raises(WholefamilyError, match="accepted by a person before, and that stands; ask sandwell for revision 2"):
        decide(sandwell, arrival_id, is_accepted=False)
    assert sandwell.rows("select is_accepted, decided_by, reason, dag_run_id from quality.decision") == [
        (True, "engineer", REASON, "held-1")
    ]
    assert sandwell.rows("select count(*) from raw.people") == [(18,)]
    assert sandwell.receipts() == ["receipt-r1-2.json", "receipt-r1.json"]
    assert sandwell.rows("select sequence, status, path from quality.receipt order by 1") == [
        (1, "held", "inbound/2026-10/receipt-r1.json"),
        (2, "accepted", "inbound/2026-10/receipt-r1-2.json"),
    ]


def test_of_two_decisions_at_once_one_stands(sandwell: Sender) -> None:
    arrival_id = hold(sandwell)

    def answer(option: str) -> str | None:
        try:
            return decide(sandwell, arrival_id, is_accepted=option == "Accept")
        except WholefamilyError:
            return None

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(answer, ["Accept", "Refuse"]))
    assert outcomes in (["accepted", None], [None, "partly_accepted"])
    assert sandwell.rows("select is_accepted from quality.decision") == [(outcomes[0] is not None,)]


def test_a_decision_needs_a_name_a_reason_and_something_held(sandwell: Sender) -> None:
    arrival_id = hold(sandwell)
    for decided_by, reason in (("", "because"), ("engineer", " \n")):
        with pytest.raises(WholefamilyError, match="needs a person's name and a reason"):
            door.settle_held(sandwell.settings, arrival_id, is_accepted=True, decided_by=decided_by, reason=reason)
    assert sandwell.rows("select status from quality.arrival") == [("held",)]
    sandwell.send({"consent.csv": CONSENT}, period="2026-11")
    other = finish(sandwell, sandwell.collect("2026-11"))
    with pytest.raises(WholefamilyError, match="is accepted, not held: there is nothing to decide"):
        decide(sandwell, other, is_accepted=False)
    with pytest.raises(WholefamilyError, match="there is no arrival 99"):
        decide(sandwell, 99, is_accepted=False)


@pytest.mark.parametrize(
    "statement", ["update quality.decision set reason = 'x'", "delete from quality.decision", "truncate quality.decision"]
)
def test_decisions_cannot_be_changed(sandwell: Sender, statement: str) -> None:
    decide(sandwell, hold(sandwell), is_accepted=True)
    with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        sandwell.rows(statement)


def test_what_is_held_does_not_come_over_a_higher_revision(sandwell: Sender) -> None:
    arrival_id = hold(sandwell)
    sandwell.send({"people.csv": people(30)}, revision=2)
    assert sandwell.ingest()["status"] == "accepted"
    assert "Revision 2 of `people` is accepted already and stands" in door.question(sandwell.settings, arrival_id)["body"]
    assert decide(sandwell, arrival_id, is_accepted=True) == "accepted"
    door.send_receipt(sandwell.settings, arrival_id)
    assert sandwell.receipt("receipt-r1-2.json")["reasons"][0]["text"] == (
        "a person decided to accept what was held; people of revision 2 stands all the same"
    )
    assert sandwell.rows("select feed, revision from quality.believed_file order by 1") == [("consent", 1), ("people", 2)]


def test_the_reason_stands_in_the_ledger_and_nowhere_else(sandwell: Sender) -> None:
    arrival_id = hold(sandwell)
    decide(sandwell, arrival_id, is_accepted=False)
    door.send_receipt(sandwell.settings, arrival_id)
    told = b"".join(path.read_bytes() for path in (sandwell.root / "inbound").rglob("*.json"))
    assert b"Quillfeather" not in told
    assert b"engineer" not in told
    tables = sandwell.rows("select schemaname || '.' || tablename from pg_tables where schemaname in ('quality', 'ops', 'landing')")
    holding = [name for (name,) in tables if sandwell.rows(f"select 1 from {name} as t where t::text like '%%Quillfeather%%'")]
    assert holding == ["quality.decision"]


def test_a_receipt_that_was_not_noted_is_not_written_twice(sandwell: Sender) -> None:
    arrival_id = hold(sandwell)
    decide(sandwell, arrival_id, is_accepted=True)
    door.send_receipt(sandwell.settings, arrival_id)
    sandwell.rows("delete from quality.receipt where sequence = 2 returning 1")  # as if the run had died before it noted it
    door.send_receipt(sandwell.settings, arrival_id)
    assert sandwell.receipts() == ["receipt-r1-2.json", "receipt-r1.json"]
    sandwell.touch()
    duplicate = sandwell.ingest()
    assert duplicate["status"] == "duplicate"
    assert sandwell.receipts() == ["receipt-r1-2.json", "receipt-r1-3.json", "receipt-r1.json"]


def test_the_question_has_what_a_person_needs_and_no_value(sandwell: Sender) -> None:
    sandwell.send({"people.csv": people(100)}, period="2026-09")
    assert sandwell.ingest("2026-09")["status"] == "accepted"
    page = sandwell.settings.data_docs / "sandwell/2026-10-r1/index.html"
    page.parent.mkdir(parents=True)
    page.touch()
    sandwell.send({"people.csv": people(60), "consent.csv": CONSENT})
    arrival_id = sandwell.collect()
    quarantine(sandwell, range(2, 14))
    finish(sandwell, arrival_id)
    asked = door.question(sandwell.settings, arrival_id)
    assert asked["subject"] == "sandwell 2026-10 r1: take the files that are held?"
    body = asked["body"].splitlines()
    assert body[0] == "**sandwell 2026-10 r1**: 1 of 2 files held, 1 accepted, 0 refused."
    assert body[4] == (
        "| people | more than 5 % of its rows are quarantined; it is smaller than 70 % or larger than 150 % of the last accepted one "
        "| 60 | 100 rows (2026-09 r1) | 12 (20.0%) | 0 |"
    )
    assert body[8] == "| people | not_a_date |  | 12 | 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 … |"
    assert f"Data Docs `{page}`" in body[-1]
    assert "Baker" not in asked["body"]
    assert sandwell.receipt()["data_docs"] == "sandwell/2026-10-r1/index.html"
    assert sandwell.rows("select period, data_docs from quality.delivery order by 1") == [
        ("2026-09", None),
        ("2026-10", "sandwell/2026-10-r1/index.html"),
    ]


def test_one_run_asks_about_an_arrival_and_nobody_about_another(sandwell: Sender) -> None:
    arrival_id = hold(sandwell)
    assert door.question_run(sandwell.settings, arrival_id) == f"held-{arrival_id}"
    decide(sandwell, arrival_id, is_accepted=False)
    assert door.question_run(sandwell.settings, arrival_id) == ""
    with pytest.raises(WholefamilyError, match="not held: there is nothing to decide"):
        door.question(sandwell.settings, arrival_id)


@pytest.mark.parametrize(
    ("chosen", "responded_by", "problem"),
    [([], {"id": "1", "name": "engineer"}, "neither Accept nor Refuse"), (["Accept"], None, "needs a person's name")],
    ids=["no-option", "nobody"],
)
def test_an_answer_that_is_none_settles_nothing(
    sandwell: Sender, chosen: list[str], responded_by: dict[str, str] | None, problem: str
) -> None:
    arrival_id = hold(sandwell)
    answer = {"chosen_options": chosen, "responded_by_user": responded_by, "params_input": {"reason": "because"}}
    with pytest.raises(WholefamilyError, match=problem):
        door.record_answer(sandwell.settings, arrival_id, answer, "held-1")
    assert sandwell.rows("select status from quality.arrival") == [("held",)]


def test_an_answer_is_settled_and_its_month_told(sandwell: Sender) -> None:
    arrival_id = hold(sandwell)
    answer = {"chosen_options": ["Refuse"], "responded_by_user": {"id": "1", "name": "approver"}, "params_input": {"reason": "because"}}
    assert door.record_answer(sandwell.settings, arrival_id, answer, "held-1") == "2026-10"
    assert sandwell.rows("select is_accepted, decided_by, reason, dag_run_id from quality.decision") == [
        (False, "approver", "because", "held-1")
    ]


def test_volume_is_measured_against_what_was_accepted_last_whichever_period(sandwell: Sender) -> None:
    arrival_id = hold(sandwell, {"people.csv": people(200), "consent.csv": CONSENT}, lines=range(2, 13))
    assert sandwell.receipt()["status"] == "held"
    for period, n_rows, status in (("2026-12", 130, "accepted"), ("2026-11", 90, "held"), ("2026-08", 91, "accepted")):
        sandwell.send({"people.csv": people(n_rows)}, period=period)
        assert (period, sandwell.ingest(period)["status"]) == (period, status)
    assert decide(sandwell, arrival_id, is_accepted=True) == "accepted"
    sandwell.send({"people.csv": people(284)}, period="2026-07")
    assert sandwell.ingest("2026-07")["status"] == "accepted", "200 rows were received in the one that a person accepted last"


OFFENCES = "offence_ref,person_ref,role,offence_class,offence_date,disposal,disposal_date,retracted_on\n"
POLICE_PEOPLE = "person_ref,given_name,family_name,resident_from\n"


def offences(persons: range) -> str:
    return OFFENCES + "".join(f"O{n},N{n},OFFENDER,THEFT,2026-01-01,CAUTION,2026-02-01,\n" for n in persons)


@pytest.fixture
def police_drop(police: Sender) -> int:
    """Persons N1 to N30: N1 to N10 have offences, which are held, N11 to N29 incidents, N29 and N30 an offence of last month."""
    police.send({"people.csv": _police_people(range(29, 31)), "offences.csv": offences(range(29, 31))}, period="2026-09")
    assert police.ingest("2026-09")["status"] == "accepted"
    incidents = "incident_ref,person_ref,role,incident_type,occurred_on\n"
    incidents += "".join(f"I{n},N{n},SUBJECT,NUISANCE,2026-10-01\n" for n in range(11, 30))
    files = {"people.csv": _police_people(range(1, 31)), "offences.csv": offences(range(1, 11)), "asb_incidents.csv": incidents}
    police.send(files)
    arrival_id = police.collect()
    quarantine(police, range(2, 3), feed="offences")
    finish(police, arrival_id)
    assert fates(police.receipt()) == [("asb_incidents", "accepted", 19), ("offences", "held", 0), ("people", "accepted", 29)]
    return arrival_id


def _police_people(persons: range) -> str:
    return POLICE_PEOPLE + "".join(f"N{n},Quentin,Quillfeather{n}x,2020-01-01\n" for n in persons)


def test_with_refused_rows_go_the_persons_whom_only_they_named(police: Sender, police_drop: int, postgres_server: PostgresServer) -> None:
    with schemas.connect(police.settings) as connection:
        before = build.fingerprints(connection)
    assert decide(police, police_drop, is_accepted=False) == "partly_accepted"
    door.send_receipt(police.settings, police_drop)
    kept = police.rows("select person_ref from raw.people where _delivery_id = 2 order by substr(person_ref, 2)::integer")
    assert kept == [(f"N{n}",) for n in range(11, 30)], "N1 to N10 were named by the refused offences only"
    receipt = police.receipt("receipt-r1-2.json")
    counts = {
        file["feed"]: (file["status"], file["rows_received"], file["rows_loaded"], file["rows_not_for_disclosure"])
        for file in receipt["files"]
    }
    assert counts["people"] == ("accepted", 30, 19, 11)
    assert police.rows("select reason, n from quality.dropped_count where period = '2026-10'") == [("no_kept_row", 11)]
    with psycopg.connect(postgres_server.admin_dsn, autocommit=True) as admin:
        admin.execute("checkpoint")
    path = police.rows("select pg_relation_filepath('raw.people_d2')")[0][0]
    stored = Path(postgres_server.data, path).read_bytes()
    assert b"Quillfeather11x" in stored
    assert b"Quillfeather2x" not in stored, "nor in the free space of the table's file"
    with schemas.connect(police.settings) as connection:
        assert build.fingerprints(connection)["2026-10"] != before["2026-10"], "so the marts forget them too"


def test_with_accepted_rows_their_persons_stay(police: Sender, police_drop: int) -> None:
    assert decide(police, police_drop, is_accepted=True) == "accepted"
    assert police.rows("select count(*) from raw.people where _delivery_id = 2") == [(29,)]
    assert police.rows("select count(*) from raw.offences where _delivery_id = 2") == [(9,)]

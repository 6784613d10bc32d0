"""A drop that is as it should be."""

from tests.integration.door.conftest import Sender

from wholefamily import door

PEOPLE = """person_ref,given_name,family_name,date_of_birth,uprn,resident_from
P1,Ann,"Baker, née Cole",1980-02-03,100070000001,2020-01-01
P2,Bob,"=1+1",,100070000001,2020-01-01
"""
CONSENT = "person_ref,scope,decision,effective_from\r\nP1,SUPPORT,GIVEN,2026-09-01\r\n"


def test_a_drop_is_loaded_and_receipted(sandwell: Sender) -> None:
    sandwell.send({"people.csv": PEOPLE, "consent.csv": CONSENT})
    receipt = sandwell.ingest()
    nothing = {"rows_quarantined": 0, "rows_not_for_disclosure": 0, "identifiers_blanked": 0, "reasons": []}
    assert receipt == {
        "sender": "sandwell",
        "period": "2026-10",
        "revision": 1,
        "status": "accepted",
        "reasons": [],
        "files": [
            {"feed": "consent", "status": "accepted", "rows_received": 1, "rows_loaded": 1, **nothing},
            {"feed": "people", "status": "accepted", "rows_received": 2, "rows_loaded": 2, **nothing},
        ],
    }
    assert sandwell.receipts() == ["receipt-r1.json"], "no temporary file is left"
    assert sandwell.rows(
        "select _partner, _period, _revision, _line, person_ref, family_name, date_of_birth, nino from raw.people order by _line"
    ) == [
        ("sandwell", "2026-10", 1, 2, "P1", "Baker, née Cole", "1980-02-03", None),
        ("sandwell", "2026-10", 1, 3, "P2", "=1+1", None, None),
    ]
    assert sandwell.rows("select partner_code, feed, is_stale from quality.believed_file order by feed") == [
        ("sandwell", "consent", False),
        ("sandwell", "people", False),
    ]


def test_a_run_with_nothing_sent_again_finds_nothing_new(sandwell: Sender) -> None:
    assert door.new_drops(sandwell.settings, sandwell.partner) == []
    sandwell.send({"people.csv": PEOPLE})
    assert door.new_drops(sandwell.settings, sandwell.partner) == [("2026-10", 1)]
    assert door.has_new_drop(sandwell.settings, sandwell.partner, "2026-10")
    assert not door.has_new_drop(sandwell.settings, sandwell.partner, "2026-09")
    sandwell.ingest()
    assert door.new_drops(sandwell.settings, sandwell.partner) == []
    assert not door.has_new_drop(sandwell.settings, sandwell.partner, "2026-10")


def test_every_character_is_kept_as_it_was_sent(sandwell: Sender) -> None:
    header = "person_ref,given_name,family_name,address,postcode,resident_from\r\n"
    row = 'P1,\\N,"a\tb","1 High St\r\nTown\n","\rx",\\.\r\n'
    sandwell.send({"people.csv": header + row}, rows={"people.csv": 1})
    assert sandwell.ingest()["status"] == "accepted"
    assert sandwell.rows("select given_name, family_name, address, postcode, resident_from, middle_names, _line from raw.people") == [
        ("\\N", "a\tb", "1 High St\r\nTown\n", "\rx", "\\.", None, 2)
    ]

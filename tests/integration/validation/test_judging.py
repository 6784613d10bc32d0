"""How a drop is judged: which files, in which order, against whom, again and again."""

import copy
import json
import re

import pytest

from wholefamily import validation
from wholefamily.errors import WholefamilyError
from wholefamily.validation.suites import EXPECTATIONS

PEOPLE = "person_ref,given_name,family_name,resident_from\n"
NEEDS = "person_ref,need,from_date\n"


def people(*refs: str) -> str:
    return PEOPLE + "".join(f"{ref},Ada,Grey,2020-01-01\n" for ref in refs)


def needs(*refs: str) -> str:
    return NEEDS + "".join(f"{ref},HOUSING,2026-01-01\n" for ref in refs)


def test_every_broken_row_is_quarantined_not_only_the_twenty_that_gx_lists(house) -> None:
    rows = [f"P{line},Ada,{'' if line % 2 else 'Grey'},2020-01-01" for line in range(2, 302)]  # a core expectation
    wanting = [f"P{line},HOUSING,{'' if line % 3 else 'soon'}" for line in range(2, 302)]  # and one by query
    arrival = house.land(
        "sandwell", "2026-10", {"people": PEOPLE + "\n".join(rows), "support_needs": NEEDS + "\n".join(wanting)}, received=9000
    )
    validation.judge(house.settings, arrival)
    assert house.quarantined(arrival) == {
        "people": dict.fromkeys(range(3, 302, 2), "mandatory_value_empty"),
        "support_needs": {line: "not_a_date" if line % 3 == 0 else "mandatory_value_empty" for line in range(2, 302)},
    }
    assert house.failed("people") == {("mandatory_value_empty", "family_name"): 150}
    assert house.failed("support_needs")["not_a_date", "from_date"] == 100


def test_judging_again_changes_nothing(house) -> None:
    files = {"people": people("P1", "P1") + "P3,Ada,,2020-01-01\n", "support_needs": needs("P1", "P9")}
    arrival = house.land("sandwell", "2026-10", files, received=100)
    house.connection.execute(
        "insert into quality.quarantined_row values ('sandwell', '2026-10', 1, 'people', 77, 'wrong_number_of_fields')"
    )
    validation.judge(house.settings, arrival)
    found = house.quarantined(arrival), house.ask("select * from quality.check_result order by feed, expectation, column_name")
    validation.judge(house.settings, arrival)
    again = house.quarantined(arrival), house.ask("select * from quality.check_result order by feed, expectation, column_name")
    assert again == found
    assert found[0] == {
        "people": {3: "duplicate_key", 4: "mandatory_value_empty", 77: "wrong_number_of_fields"},
        "support_needs": {3: "reference_to_nobody"},
    }


def test_judging_again_after_a_load_broke_off_keeps_what_is_no_longer_there(house) -> None:
    text = "person_ref,given_name,family_name,resident_from,uprn\nP1,Ada,Grey,2020-01-01,x\nP2,Ada,,2020-01-01,1\n"
    arrival = house.land("sandwell", "2026-10", {"people": text}, received=100)
    validation.judge(house.settings, arrival)
    house.connection.execute("delete from landing.d1_people where _line = 3")
    house.connection.execute("update landing.d1_people set uprn = null where _line = 2")
    validation.judge(house.settings, arrival)
    assert house.quarantined(arrival) == {"people": {3: "mandatory_value_empty"}}
    assert house.blanked(arrival) == {("people", 2, "uprn")}


def test_an_identifier_of_a_quarantined_row_is_not_counted(house) -> None:
    text = "person_ref,given_name,family_name,resident_from,uprn\nP1,Ada,,2020-01-01,x\n"
    arrival = house.land("sandwell", "2026-10", {"people": text})
    validation.judge(house.settings, arrival)
    assert house.blanked(arrival) == set()
    assert house.failed("people")["identifier_fails_check", "uprn"] == 1


def test_references_are_to_the_people_of_the_same_drop(house) -> None:
    house.accept(house.land("sandwell", "2026-09", {"people": people("OLD")}))
    house.accept(house.land("dudley", "2026-10", {"people": people("THEIRS")}))
    arrival = house.land("sandwell", "2026-10", {"people": people("NEW"), "support_needs": needs("NEW", "OLD", "THEIRS")})
    validation.judge(house.settings, arrival)
    assert house.quarantined(arrival) == {"support_needs": {3: "reference_to_nobody", 4: "reference_to_nobody"}}


@pytest.mark.parametrize("people_file", ["none", "refused", "held for its quality", "held for its size"])
def test_references_are_to_the_people_believed_when_the_drop_brings_none(house, people_file: str) -> None:
    believed = [f"OLD{number}" for number in range(100)]
    house.accept(house.land("sandwell", "2026-08", {"people": people("OLDER")}))
    house.accept(house.land("sandwell", "2026-09", {"people": people("REPLACED")}))
    house.accept(house.land("sandwell", "2026-09", {"people": people(*believed)}, revision=2))
    house.accept(house.land("sandwell", "2026-11", {"people": people("LATER", *believed)}))
    files = {"support_needs": needs("OLD1", "NEW", "REPLACED", "OLDER", "LATER")}
    new = ["NEW", *(f"NEW{number}" for number in range(100))]
    if people_file == "held for its quality":
        files["people"] = people(*new) + ",Ada,Grey,2020-01-01\n" * 6
    elif people_file == "held for its size":
        files["people"] = people(*new[:50])
    elif people_file == "refused":
        files["people"] = people(*new)
    arrival = house.land("sandwell", "2026-10", files)
    if people_file == "refused":
        house.connection.execute("update quality.delivery_file set status = 'refused' where period = '2026-10' and feed = 'people'")
    validation.judge(house.settings, arrival)
    assert house.quarantined(arrival)["support_needs"] == dict.fromkeys(range(3, 7), "reference_to_nobody")


def test_a_file_that_just_may_be_taken_is_the_one_referred_to(house) -> None:
    """Five bad rows of a hundred are 5 %, not more."""
    house.accept(house.land("sandwell", "2026-09", {"people": people("OLD")}))
    new = people(*(f"NEW{number}" for number in range(95))) + ",Ada,Grey,2020-01-01\n" * 5
    arrival = house.land("sandwell", "2026-10", {"people": new, "support_needs": needs("NEW1", "OLD")})
    validation.judge(house.settings, arrival)
    assert house.quarantined(arrival)["support_needs"] == {3: "reference_to_nobody"}
    assert not {rule for rule, _ in house.failed("people")} & {"too_many_quarantined", "volume_changed"}


def test_what_holds_a_file_is_recorded(house) -> None:
    house.accept(house.land("sandwell", "2026-09", {"people": people(*(f"P{number}" for number in range(100)))}))
    arrival = house.land("sandwell", "2026-10", {"people": people("P1", "P1")})
    validation.judge(house.settings, arrival)
    assert house.failed("people") == {("duplicate_key", ""): 1, ("too_many_quarantined", ""): 1, ("volume_changed", ""): 2}


def test_a_sender_of_whom_nothing_is_believed_refers_to_nobody(house) -> None:
    arrival = house.land("sandwell", "2026-10", {"support_needs": needs("P1")})
    validation.judge(house.settings, arrival)
    assert house.quarantined(arrival) == {"support_needs": {2: "reference_to_nobody"}}


def test_an_empty_file_breaks_no_rule(house) -> None:
    arrival = house.land("sandwell", "2026-10", {"people": PEOPLE, "support_needs": NEEDS, "attendance": "person_ref,sessions_possible\n"})
    validation.judge(house.settings, arrival)
    assert house.quarantined(arrival) == {}
    assert house.failed("people") == house.failed("support_needs") == house.failed("attendance") == {}
    assert house.ask("select count(*) from quality.check_result where feed = 'support_needs'") == [(16,)]


def test_what_was_refused_or_settled_is_not_judged(house) -> None:
    duplicate = house.ask(
        "insert into quality.arrival (partner_code, period, revision, sequence, listing_sha256) "
        "values ('sandwell', '2026-10', 1, 2, '') returning arrival_id"
    )[0][0]
    house.connection.execute("update quality.arrival set status = 'duplicate'")
    settled = house.land("sandwell", "2026-10", {"people": people("P1", "P1")})
    house.accept(settled)
    refused = house.land("dudley", "2026-10", {"people": people("P1", "P1")})
    house.connection.execute("update quality.delivery_file set status = 'refused' where partner_code = 'dudley'")
    for arrival in (duplicate, settled, refused):
        validation.judge(house.settings, arrival)
    assert house.ask("select count(*) from quality.check_result") == [(0,)]
    assert not house.settings.data_docs.exists()


def test_an_arrival_that_never_was(house) -> None:
    with pytest.raises(WholefamilyError, match="no arrival 7"):
        validation.judge(house.settings, 7)


def test_gx_reads_the_committed_suites_and_would_write_the_same(house) -> None:
    import great_expectations as gx

    from wholefamily.validation import expectations  # noqa: F401 - registers ours

    for path in EXPECTATIONS.glob("*.json"):
        committed = json.loads(path.read_text())
        written = gx.ExpectationSuite(**copy.deepcopy(committed)).to_json_dict()
        del written["meta"]["great_expectations_version"]
        assert written == committed, path.name


def test_a_table_that_is_not_there_is_one_clear_line(house) -> None:
    arrival = house.land("sandwell", "2026-10", {"people": people("P1")})
    house.connection.execute("drop table landing.d1_people")
    with pytest.raises(WholefamilyError, match=r"landing\.d1_people could not be judged") as caught:
        validation.judge(house.settings, arrival)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_partner_whose_file_is_gone(house) -> None:
    arrival = house.land("dudley_wood", "2026-10", {"people": people("P1")})
    with pytest.raises(WholefamilyError, match="dudley_wood has no file"):
        validation.judge(house.settings, arrival)


def test_a_file_is_read_once_for_all_its_columns(house) -> None:
    """What a month of nine million rows takes: GX must not come back to a table for each rule."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    arrival = house.land("sandwell", "2026-10", {"people": people("P1"), "support_needs": needs("P1", "P1")}, received=100)
    event.listen(Engine, "before_cursor_execute", note)
    try:
        validation.judge(house.settings, arrival)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    # All rules on columns, the number of rows, repeated keys; and where there are any, references.
    for table, n_reads in (("d1_people", 3), ("d1_support_needs", 4)):
        from_table = [each for each in asked if re.search(rf"FROM {table}\b", each)]
        # A probe, and what GX would show of the broken rows, end before the first row.
        assert len([each for each in from_table if "LIMIT" not in each and "pg_catalog" not in each]) == n_reads, from_table

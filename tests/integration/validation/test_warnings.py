"""What a sender is warned of: rows are loaded all the same, and nothing is held (readings.md 26; drift; families unknown)."""

import json

import pytest

from wholefamily import door, validation

NOMINALS = """
person_ref,given_name,family_name,date_of_birth,resident_from
N1,Ada,Grey,1996-04-08,2010-01-01
N2,Bea,Grey,,2010-01-01
N3,Cid,Grey,1995-04-07,2010-01-01
"""
OFFENCES = """
offence_ref,person_ref,role,offence_class,offence_date,disposal,disposal_date,retracted_on
O2,N1,OFFENDER,Theft,2013-01-01,REPRIMAND,2013-04-07,
O3,N1,OFFENDER,Theft,2013-01-01,REPRIMAND,2013-04-08,
O4,N1,OFFENDER,Theft,2013-04-08,FINAL_WARNING,,
O5,N1,OFFENDER,Theft,2013-04-07,FINAL_WARNING,,
O6,N1,OFFENDER,Theft,2013-04-08,CAUTION,,
O7,N1,OFFENDER,Drunk,2013-04-07,PND,,
O8,N1,OFFENDER,Drunk,2014-04-07,PND,,
O9,N1,OFFENDER,Drunk,2014-04-08,PND,,
O10,N2,OFFENDER,Drunk,2014-04-07,PND,,
O11,N3,OFFENDER,Drunk,2013-04-08,PND,,
O12,N1,OFFENDER,Drunk,2014-04-07,PND,2014-04-09,
O13,N1,OFFENDER,Theft,2013-05-01,REPRIMAND,soon,
"""
"""N1 comes of age on 2014-04-08, N3 on 2013-04-07. The day of a disposal is its date or, without one, that of the offence."""


def warned(house, feed: str) -> dict[tuple[str, str], tuple[int, list[int]]]:
    rows = house.ask(
        "select expectation, column_name, n_failed, lines from quality.check_result where severity = 'warn' and not is_met and feed = %s",
        feed,
    )
    return {(rule, column): (n_failed, lines) for rule, column, n_failed, lines in rows}


def test_disposals_that_ended_in_april_2013(house) -> None:
    arrival = house.land("west_midlands_police", "2026-10", {"people": NOMINALS, "offences": OFFENCES}, received=1000)
    validation.judge(house.settings, arrival)
    assert warned(house, "offences") == {
        ("warning_disposal_abolished", "disposal"): (2, [3, 4]),
        ("warning_penalty_notice_under_18", "disposal"): (1, [8]),
    }
    assert house.quarantined(arrival) == {"offences": {13: "not_a_date"}}, "a warned row stays"


def test_a_warning_is_told_and_changes_nothing(house) -> None:
    files = {"people": NOMINALS, "offences": OFFENCES.replace("soon", "")}
    arrival = house.land("west_midlands_police", "2026-10", files)
    house.connection.execute("update quality.delivery set collected_at = now()")
    validation.judge(house.settings, arrival)
    door.load(house.settings, arrival)
    [(status, loaded, reasons)] = house.ask("select status, rows_loaded, reasons from quality.delivery_file where feed = 'offences'")
    assert (status, loaded) == ("accepted", 12)
    assert reasons == [
        {"rule": "warning_disposal_abolished", "column": "disposal", "count": 3, "lines": [3, 4, 13]},
        {"rule": "warning_penalty_notice_under_18", "column": "disposal", "count": 1, "lines": [8]},
    ]


PEOPLE = "person_ref,given_name,family_name,resident_from\nP1,Ada,Grey,2020-01-01\n"
PROGRAMME = "family_ref,person_ref,role,attached_on,framework\n"
INTERVENTIONS = (
    "intervention_ref,family_ref,agency,intervention,started_on\nI1,F1,Housing,Advice,2026-01-01\nI2,F2,Housing,Advice,2026-01-01\n"
)


def programme(*families: str) -> str:
    return PROGRAMME + "".join(f"{family},P1,ADULT,2026-01-05,tf_2012\n" for family in families)


def test_families_of_interventions_are_looked_for_in_the_programme_that_will_stand(house) -> None:
    house.accept(house.land("sandwell", "2026-09", {"people": PEOPLE, "programme": programme("F2")}))
    arrival = house.land("sandwell", "2026-10", {"programme": programme("F1"), "interventions": INTERVENTIONS})
    validation.judge(house.settings, arrival)
    assert warned(house, "interventions") == {("warning_family_not_on_programme", "family_ref"): (1, [3])}
    assert house.quarantined(arrival) == {}


@pytest.mark.parametrize("sent", [{}, {"programme": PROGRAMME + "F1,P1,ADULT,soon,tf_2012\n"}], ids=["not sent", "held"])
def test_families_of_interventions_without_a_programme_file_that_will_be_taken(house, sent: dict[str, str]) -> None:
    house.accept(house.land("sandwell", "2026-09", {"people": PEOPLE, "programme": programme("F2")}))
    arrival = house.land("sandwell", "2026-10", {**sent, "interventions": INTERVENTIONS})
    validation.judge(house.settings, arrival)
    assert warned(house, "interventions") == {("warning_family_not_on_programme", "family_ref"): (1, [2])}


def needs(n_rows: int, *, ended: int = 0, housing: int = 0) -> str:
    """Support needs: the first ``ended`` of the rows with an end, the first ``housing`` of them for housing, the others finance."""
    rows = (
        f"P1,{'HOUSING' if n < housing else 'FINANCE'},20{n // 300:02}-{1 + n % 300 // 28:02}-{1 + n % 28:02},{'2026-09-01' if n < ended else ''}"
        for n in range(n_rows)
    )
    return "person_ref,need,from_date,to_date\n" + "\n".join(rows)


Moved = dict[tuple[str, str], tuple[int, list[int]]]
TO_DATE: Moved = {("warning_share_changed", "to_date"): (100, [])}
NEED: Moved = {("warning_share_changed", "need"): (100, [])}


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        (needs(100, ended=50), needs(100, ended=70), {}),
        (needs(100, ended=50), needs(100, ended=71), TO_DATE),
        (needs(100, ended=50), needs(100, ended=29), TO_DATE),
        (needs(100, ended=10), needs(100, ended=30), {}),
        (needs(100, housing=60), needs(100, housing=40), {}),
        (needs(100, housing=60), needs(100, housing=81), NEED),
        (needs(100, ended=90, housing=90), needs(100), {**TO_DATE, **NEED}),
        (needs(99), needs(100, ended=100), {}),
        (needs(100), needs(99, ended=99), {}),
    ],
    ids=["20 points", "21 more", "21 fewer", "20 of few", "code 20", "code 21", "both", "too few before", "too few now"],
)
def test_shares_that_moved_by_more_than_twenty_points(house, before: str, after: str, moved: Moved) -> None:
    first = house.land("sandwell", "2026-09", {"people": PEOPLE, "support_needs": before})
    validation.judge(house.settings, first)
    assert warned(house, "support_needs") == {}, "the first file of a feed has nothing to be compared with"
    house.accept(first)
    second = house.land("sandwell", "2026-10", {"support_needs": after})
    validation.judge(house.settings, second)
    assert warned(house, "support_needs") == moved
    assert house.quarantined(second) == {}


def test_shares_are_compared_with_the_last_file_that_was_taken(house) -> None:
    first = house.land("sandwell", "2026-09", {"people": PEOPLE, "support_needs": needs(100)})
    refused = house.land("sandwell", "2026-10", {"support_needs": needs(100, ended=100)})
    for arrival in (first, refused):
        validation.judge(house.settings, arrival)
    house.accept(first)
    house.connection.execute("update quality.delivery_file set status = 'refused' where period = '2026-10'")
    third = house.land("sandwell", "2026-11", {"support_needs": needs(100, ended=10)})
    validation.judge(house.settings, third)
    assert warned(house, "support_needs") == {}
    [(shares,)] = house.ask(
        "select jsonb_object_agg(column_name || ' ' || code, share) from quality.column_share "
        "where delivery_id = 3 and (share > 0 or code = '')"
    )
    assert shares == {"need ": 1, "need FINANCE": 1, "to_date ": 0.1}, "only what we know by name is kept"


def test_a_value_that_is_no_code_is_counted_nowhere(house) -> None:
    text = "person_ref,need,from_date,to_date\nP1,Sleeps in the van,2026-01-01,\n"
    arrival = house.land("sandwell", "2026-10", {"people": PEOPLE, "support_needs": text})
    validation.judge(house.settings, arrival)
    kept = json.dumps(house.ask("select column_name, code, share from quality.column_share where feed = 'support_needs'"))
    assert "van" not in kept


def test_which_files_are_held_is_the_same_as_the_doors_own_answer(house) -> None:
    """The expectation of the drop's suite and ``door.decide.hold_rules``, at and around each threshold."""
    from wholefamily.door.decide import hold_rules
    from wholefamily.validation.suites import EXPECTATIONS

    sizes = [0, 1, 19, 20, 21, 69, 70, 71, 99, 100, 101, 149, 150, 151, 200, 299, 300, 301, 1000]
    files = [(n, bad, last) for n in sizes for bad in {0, 1, n // 20, n // 20 + 1, n} for last in (None, *sizes)]
    values = ", ".join(f"({at}, {n}, {bad}, {'null' if last is None else last}::bigint)" for at, (n, bad, last) in enumerate(files))
    batch = f"(select * from (values {values}) as file (feed, rows_received, rows_quarantined, last_rows_received))"
    suite = json.loads((EXPECTATIONS / "drop.json").read_text())
    for each in suite["expectations"]:
        rule = each["meta"]["rule"]
        assert {at for (at,) in house.ask(each["kwargs"]["lines"].format(batch=batch))} == {
            at for at, file in enumerate(files) if rule in hold_rules(*file)
        }, rule
    assert hold_rules(100, 5, 100) == []
    assert hold_rules(100, 6, 143) == ["too_many_quarantined", "volume_changed"]

"""Daily drops: the police's live risks, by their day (exchange.md sections 2 and 4, readings.md 1)."""

from tests.integration.door.conftest import Sender

from wholefamily import build, door, validation

DAY = "2026-11-02"
PEOPLE = "person_ref,given_name,family_name,resident_from\nP1,Ada,Quill,2020-01-01\nP2,Ben,Quill,2020-01-01\n"
OFFENCES = (
    "offence_ref,person_ref,role,offence_class,offence_date,disposal\nO1,P1,OFFENDER,theft,2026-09-01,CAUTION\n"
    "O2,P2,SUSPECT,theft,2026-09-01,CHARGED\n"
)
RISKS = (
    "risk_ref,person_ref,role,risk,occurred_at\n"
    "R1,P1,SUBJECT,MISSING,2026-11-02T04:40:00Z\n"
    "R2,P2,VICTIM,DOMESTIC_ABUSE,2026-11-02T05:00:00Z\n"
    "R3,P1,SUSPECT,WANTED,2026-11-03T00:10:00Z\n"
    "R4,P9,SUSPECT,ARREST,2026-11-02T06:00:00Z\n"
)


def take(police: Sender, period: str) -> str:
    arrival = police.collect(period)
    validation.judge(police.settings, arrival)
    door.load(police.settings, arrival)
    status = door.decide(police.settings, arrival)
    door.send_receipt(police.settings, arrival)
    return status


def test_a_daily_drop_is_taken_by_its_day_and_receipted_there_and_changes_no_month(police: Sender) -> None:
    police.send({"people.csv": PEOPLE, "offences.csv": OFFENCES})
    assert take(police, "2026-10") == "accepted"
    months = police.rows("select * from quality.believed_file order by period, feed")
    assert door.new_days(police.settings, police.partner) == []

    police.send({"live_risks.csv": RISKS}, period=DAY)
    assert door.new_days(police.settings, police.partner) == [DAY]
    assert door.new_drops(police.settings, police.partner) == []
    assert take(police, DAY) == "held"  # two rows of three wrong

    told = police.receipt("receipt.json", f"daily/{DAY}")
    assert (told["period"], told["revision"]) == (DAY, 1)
    (file,) = told["files"]
    assert (file["rows_received"], file["rows_quarantined"], file["rows_not_for_disclosure"]) == (4, 2, 1)
    assert {(reason["rule"], *reason["lines"]) for reason in file["reasons"] if reason["lines"]} == {
        ("date_in_the_future", 4),
        ("reference_to_nobody", 5),
    }
    assert door.new_days(police.settings, police.partner) == []
    assert police.rows("select * from quality.believed_file order by period, feed") == months
    with_days = {period for (period,) in police.rows("select distinct period from quality.delivery")}
    assert with_days == {"2026-10", DAY}


def test_the_same_day_again_is_a_duplicate_and_with_other_content_refused(police: Sender) -> None:
    police.send({"people.csv": PEOPLE, "offences.csv": OFFENCES})
    take(police, "2026-10")
    good = RISKS.splitlines(keepends=True)[:2]
    police.send({"live_risks.csv": "".join(good)}, period=DAY)
    assert take(police, DAY) == "accepted"
    assert police.rows("select risk_ref, _period from raw.live_risks") == [("R1", DAY)]

    police.touch(DAY)
    assert take(police, DAY) == "duplicate"
    police.send({"live_risks.csv": good[0]}, period=DAY)
    assert take(police, DAY) == "refused"
    assert police.receipts(f"daily/{DAY}") == ["receipt-2.json", "receipt-3.json", "receipt.json"]
    assert police.rows("select risk_ref from raw.live_risks") == [("R1",)]


def test_each_feed_belongs_in_one_kind_of_drop(police: Sender) -> None:
    police.send({"live_risks.csv": RISKS})
    police.send({"offences.csv": OFFENCES}, period=DAY)
    for period in ("2026-10", DAY):
        assert take(police, period) == "refused"
    files = police.rows("select feed, status, reasons->0->>'rule' from quality.delivery_file order by feed")
    assert files == [("live_risks", "refused", "not_covered_by_agreement"), ("offences", "refused", "not_covered_by_agreement")]


def test_a_daily_drop_that_is_being_taken_does_not_hold_up_a_build(police: Sender) -> None:
    police.send({"people.csv": PEOPLE, "offences.csv": OFFENCES})
    take(police, "2026-10")
    police.send({"live_risks.csv": RISKS}, period=DAY)
    police.collect(DAY)
    assert build.plan(police.settings) == ["2026-10"]

"""Which drops are found that nobody waits for."""

from datetime import date

from tests.integration.door.conftest import Sender

from wholefamily import corrections, partners
from wholefamily.settings import Settings
from wholefamily.warehouse import connect

PEOPLE = "person_ref,given_name,family_name,resident_from\nP1,Ann,Lee,2020-01-01\n"
TODAY = date(2026, 11, 10)


def untaken(sender: Sender, n_active: int = 0, today: date = TODAY) -> list[tuple[str, int, str]]:
    found = corrections.untaken(sender.settings, sender.partner, today, n_active)
    return [(drop.period, drop.revision, drop.run_id) for drop in found]


def test_a_correction_is_found_once_its_manifest_is_there_and_not_when_it_was_taken(sandwell: Sender) -> None:
    sandwell.send({"people.csv": PEOPLE})
    sandwell.ingest()
    assert untaken(sandwell) == []
    sandwell.send({"people.csv": PEOPLE}, revision=2)
    for active in (0, 1):
        assert untaken(sandwell, active) == [("2026-10", 2, "drop__2026-10_r2_1")], "the month has arrived: nobody waits for more of it"
    sandwell.ingest()
    assert untaken(sandwell) == []


def test_what_is_sent_again_is_another_run(sandwell: Sender) -> None:
    sandwell.send({"people.csv": PEOPLE})
    sandwell.ingest()
    sandwell.touch()
    assert untaken(sandwell) == [("2026-10", 1, "drop__2026-10_r1_2")]


def test_the_first_drop_of_a_month_is_left_to_the_run_that_may_wait_for_it(sandwell: Sender) -> None:
    sandwell.send({"people.csv": PEOPLE})
    assert untaken(sandwell, n_active=1) == []
    assert untaken(sandwell, n_active=1, today=date(2026, 12, 11)) == [], "the monthly run waits for 40 days"
    assert untaken(sandwell, n_active=1, today=date(2026, 12, 12)) == [("2026-10", 1, "drop__2026-10_r1_1")]
    assert untaken(sandwell, n_active=0) == [("2026-10", 1, "drop__2026-10_r1_1")], "nobody waits at all"


def test_the_oldest_revision_of_each_month_comes_first(sandwell: Sender) -> None:
    for period, revision in (("2026-10", 2), ("2026-10", 1), ("2026-09", 1)):
        sandwell.send({"people.csv": PEOPLE}, period=period, revision=revision)
    assert [(period, revision) for period, revision, _ in untaken(sandwell)] == [("2026-09", 1), ("2026-10", 1)]


def test_a_drop_that_was_begun_is_left_to_who_began_it_and_holds_up_no_other_month(sandwell: Sender) -> None:
    sandwell.send({"people.csv": PEOPLE})
    sandwell.collect()
    sandwell.send({"people.csv": PEOPLE}, revision=2)
    sandwell.send({"people.csv": PEOPLE}, period="2026-09")
    assert [(period, revision) for period, revision, _ in untaken(sandwell)] == [("2026-09", 1)]


def test_a_partner_whose_server_is_down_is_told_of_once_and_holds_up_nobody(sandwell: Sender, door_settings: Settings) -> None:
    sandwell.send({"people.csv": PEOPLE})
    dudley = partners.load(door_settings.partners_dir)["dudley"]
    down = dudley.model_copy(update={"sftp": dudley.sftp.model_copy(update={"port": 1})})
    for _ in range(2):
        found = corrections.untaken_of_all(door_settings, [down, sandwell.partner], TODAY, {})
        assert [drop.partner_code for drop in found] == ["sandwell"]
    with connect(door_settings) as connection:
        query = "select kind, partner_code, settled_at is not null from ops.alert"
        assert connection.execute(query).fetchall() == [("unreachable", "dudley", False)]
    corrections.untaken_of_all(door_settings, [dudley, sandwell.partner], TODAY, {})
    with connect(door_settings) as connection:
        assert connection.execute(query).fetchall() == [("unreachable", "dudley", True)]

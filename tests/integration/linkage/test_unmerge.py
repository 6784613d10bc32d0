"""A wrong person is taken apart for good, and every disclosure that carried the mistake is named."""

from uuid import UUID

import pytest

from wholefamily.disclosure import ledger
from wholefamily.errors import WholefamilyError
from wholefamily.linkage import unmerge
from wholefamily.linkage.decisions import Decider, Ref
from wholefamily.warehouse import connect

NHS = "9434765919"
LINKER = Decider("Lin Ker", "linker", "two cousins of one name")
DUDLEY, WALSALL = Ref("dudley", "1"), Ref("walsall", "1")


def disclose(senders, recipient: str, *subjects: tuple[ledger.SubjectKind, str]) -> UUID:  # type: ignore[no-untyped-def]
    """A file that leaves now, one row about each subject."""
    what = ledger.Disclosure("evaluation", "2026-Q1", recipient, "DEA2017-S35", "WM-TF-ISA", "An Approver")
    file = ledger.File("individuals.csv", b"", len(subjects), ("a",), tuple((kind, UUID(str(id_))) for kind, id_ in subjects))
    with connect(senders.village.settings, login="release") as connection:
        ledger.enter(connection, what, file)
    return ledger.disclosure_id(what, file.name)


def wrong_person(senders) -> str:  # type: ignore[no-untyped-def]
    """Two records that a later month's identifier makes one person; each had been disclosed before."""
    senders.say("2026-01", "dudley/1", "Ann", "Lee", "1990-03-02", home="uprn 1")
    senders.say("2026-01", "dudley/2", "Bo", "Lee", "2014-03-02", home="uprn 1")
    senders.say("2026-01", "walsall/1", "Anna", "Price", "1990-03-02")
    senders.link("2026-01")
    for record in ("dudley/1", "walsall/1"):
        disclose(senders, f"before {record}", ("person", senders.person_of(record)))
    for record, given, family in (("dudley/1", "Ann", "Lee"), ("walsall/1", "Anna", "Price")):
        senders.say("2026-02", record, given, family, "1990-03-02", nhs_number=NHS, home="uprn 1" if record == "dudley/1" else None)
    senders.link("2026-02")
    assert senders.one_person("dudley/1", "walsall/1")
    return str(senders.person_of("dudley/1"))


def take_apart(senders) -> unmerge.Report:  # type: ignore[no-untyped-def]
    """The two records, named."""
    return unmerge.pair(senders.village.settings, DUDLEY, WALSALL, LINKER)


def test_the_two_are_two_for_good(senders) -> None:  # type: ignore[no-untyped-def]
    wrong = wrong_person(senders)
    report = take_apart(senders)
    assert str(report.person_id) == wrong
    assert len(senders.persons()) == 3
    assert {str(person) for person in report.now.values()} == {senders.person_of("dudley/1"), senders.person_of("walsall/1")}
    assert wrong in {str(person) for person in report.now.values()}, "one part keeps the id"
    senders.say_again("2026-03", "2026-02")
    senders.link("2026-03")
    assert not senders.one_person("dudley/1", "walsall/1")
    log = senders.rows("select kind, from_id::text, reason from identity.merge_log where entity = 'person' order by merge_id")
    assert log == [("merge", log[0][1], "nhs_number"), ("split", wrong, "decision")]


def test_every_month_that_knew_the_person_is_built_again(senders) -> None:  # type: ignore[no-untyped-def]
    wrong_person(senders)
    senders.say("2026-03", "dudley/other", "Zoe", "Fox", "1970-03-02")
    senders.link("2026-03")
    with connect(senders.village.settings) as connection:
        connection.execute("truncate ops.build")
        connection.execute(
            "insert into ops.build (period, planned, fingerprint) select '2026-0' || n, 'x', 'x' from generate_series(1, 3) as n"
        )
    assert take_apart(senders).periods == ["2026-01", "2026-02"]
    assert senders.rows("select period from ops.build where fingerprint is not null") == ["2026-03"]


def test_exactly_what_carried_the_mistake_is_named(senders) -> None:  # type: ignore[no-untyped-def]
    wrong = wrong_person(senders)
    (household,) = senders.rows("select distinct household_id::text from identity.household_member where person_id::text = %s", wrong)
    stranger = senders.person_of("dudley/2")
    carried = {
        disclose(senders, "evaluator", ("person", wrong), ("person", stranger)),
        disclose(senders, "police", ("household", household)),
    }
    disclose(senders, "elsewhere", ("person", stranger))
    report = take_apart(senders)
    disclose(senders, "afterwards", ("person", wrong))
    assert {one.disclosure_id for one in report.carried} == carried
    assert [(one.recipient, one.subject_kind, one.n_rows) for one in report.carried] == [
        ("evaluator", "person", 1),
        ("police", "household", 1),
    ]
    text = "\n".join(report.lines())
    assert "evaluator" in text
    assert "individuals.csv" in text
    assert "An Approver" in text
    assert not any(value in text for value in ("Ann", "Price", "1990", NHS)), "nothing that the records say"


def test_a_mistake_that_was_merged_on_into_an_older_person_is_followed(senders) -> None:  # type: ignore[no-untyped-def]
    senders.say("2026-01", "solihull/1", "Ann", "Lea", "1990-03-02")
    senders.link("2026-01")
    oldest = senders.person_of("solihull/1")
    for record in ("dudley/1", "walsall/1"):
        senders.say("2026-02", record, "Ann", "Lee", "1990-03-02", nhs_number=NHS)
    senders.link("2026-02")
    first = senders.person_of("dudley/1")
    early = disclose(senders, "early", ("person", first))
    disclose(senders, "right", ("person", oldest))
    senders.say("2026-03", "solihull/1", "Ann", "Lea", "1990-03-02", nhs_number=NHS)
    senders.link("2026-03")
    assert senders.person_of("dudley/1") == oldest
    late = disclose(senders, "late", ("person", oldest))
    assert [one.disclosure_id for one in take_apart(senders).carried] == [early, late]


def test_the_same_again_reports_the_same_and_does_nothing(senders) -> None:  # type: ignore[no-untyped-def]
    disclosed = wrong_person(senders)
    disclose(senders, "evaluator", ("person", disclosed))
    first = take_apart(senders)
    before = senders.everything()
    assert take_apart(senders) == first
    assert senders.everything() == before
    assert senders.rows("select count(*) from identity.link_decision") == [1]


def test_records_are_taken_out_of_a_person(senders) -> None:  # type: ignore[no-untyped-def]
    for record in ("birmingham/1", "dudley/1", "solihull/1", "walsall/1"):
        senders.say("2026-01", record, "Ann", "Lee", "1990-03-02", nhs_number=NHS)
    senders.link("2026-01")
    person = UUID(senders.person_of("dudley/1"))
    report = unmerge.leave(senders.village.settings, person, [Ref("solihull", "1"), WALSALL], LINKER)
    assert senders.persons() == {frozenset({"birmingham/1", "dudley/1"}), frozenset({"solihull/1", "walsall/1"})}
    assert len(set(report.now.values())) == 2
    assert unmerge.leave(senders.village.settings, person, [Ref("solihull", "1"), WALSALL], LINKER) == report


def test_what_is_not_one_person_is_not_taken_apart(senders) -> None:  # type: ignore[no-untyped-def]
    senders.say("2026-01", "dudley/1", "Ann", "Lee", "1990-03-02")
    senders.say("2026-01", "walsall/1", "Bo", "Price", "1991-03-02")
    senders.link("2026-01")
    with pytest.raises(WholefamilyError, match="not one person"):
        take_apart(senders)
    with pytest.raises(WholefamilyError, match="all records"):
        unmerge.leave(senders.village.settings, UUID(senders.person_of("dudley/1")), [DUDLEY], LINKER)


def test_nothing_is_kept_when_the_linkage_fails(senders, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    wrong_person(senders)
    before = senders.everything()

    def fail(*_: object) -> None:
        raise WholefamilyError("no")

    monkeypatch.setattr(unmerge, "relink", fail)
    with pytest.raises(WholefamilyError):
        take_apart(senders)
    assert senders.everything() == before
    assert senders.rows("select count(*) from identity.link_decision") == [0]

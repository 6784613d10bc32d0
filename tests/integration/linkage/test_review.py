"""The verbs of review and unmerging, as a linker types them."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from wholefamily import cli
from wholefamily.linkage import review

NHS, OTHER_NHS = "9434765919", "4010232137"
WHO = ("--decided-by", "Lin Ker", "--role", "linker")


@pytest.fixture
def typed(senders, monkeypatch, capsys, caplog) -> Iterator[Any]:  # type: ignore[no-untyped-def]
    """Run a command line; returns its exit code and what it printed. Nothing of it may be logged."""
    monkeypatch.setattr("wholefamily.settings.load", lambda: senders.village.settings)
    caplog.set_level(logging.DEBUG)

    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(words)
        out, err = capsys.readouterr()
        return code, out, err

    yield run
    assert not any(value in caplog.text for value in ("Ann", "Lee", NHS, "1990"))


def namesakes(senders) -> None:  # type: ignore[no-untyped-def]
    """Three pairs to ask about: two namesakes whose numbers contradict, and a name that fits two of one register."""
    senders.say("2026-01", "dudley/1", "Ann", "Lee", "1990-03-02", nhs_number=NHS)
    senders.say("2026-01", "walsall/1", "Ann", "Lee", "1990-03-02", nhs_number=OTHER_NHS)
    senders.say("2026-01", "birmingham/1", "Orla", "Quill", "1990-06-07")
    senders.say("2026-01", "birmingham/2", "Orla", "Quill", "1990-06-07")
    senders.say("2026-01", "solihull/1", "Orla", "Quill", "1990-06-07")
    senders.link("2026-01")


def test_the_queue_is_listed_by_partner_with_its_reasons_and_without_values(senders, typed) -> None:  # type: ignore[no-untyped-def]
    namesakes(senders)
    code, out, _ = typed("review")
    assert code == 0
    assert out.splitlines()[0] == "3 pairs wait for a person's decision"
    assert "2  several_people_fit" in out
    assert "1  two_nhs_numbers" in out
    assert "Ann" not in out
    assert "1990" not in out
    _, out, _ = typed("review", "--partner", "walsall")
    assert out.splitlines()[0].startswith("1 pairs")
    assert "dudley 1" in out
    _, out, _ = typed("review", "--most", "1")
    assert len([line for line in out.splitlines() if "2026-01" in line]) == 1


def test_a_pair_is_shown_side_by_side_with_what_was_decided_of_it(senders, typed) -> None:  # type: ignore[no-untyped-def]
    namesakes(senders)
    typed("review", "decide", "dudley/1", "walsall/1", "different", "--reason", "two cousins", *WHO)
    code, out, _ = typed("review", "show", "dudley/1", "walsall/1")
    assert code == 0
    line = next(line for line in out.splitlines() if "nhs number" in line)
    assert line.split()[-2:] == [NHS, OTHER_NHS]
    assert "Lin Ker (linker): different: two cousins" in out


def test_a_decision_takes_the_pair_from_the_queue_and_withdrawing_it_puts_it_back(senders, typed) -> None:  # type: ignore[no-untyped-def]
    namesakes(senders)
    code, out, _ = typed("review", "decide", "solihull/1", "birmingham/1", "same", "--reason", "one address", *WHO)
    assert (code, out) == (0, "same; the next run of build_warehouse honours it, from 2026-01 on\n")
    senders.link("2026-01")
    assert senders.one_person("birmingham/1", "solihull/1")
    assert typed("review")[1].startswith("1 pairs"), "the other of the register is not asked about: its place is taken"
    code, _, _ = typed("review", "withdraw", "solihull/1", "birmingham/1", "--reason", "a mistake", *WHO)
    assert code == 0
    senders.link("2026-01")
    assert not senders.one_person("birmingham/1", "solihull/1")
    assert typed("review")[1].startswith("3 pairs")


def test_what_may_not_be_decided_ends_in_one_line(senders, typed) -> None:  # type: ignore[no-untyped-def]
    namesakes(senders)
    code, _, err = typed("review", "decide", "dudley/1", "walsall/1", "same", "--reason", "same face", *WHO)
    assert code == 1
    assert "--despite-identifiers" in err
    code, _, err = typed("review", "decide", "dudley/1", "walsall/1", "same", "--reason", "x", "--decided-by", "Ana", "--role", "analyst")
    assert (code, err) == (1, "error: role 'analyst' may not decide who is who: linker may\n")
    assert NHS not in err


def test_the_queue_is_worked_through_pair_by_pair(senders) -> None:  # type: ignore[no-untyped-def]
    namesakes(senders)
    answers = iter(["s", "skip", "", "different", " ", "two brothers", "same", "same school", "quit"])
    shown: list[str] = []
    settings = senders.village.settings
    pairs = sorted(review.questions(settings), key=lambda question: question.a)
    n_decided = review.work(settings, [pairs[2], pairs[1], pairs[0]], "Lin Ker", "linker", shown.append, lambda _: next(answers))
    assert n_decided == 2
    assert len(shown) == 3
    assert senders.rows("select person_ref_a, decision, reason from identity.link_decision order by decision_id") == [
        (pairs[1].a.person_ref, "different", "two brothers"),
        (pairs[0].a.person_ref, "same", "same school"),
    ]


def test_unmerging_is_a_verb(senders, typed) -> None:  # type: ignore[no-untyped-def]
    for record in ("dudley/1", "solihull/1", "walsall/1"):
        senders.say("2026-01", record, "Ann", "Lee", "1990-03-02", nhs_number=NHS)
    senders.link("2026-01")
    code, out, _ = typed("unmerge", "dudley", "1", "walsall", "1", "--reason", "cousins", *WHO)
    assert code == 0
    assert "0 disclosures carried the mistake" in out
    assert "builds 2026-01" in out
    person = senders.person_of("solihull/1")
    other = "dudley/1" if senders.one_person("solihull/1", "walsall/1") else "walsall/1"
    code, _, _ = typed("unmerge", "--person", person, "solihull", "1", "--reason", "a third", *WHO)
    assert code == 0
    assert senders.one_person("solihull/1", other), "it goes where it fits, if it fits"
    assert typed("unmerge", "dudley", "1", "--reason", "x", *WHO)[0] == 1

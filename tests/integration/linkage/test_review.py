"""The verbs of review and unmerging, as a linker types them."""

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest

from wholefamily import cli
from wholefamily.linkage import model, review

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


def test_a_pair_is_shown_with_the_reasons_for_and_against_it(senders, typed) -> None:  # type: ignore[no-untyped-def]
    namesakes(senders)
    code, out, _ = typed("review", "show", "solihull/1", "birmingham/1")
    assert code == 0
    assert re.search(r"^two records of the region +-\d", out, re.MULTILINE), "where it begins"
    assert re.search(r"^given name: same +\+\d+\.\d .* to .*█", out, re.MULTILINE), "a comparison, its level, its weight and its bar"
    assert re.search(r"^birth: same +\+\d", out, re.MULTILINE)
    (total,) = re.findall(r"^together +([+-]\d+\.\d) ", out, re.MULTILINE)
    steps = re.findall(r"^(?!together)\S.*? ([+-]\d+\.\d) +[\d,.]+ to ", out, re.MULTILINE)
    assert sum(map(float, steps)) == pytest.approx(float(total), abs=0.3)
    (alone,) = senders.rows(
        "select distinct round(model_probability::numeric, 4)::text from identity.score where 'solihull' in (partner_code_a, partner_code_b)"
    )
    assert f"the model     {alone} of the two alone" in out
    assert re.search(r"^scored +0\.(49|50)\d\d \(probabilistic\), with rivals$", out, re.MULTILINE)
    assert re.search(r"^rivals +birmingham 2 fits solihull 1 too: 0\.(49|50)\d\d$", out, re.MULTILINE)
    assert re.search(r"^outcome +linked as two persons$", out, re.MULTILINE)
    assert re.search(r"^asked +because several people of one sender fit", out, re.MULTILINE)
    assert typed("explain", "solihull/1", "birmingham/1") == (0, out, ""), "the two verbs say one thing"


def test_what_keeps_a_pair_apart_is_said(senders, typed) -> None:  # type: ignore[no-untyped-def]
    namesakes(senders)
    _, out, _ = typed("review", "show", "dudley/1", "walsall/1")
    assert re.search(r"^against it +they have two valid NHS numbers$", out, re.MULTILINE)
    assert re.search(r"^rivals +none", out, re.MULTILINE)
    assert re.search(r"^asked +because they have two valid NHS numbers", out, re.MULTILINE)
    _, out, _ = typed("review", "show", "dudley/1", "solihull/1")
    assert re.search(r"^scored +not at all", out, re.MULTILINE)
    assert re.search(r"^against it +their given names differ", out, re.MULTILINE)
    assert re.search(r"^asked +no: a person is asked from 0\.3 on$", out, re.MULTILINE)
    code, out, err = typed("review", "show", "dudley/1", "dudley/9")
    assert (code, out, err) == (1, "", "error: no record dudley 9 has been linked yet\n")


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


def test_the_queue_is_worked_through_pair_by_pair(senders, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    namesakes(senders)
    loaded: list[str] = []
    load = model.load
    monkeypatch.setattr(model, "load", lambda: loaded.append("once") or load())
    answers = iter(["s", "skip", "", "different", " ", "two brothers", "same", "same school", "quit"])
    shown: list[str] = []
    settings = senders.village.settings
    pairs = sorted(review.questions(settings), key=lambda question: question.a)
    n_decided = review.work(settings, [pairs[2], pairs[1], pairs[0]], "Lin Ker", "linker", shown.append, lambda _: next(answers))
    assert n_decided == 2
    assert len(shown) == 3
    assert loaded == ["once"], "for the whole queue"
    for text, pair in zip(shown, (pairs[2], pairs[1], pairs[0]), strict=True):
        assert " ".join(pair.a) in text.splitlines()[1], "side by side"
        assert "\nfamily name: same " in text
        assert pair.reason in text
    assert "they have two valid NHS numbers" in "".join(shown)
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

"""A person is restricted: nothing about them leaves until that is lifted, whoever they are said to be meanwhile."""

import json
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.integration.evaluation.conftest import Evaluator, Marts
from tests.integration.evaluation.test_release import RELEASE, RUN, approve, release, twelve_families

from wholefamily.disclosure import restriction
from wholefamily.disclosure.restriction import Decision
from wholefamily.errors import WholefamilyError
from wholefamily.partners import Partner
from wholefamily.products import evaluation, identity_file
from wholefamily.warehouse import connect

pytestmark = pytest.mark.usefixtures("people")
SINCE = date(2026, 8, 1)
KNOWN_UNTIL = date(2026, 9, 30)


def son_of(marts: Marts, family: UUID) -> UUID:
    found: UUID = marts.run("select person_id from marts.bridge_family_member where family_id = %s and role = 'CHILD' limit 1", family)[0][
        0
    ]
    return found


def restrict(marts: Marts, person: UUID, since: date = SINCE) -> bool:
    with connect(marts.settings, login="release") as connection:
        return restriction.restrict(connection, person, Decision(since, "ACCURACY_CONTESTED", "jane"))


def lift(marts: Marts, person: UUID, since: date = SINCE) -> int:
    with connect(marts.settings, login="release") as connection:
        return restriction.lift(connection, person, Decision(since, "GROUND_ENDED", "jane"))


def restricted(marts: Marts, day: date = KNOWN_UNTIL) -> set[UUID]:
    with connect(marts.settings, login="release") as connection:
        return restriction.in_force(connection, day)


def moves(marts: Marts, kind: str, old: UUID, new: UUID) -> None:
    """A record of ``old`` is said to be of ``new`` from now on; all its records, in a merge."""
    if kind == "merge":
        marts.run("update identity.person_xref set person_id = %s where person_id = %s", new, old)
    marts.run(
        "insert into identity.merge_log (period, kind, entity, from_id, to_id, reason, logged_at) "
        "values ('2026-09', %s, 'person', %s, %s, 'identifier', clock_timestamp())",
        *(kind, old, new),
    )


def n_persons(marts: Marts) -> int:
    evaluation.build(marts.settings, RELEASE)
    return int(marts.run("select count(*) from evaluation.individuals")[0][0])


def test_a_restricted_person_is_left_out_until_it_is_lifted(marts: Marts, verb: Any) -> None:
    son = str(son_of(marts, twelve_families(marts)[0]))
    words = ("--by", "jane", "--from")
    code, said, _ = verb(marts.settings, "restrict", son, "--reason", "LEGAL_CLAIM", *words, "2026-09-30")
    assert (code, said.splitlines()[:2]) == (0, [f"person {son} is restricted", "from 2026-09-30 on: it counts at once"])
    assert n_persons(marts) == 23
    evaluation.gate(marts.settings, RELEASE)
    assert marts.run("select count(*) from evaluation.progress where baseline = '*' and current = '*'") == [(2,)]
    assert "was already restricted" in verb(marts.settings, "restrict", son, "--reason", "LEGAL_CLAIM", *words, "2026-09-30")[1]
    code, said, _ = verb(marts.settings, "restrict", son, "--lift", "--reason", "GROUND_ENDED", *words, "2026-09-30")
    assert (code, said.splitlines()[0]) == (0, f"person {son} is no longer restricted (1 lifted)")
    assert n_persons(marts) == 24
    assert (
        "there was nothing to lift" in verb(marts.settings, "restrict", son, "--lift", "--reason", "GROUND_ENDED", *words, "2026-09-30")[1]
    )
    kept = marts.run("select effective_from, reason, decided_by from exchange.restriction order by restriction_id")
    assert kept == [(KNOWN_UNTIL, "LEGAL_CLAIM", "jane"), (KNOWN_UNTIL, "GROUND_ENDED", "jane")]


def test_it_counts_from_its_day_on_by_what_is_known_and_says_when_that_is_not_yet(marts: Marts, verb: Any) -> None:
    son = son_of(marts, twelve_families(marts)[0])
    _, said, _ = verb(marts.settings, "restrict", str(son), "--reason", "OBJECTION", "--by", "jane", "--from", "2026-10-01")
    assert "it counts NOT YET, as what is known ends with 2026-09-30" in said
    assert n_persons(marts) == 24
    assert restricted(marts, date(2026, 10, 1)) == {son}
    assert lift(marts, son, date(2026, 11, 1)) == 1
    assert restricted(marts, date(2026, 10, 31)) == {son}
    assert restricted(marts, date(2026, 11, 1)) == set()


def test_it_goes_with_the_persons_records(marts: Marts) -> None:
    one, other, third = (marts.person(born=date(1990, 5, 1)) for _ in range(3))
    restrict(marts, one)
    moves(marts, "merge", one, other)
    assert restricted(marts) == {other}
    # They turn out to be two: which of them was meant only a person can say.
    moves(marts, "split", other, third)
    assert restricted(marts) == {other, third}
    assert lift(marts, third) == 1
    assert restricted(marts) == {other}
    assert lift(marts, one) == 1, "by the id that they had"
    assert restricted(marts) == set()


def test_who_left_a_person_before_that_one_was_restricted_is_not(marts: Marts) -> None:
    one, other = (marts.person(born=date(1990, 5, 1)) for _ in range(2))
    moves(marts, "split", one, other)
    restrict(marts, one)
    assert restricted(marts) == {one}


def test_of_an_id_that_became_another_the_other_is_restricted(marts: Marts) -> None:
    one, other = (marts.person(born=date(1990, 5, 1)) for _ in range(2))
    moves(marts, "merge", one, other)
    restrict(marts, one)
    restrict(marts, other, date(2026, 9, 1))
    assert restricted(marts) == {other}
    assert lift(marts, one) == 2
    assert restricted(marts) == set()


def test_the_member_of_a_past_month_is_left_out_under_the_id_of_then(marts: Marts) -> None:
    son = son_of(marts, twelve_families(marts)[0])
    grown = marts.person(born=date(2014, 5, 1), sex="1")
    moves(marts, "merge", son, grown)
    assert n_persons(marts) == 24
    restrict(marts, grown)
    assert n_persons(marts) == 23


def test_nobody_who_is_restricted_since_is_named_in_the_identity_file(marts: Marts, evaluator: Evaluator, ons: Partner) -> None:
    families = twelve_families(marts)
    release(marts, evaluator)
    restrict(marts, son_of(marts, families[0]))
    grown = marts.person(born=date(2014, 5, 1), sex="1")
    moves(marts, "merge", son_of(marts, families[1]), grown)
    restrict(marts, grown)
    assert "of 22 persons" in identity_file.summary(evaluator.settings, ons, RELEASE)


def test_what_was_built_before_does_not_leave(marts: Marts, evaluator: Evaluator) -> None:
    son = son_of(marts, twelve_families(marts)[0])
    evaluation.build(marts.settings, RELEASE)
    evaluation.gate(marts.settings, RELEASE)
    restrict(marts, son)
    approve(marts)
    with pytest.raises(WholefamilyError, match="tells of 1 persons of whom nothing may be told any more"):
        evaluation.push(evaluator.settings, evaluator.partner, RELEASE, RUN)
    assert evaluator.received() == {}
    assert json.loads(release(marts, evaluator)["manifest.json"])["release"] == RELEASE
    assert marts.run("select count(*) from evaluation.individuals") == [(23,)]


def test_what_is_no_restriction_is_refused_in_one_line(marts: Marts) -> None:
    person = marts.person(born=date(1990, 5, 1))
    with connect(marts.settings, login="release") as connection:
        for who, decision, why in (
            (uuid4(), Decision(SINCE, "OBJECTION", "jane"), "is no person of the registry"),
            (person, Decision(SINCE, "GROUND_ENDED", "jane"), "GROUND_ENDED is no reason for this"),
            (person, Decision(SINCE, "OBJECTION", "nobody"), "'nobody' is nobody's login"),
        ):
            with pytest.raises(WholefamilyError, match=why):
                restriction.restrict(connection, who, decision)
    assert marts.run("select from exchange.restriction") == []


def test_what_is_kept_does_not_change(marts: Marts) -> None:
    restrict(marts, marts.person(born=date(1990, 5, 1)))
    for statement in ("delete from exchange.restriction", "alter table exchange.restriction disable trigger append_only"):
        with pytest.raises(Exception, match=r"permission denied|must be owner"):
            marts.run(statement)

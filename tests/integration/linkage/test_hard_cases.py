"""The corpus of hard cases: not one wrong merge, and what must be found is found."""

from collections.abc import Iterator

import pytest
from tests.integration.linkage.hard_cases import CASES, Case

Together = set[frozenset[str]]


def records(case: Case) -> list[set[str]]:
    """The records of each person of a case, as `partner/ref`."""
    return [{_record(case, n, m) for m in range(len(person))} for n, person in enumerate(case.persons)]


def _record(case: Case, person: int, saying: int) -> str:
    said = case.persons[person][saying]
    return f"{said.partner}/case{CASES.index(case)}-{person}-{said.ref or saying}"


@pytest.fixture(scope="module")
def together(_tables) -> Iterator[Together]:  # type: ignore[no-untyped-def]
    """All cases said and linked: the records of each person."""
    _tables.start()
    for case in CASES:
        for person, sayings in enumerate(case.persons):
            for saying, said in enumerate(sayings):
                _tables.say(said.month, _record(case, person, saying), said.given, said.family or None, said.born, **said.more)
    _tables.link("2026-01", "2026-02")
    yield _tables.persons()
    _tables.start()


def test_the_corpus_is_large_and_no_case_stands_twice() -> None:
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nobody_is_taken_for_another(together: Together, case: Case) -> None:
    persons = records(case)
    own = set().union(*persons)
    wrong = [sorted(found) for found in together if found & own and not any(found <= person for person in persons)]
    assert wrong == []


@pytest.mark.parametrize("case", [case for case in CASES if case.is_sure], ids=lambda case: case.name)
def test_what_is_plain_enough_is_found(together: Together, case: Case) -> None:
    assert [person for person in records(case) if not any(person <= found for found in together)] == []

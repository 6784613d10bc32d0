"""Who was told what about this person, when, on which basis: the ledger's answer."""

from uuid import UUID, uuid4

import pytest
from tests.integration.ledger.conftest import Ledger

from wholefamily.disclosure import told
from wholefamily.warehouse import connect

MARTS = """
create schema if not exists marts;
create table marts.bridge_family_member (period text, family_id uuid, person_id uuid);
create table marts.bridge_household_member (period text, household_id uuid, person_id uuid);
create table marts.dim_family (family_id uuid, household_id uuid);
grant usage on schema marts to analyst; grant select on all tables in schema marts to analyst;
"""


class Registry:
    """Persons, a family and a household, and what becomes of their ids."""

    def __init__(self, kept: Ledger) -> None:
        self.kept = kept
        self.run(MARTS)

    def run(self, query: str, *values: object) -> None:
        with connect(self.kept.settings) as connection:
            connection.execute(query, values)  # type: ignore[call-overload]

    def mint(self, kind: str) -> UUID:
        id_ = uuid4()
        self.run(f"insert into identity.{kind} ({kind}_id, minted_period) values (%s, '2026-06')", id_)
        return id_

    def moves(self, kind: str, from_id: UUID, to_id: UUID) -> None:
        self.run(
            "insert into identity.merge_log (period, kind, entity, from_id, to_id, reason, logged_at) "
            "values ('2026-07', %s, 'person', %s, %s, 'identifier', clock_timestamp())",
            *(kind, from_id, to_id),
        )

    def about(self, id_: UUID) -> list[tuple[str, str, int]]:
        """Release, why and how many rows of each answer."""
        with connect(self.kept.settings, login="release") as connection:
            return [
                (one.release, one.about.split(" (")[0].split(" until")[0].split(" since")[0], one.n_rows)
                for one in told.of(connection, id_)[1]
            ]


@pytest.fixture
def registry(kept: Ledger) -> Registry:
    return Registry(kept)


def test_an_answer_says_to_whom_what_when_on_which_basis_and_by_whom(registry: Registry, verb) -> None:  # type: ignore[no-untyped-def]
    person = registry.mint("person")
    registry.kept.enter("2026-Q4", "individuals.csv", subjects=[("person", registry.kept.people[0]), ("person", person)])
    code, out, err = verb(registry.kept.settings, "disclosures", str(person))
    assert (code, err) == (0, "")
    first, what, basis, fields, entry = out.rstrip("\n").replace("Müller\n", "Müller").splitlines()
    assert first == f"person {person}: 1 file told of them, to evaluator"
    assert what.endswith(" evaluator: evaluation 2026-Q4 individuals.csv, 1 row, directly")
    assert basis.strip() == 'on the basis of DEA2017-S35 under WM-TF-ISA; approved by Ann "Approver" Müller'
    assert fields.strip() == "told: person_key, sex"
    assert entry.strip().startswith("entry 7, disclosure ")


def test_an_entry_about_a_family_or_household_is_about_its_members_too(registry: Registry) -> None:
    mother, son, stranger = (registry.mint("person") for _ in range(3))
    family, household = registry.mint("family"), registry.mint("household")
    for person in (mother, son):
        registry.run("insert into marts.bridge_household_member values ('2026-06', %s, %s)", household, person)
        registry.run("insert into marts.bridge_family_member values ('2026-06', %s, %s), ('2026-08', %s, %s)", *(family, person) * 2)
    registry.run("insert into marts.dim_family values (%s, %s)", family, household)
    registry.kept.enter("F", "families.csv", subjects=[("family", family)])
    registry.kept.enter("H", "families.csv", subjects=[("household", household)])
    registry.kept.enter("P", "individuals.csv", subjects=[("person", mother)])
    assert registry.about(mother) == [
        ("F", f"as a member of family {family}", 1),
        ("H", f"as a member of household {household}", 1),
        ("P", "directly", 1),
    ]
    assert [release for release, *_ in registry.about(son)] == ["F", "H"]
    assert registry.about(family) == [("F", "directly", 1), ("H", f"of its household {household}", 1), ("P", f"of its member {mother}", 1)]
    assert registry.about(household) == [("F", f"of its family {family}", 1), ("H", "directly", 1), ("P", f"of its member {mother}", 1)]
    assert registry.about(stranger) == []


def test_what_was_said_of_an_id_that_became_another_is_found_under_both(registry: Registry) -> None:
    old, kept = registry.mint("person"), registry.mint("person")
    registry.kept.enter("of both", "individuals.csv", subjects=[("person", old), ("person", kept)])
    registry.moves("merge", old, kept)
    registry.kept.enter("after", "individuals.csv", subjects=[("person", kept)])
    assert registry.about(kept) == [("of both", "directly", 1), ("of both", f"directly, as person {old}", 1), ("after", "directly", 1)]
    # What was said of the other before the two were one was not about this one.
    assert registry.about(old) == [("of both", "directly", 1), ("after", f"directly, as person {kept}", 1)]


def test_what_was_said_of_a_person_who_was_two_counts_for_both_until_they_were_parted(registry: Registry) -> None:
    wrong, other = registry.mint("person"), registry.mint("person")
    registry.kept.enter("as one", "individuals.csv", subjects=[("person", wrong)])
    registry.moves("split", wrong, other)
    registry.kept.enter("as two", "individuals.csv", subjects=[("person", wrong)])
    assert registry.about(other) == [("as one", f"directly, as person {wrong}", 1)]
    assert registry.about(wrong) == [("as one", "directly", 1), ("as two", "directly", 1)]


def test_an_id_of_nobody_is_an_error_in_one_line(kept: Ledger, verb) -> None:  # type: ignore[no-untyped-def]
    nobody = str(uuid4())
    assert verb(kept.settings, "disclosures", nobody) == (
        1,
        "",
        f"error: {nobody} is nobody in the registry: give a person_id, family_id or household_id\n",
    )

"""Whatever families there are, what is assembled of them keeps the policy: judged here anew, and by the gate."""

from collections import Counter
from datetime import date
from random import Random
from uuid import UUID

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from wholefamily.disclosure import attacks
from wholefamily.disclosure.attacks import Holding, Known, ReleaseFolder, Scene
from wholefamily.disclosure.pseudonym import Pseudonyms
from wholefamily.products import formats
from wholefamily.products.evaluation.assemble import Release, assemble, family_values, person_values
from wholefamily.products.evaluation.cohort import Cohort, Family, Measure
from wholefamily.products.evaluation.columns import FILES
from wholefamily.products.evaluation.people import Person

GSS = {"birmingham": "E08000025", "sandwell": "E08000028", "solihull": "E08000029"}
FAMILY = ("authority", "framework", "attached_quarter", "closed_quarter", "size_band", "n_children_band", "comparison")
PERSON = ("authority", "age_band", "sex", "ethnic_group", "role", "comparison")
KEY = b"0123456789abcdef0123456789abcdef"


def cohort(seed: int, n_families: int, n_kinds: int) -> tuple[Cohort, list[Measure]]:
    """Families of few kinds, so that some are alike and others are not."""
    random = Random(seed)  # noqa: S311 - meant to be predictable
    kinds = [
        (
            random.choice(list(GSS)),
            random.choice([None, date(2025, 11, 3), date(2026, 2, 2), date(2026, 8, 3)]),
            random.choice([None, date(2026, 8, 31)]),
            random.choice(["tf_2012", "sf_2022"]),
            random.randint(1, 3),
        )
        for _ in range(n_kinds)
    ]
    families, persons, measures = {}, {}, []
    for number in range(n_families):
        area, attached, closed, framework, n_members = random.choice(kinds)
        id_ = UUID(int=random.getrandbits(128))
        family = Family(id_, area, framework, attached, closed if attached else None, None, "2026-09")
        for place in range(n_members):
            person = UUID(int=random.getrandbits(128))
            born = date(1990, 1, 1) if place == 0 else date(2015 - 4 * (number % 2), 1, 1)
            persons[person] = Person(random.choice("12"), random.choice(["WHITE", "ASIAN", ""]), born)
            family.roles[person] = family.at_start[person] = "CHILD" if place else "ADULT"
        family.has_left_out = random.random() < 0.1
        family.met = {criterion: random.random() < 0.7 for criterion in ("education", "work", "health", "housing")}
        families[id_] = family
        first = 0 if attached and attached < date(2026, 1, 1) else 2
        for quarter in ("2026-Q1", "2026-Q2", "2026-Q3")[first:] if attached and framework == "tf_2012" else ():
            measures.append(Measure(id_, quarter, "asb", random.choice([0, 3, 12.5, None]), 1, random.choice(["pass", "fail"]), False))
    return Cohort(families, persons, date(2026, 9, 30)), measures


FAMILY_KEYS, PERSON_KEYS = (Pseudonyms(KEY, "evaluator", "2026-Q3", kind) for kind in ("family", "person"))


def assembled(families: Cohort, measures: list[Measure]) -> Release:
    return assemble(families, measures, GSS, FAMILY_KEYS, PERSON_KEYS)


def everything_held(families: Cohort) -> Holding:
    """An intruder who knows everybody: the hardest test there is."""
    numbered = list(enumerate(families.families.values()))
    persons = [
        (*person_values(families, person, family, GSS), number, PERSON_KEYS.of(person))
        for number, family in numbered
        for person in family.roles
    ]
    told = [(*family_values(family, GSS), number, FAMILY_KEYS.of(family.id)) for number, family in numbered]
    return Holding(
        pl.DataFrame(persons, schema=[*((column, pl.String) for column in PERSON), ("family", pl.Int64), ("key", pl.String)], orient="row"),
        pl.DataFrame(told, schema=[*((column, pl.String) for column in FAMILY), ("family", pl.Int64), ("key", pl.String)], orient="row"),
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 90), st.integers(1, 4))
def test_whatever_families_there_are_the_policy_is_kept(seed: int, n_families: int, n_kinds: int) -> None:
    known, measures = cohort(seed, n_families, n_kinds)
    release = assembled(known, measures)
    families, individuals, progress = (release.rows[name] for name in ("families", "individuals", "progress"))
    for rows, columns in ((families, FAMILY), (individuals, PERSON)):
        assert all(n >= 10 for n in Counter(tuple(row[column] for column in columns) for row in rows).values())
    for flag in (column for column in FILES["families"] if column.startswith("met_")):
        groups: dict[tuple[str, ...], list[str]] = {}
        for row in families:
            groups.setdefault(tuple(row[column] for column in FAMILY), []).append(row[flag])
        for values in groups.values():
            shown = [value for value in values if value != "*"]
            assert not shown or set(shown) == {""} or (set(shown) == {"Y", "N"} and 10 * shown.count("Y") <= 9 * len(shown))
    assert {row["family_key"] for row in progress} <= {row["family_key"] for row in families}
    files = {f"{name}.csv": formats.to_csv(FILES[name], rows) for name, rows in release.rows.items()}
    known_to_all = Known(frozenset({*GSS.values(), "E11000005"}), lambda _: 0, holding=everything_held(known))
    outcomes = attacks.run("evaluation", Scene(ReleaseFolder("2026-Q3", files), known_to_all))
    assert [outcome for outcome in outcomes if outcome.result != "withstood"] == []


def test_something_is_left_of_many_families() -> None:
    release = assembled(*cohort(seed=1, n_families=300, n_kinds=4))
    assert len(release.rows["families"]) >= 290
    assert release.control["utility_lost"] < 0.2


def test_no_internal_id_and_no_text_of_ours_is_in_a_row() -> None:
    families, measures = cohort(seed=1, n_families=60, n_kinds=2)
    release = assembled(families, measures)
    told = {value for rows in release.rows.values() for row in rows for value in row.values()}
    ours = {*families.families, *families.persons}
    assert told.isdisjoint({id_.hex for id_ in ours} | {str(id_) for id_ in ours} | set(GSS))

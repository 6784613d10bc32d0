"""Families and households that a wrong person made wrong, and the disclosures that carried them: from raw rows to the report."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from tests.integration.household.village import Village, empty_village, person, place

from wholefamily.disclosure import ledger
from wholefamily.linkage import unmerge
from wholefamily.linkage.decisions import Decider, Ref
from wholefamily.warehouse import connect

NHS = "9434765919"
LINKER = Decider("Lin Ker", "linker", "two cousins of one name")
DUDLEY, WALSALL = Ref("dudley", "1"), Ref("walsall", "1")


def disclose(village: Village, file: str, kind: ledger.SubjectKind, subject: str) -> None:
    """A file that leaves now, with one row about the subject."""
    what = ledger.Disclosure("evaluation", "2026-Q1", "evaluator", "DEA2017-S35", "WM-TF-ISA", "An Approver")
    with connect(village.settings, login="release") as connection:
        ledger.enter(connection, what, ledger.File(file, b"", 1, ("a",), ((kind, UUID(subject)),)))


def families(village: Village) -> dict[str, str]:
    """The family_id of each `partner/family_ref`."""
    return dict(village.rows("select partner_code || '/' || family_ref, family_id::text from identity.family_xref"))


def send(village: Village, period: str, **of_ann: object) -> None:
    """Two Anns with a child each in two towns; a lodger with a family of his own at the one, a neighbour's family at the other."""
    village.send(
        "dudley",
        period,
        people=[
            person("1", "Ann", "Lee", "1990-03-02", uprn="1", **of_ann),
            person("2", "Bo", "Lee", "2014-03-02", uprn="1"),
            person("8", "Una", "Ash", "1971-08-09", uprn="30"),
            person("9", "Vic", "Ash", "2012-08-09", uprn="30"),
        ],
        programme=[place("LEE", "1"), place("LEE", "2", "CHILD"), place("ASH", "8"), place("ASH", "9", "CHILD")],
    )
    village.send(
        "walsall",
        period,
        people=[
            person("1", "Ann", "Price", "1990-03-02", uprn="9", **of_ann),
            person("2", "Cy", "Price", "2015-03-02", uprn="9"),
            person("3", "Di", "Oak", "1966-05-06", uprn="9"),
        ],
        programme=[place("PRICE", "1"), place("PRICE", "2", "CHILD"), place("OAK", "3")],
    )


@pytest.fixture(scope="module")
def village(postgres_server, warehouse_template, tmp_path_factory) -> Iterator[Village]:  # type: ignore[no-untyped-def]
    """Everything was right and disclosed in the first month; in the second both Anns bear one number, and everything was disclosed again."""
    with empty_village(postgres_server, warehouse_template, tmp_path_factory.mktemp("village")) as village:
        send(village, "2026-01")
        village.dbt("resource_type:seed", periods=[])
        village.build_again("2026-01")
        disclose_all(village, "before")
        send(village, "2026-02", nhs_number=NHS)
        village.build_again("2026-01", "2026-02")
        assert village.one_person("dudley/1", "walsall/1")
        disclose_all(village, "while")
        yield village


def disclose_all(village: Village, when: str) -> None:
    """Every family and every household of the first month, each in a file of its own."""
    for name, family in families(village).items():
        disclose(village, f"{when} {name}", "family", family)
    for name, household in village.households("2026-01").items():
        disclose(village, f"{when} home of {name}", "household", household)


def test_families_and_households_that_were_shown_wrongly_are_named_with_what_carried_them(village: Village) -> None:
    homes, named = village.households("2026-02"), families(village)
    assert homes["dudley/2"] != homes["walsall/2"]
    report = unmerge.pair(village.settings, DUDLEY, WALSALL, LINKER)
    disclose_all(village, "after")
    assert {str(id_) for id_ in report.families} == {named["dudley/LEE"], named["walsall/PRICE"], named["walsall/OAK"]}
    assert {str(id_) for id_ in report.households} == {homes["dudley/2"], homes["walsall/2"]}
    carried = {one.file for one in report.carried}
    assert {file for file in carried if "home" not in file} == {"while dudley/LEE", "while walsall/PRICE", "while walsall/OAK"}
    # Every member's home was disclosed in a file of its own; the two Anns have one home while they are one person.
    assert {"while home of dudley/2", "while home of walsall/2", "while home of walsall/3"} <= carried
    assert not any("dudley/8" in file or "dudley/9" in file or "ASH" in file for file in carried)
    assert not any(file.startswith(("before", "after")) for file in carried)
    text = "\n".join(report.lines())
    assert "3 families on the programme were shown wrongly" in text
    assert "2 households were shown wrongly" in text
    assert "about the family" in text
    assert not any(value in text for value in ("Ann", "Price", "1990", NHS)), "nothing that the records say"


def test_the_same_again_names_the_same(village: Village) -> None:
    first = unmerge.pair(village.settings, DUDLEY, WALSALL, LINKER)
    village.build_again("2026-01", "2026-02")
    again = unmerge.pair(village.settings, DUDLEY, WALSALL, LINKER)
    assert (again.families, again.households, again.carried) == (first.families, first.households, first.carried)
    assert len({village.households("2026-02")[record] for record in ("dudley/1", "walsall/1")}) == 2, "each Ann is at home again"

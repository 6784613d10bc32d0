"""From marts to what the evaluator sees: built, attacked, approved, pushed, and in the ledger."""

import csv
import getpass
import hashlib
import io
import itertools
import json
import re
import secrets
import socket
from collections import Counter
from datetime import UTC, date, datetime
from uuid import UUID

import polars as pl
import pytest
from pysequoia import Tsk, decrypt
from tests.conftest import only_password_of
from tests.integration.evaluation.conftest import Evaluator, Marts

from wholefamily.disclosure import approval, canaries, custodian, verify
from wholefamily.disclosure.attacks import recipients
from wholefamily.disclosure.pseudonym import Pseudonyms
from wholefamily.errors import WholefamilyError
from wholefamily.products import evaluation
from wholefamily.products.recall.order import Order

RELEASE = "2026-Q3"
RUN = "manual__1"
FAMILY = ("authority", "framework", "attached_quarter", "closed_quarter", "size_band", "n_children_band", "comparison")
PERSON = ("authority", "age_band", "sex", "ethnic_group", "role", "comparison")


def mother_and_son(marts: Marts, **of_the_son: object) -> dict[UUID, str]:
    mother = marts.person(born=date(1990, 5, 1))
    son = marts.person(born=date(2014, 5, 1), sex="1", **of_the_son)  # type: ignore[arg-type]
    return {mother: "ADULT", son: "CHILD"}


def twelve_families(marts: Marts) -> list[UUID]:
    """Twelve families of a mother and a son in one area, attached in one quarter; all met education, eight work."""
    families = []
    for number in range(12):
        members = mother_and_son(marts)
        mother, son = members
        met = {"education": son} | ({"work": mother} if number < 8 else {})
        families.append(marts.family(members, met=met, attached=date(2026, 5, 4)))
    return families


def approve(marts: Marts, decision: str = "Approve") -> bool:
    answer = {
        "chosen_options": [decision],
        "responded_by_user": {"id": "3", "name": "approver"},
        "responded_at": datetime(2026, 10, 12, 9, 30, tzinfo=UTC),
        "params_input": {"reason": "as agreed"},
    }
    return approval.record_answer(marts.settings, "evaluation", RELEASE, answer, RUN, "engineer")


def release(marts: Marts, evaluator: Evaluator) -> dict[str, bytes]:
    evaluation.build(marts.settings, RELEASE)
    evaluation.gate(marts.settings, RELEASE)
    assert approve(marts)
    evaluation.push(evaluator.settings, evaluator.partner, RELEASE, RUN)
    return evaluator.received()


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def built(marts: Marts, file: str) -> list[tuple[object, ...]]:
    return marts.run(f"select * from evaluation.{file} where release = %s", RELEASE)


def test_the_evaluator_sees_families_persons_and_progress_without_whom_they_are(marts: Marts, evaluator: Evaluator) -> None:
    twelve_families(marts)
    files = release(marts, evaluator)
    assert sorted(files) == [
        "data_dictionary.csv",
        "disclosure_control.json",
        "families.csv",
        "families.parquet",
        "individuals.csv",
        "individuals.parquet",
        "manifest.json",
        "progress.csv",
        "progress.parquet",
    ]
    families, individuals, progress = (table(files[f"{name}.csv"]) for name in ("families", "individuals", "progress"))
    assert Counter(tuple(row[column] for column in FAMILY) for row in families) == {
        ("E08000025", "tf_2012", "2026-Q2", "", "1-3", "0-1", "N"): 12
    }
    assert Counter(row["met_work"] for row in families) == {"Y": 8, "N": 4}
    assert {row["met_education"] for row in families} == {"*"}  # all of them met it: telling one would tell all
    assert {row["met_crime_asb"] for row in families} == {"*"}  # and none of them this
    assert {row["met_health"] for row in families} == {""}  # not of that framework
    assert Counter(tuple(row[column] for column in PERSON) for row in individuals) == {
        ("E08000025", "35-44", "2", "WHITE", "ADULT", "N"): 12,
        ("E08000025", "11-15", "1", "WHITE", "CHILD", "N"): 12,
    }
    assert Counter(row["family_key"] for row in individuals) == dict.fromkeys((row["family_key"] for row in families), 2)
    assert Counter((row["quarter"], row["measure"], row["baseline"], row["current"], row["result"]) for row in progress) == {
        ("2026-Q2", "asb", "10+", "4", "pass"): 12,
        ("2026-Q3", "asb", "10+", "4", "pass"): 12,
    }
    dictionary = table(files["data_dictionary.csv"])
    assert [row["column"] for row in dictionary if row["file"] == "families.csv"] == list(families[0])


def test_what_leaves_says_what_it_cost_and_which_attacks_it_withstood(marts: Marts, evaluator: Evaluator) -> None:
    twelve_families(marts)
    control = json.loads(release(marts, evaluator)["disclosure_control.json"])
    assert control["groups"]["families"] == {"columns": list(FAMILY), "smallest": 12, "groups": 1}
    assert control["groups"]["persons"] == {"columns": list(PERSON), "smallest": 12, "groups": 2}
    assert control["generalised"] == []
    assert control["suppressed"] == {
        "families": 0,
        "persons": 0,
        "cells": {"met_crime_asb": 12, "met_education": 12},
    }
    assert control["utility_lost"] == 0
    assert control["kept"] == {"families": 1, "persons": 1, "progress_rows": 1, "family_keys_of_persons": 1}
    assert control["search"]["families"]["tried"] == 1  # the first, which loses nothing
    assert [attack["attack"].split()[0] for attack in control["attacks"]] == ["1", "2", "3", "4", "9", "10", "12", "13", "14", "16", "17"]
    assert {attack["result"] for attack in control["attacks"]} == {"withstood"}


def test_every_row_that_left_is_in_the_ledger_with_whom_it_is_about(marts: Marts, evaluator: Evaluator) -> None:
    families = twelve_families(marts)
    household = None
    for _ in range(10):
        members = mother_and_son(marts)
        mother, son = members
        household = marts.eligible(members, met={"education": son, "work": mother, "local": mother})
    files = release(marts, evaluator)
    manifest = json.loads(files["manifest.json"])
    listed = {entry["path"]: entry for entry in manifest["files"]}
    assert {name: entry["sha256"] for name, entry in listed.items()} == {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name != "manifest.json"
    }
    for name in ("individuals.csv", "families.csv", "progress.csv"):
        entered = marts.run(
            "select count(*) from exchange.disclosure_item join exchange.disclosure using (disclosure_id) "
            "where file = %s and disclosure_id = %s and recipient = 'evaluator' and approved_by = 'approver' and file_sha256 = %s",
            *(name, listed[name]["disclosure_id"], listed[name]["sha256"]),
        )
        assert entered == [(len(table(files[name])),)]
        assert listed[name]["rows"] == len(table(files[name]))
    subjects = marts.run(
        "select subject_kind, count(distinct subject_id), array_agg(subject_id) from exchange.disclosure_item "
        "join exchange.disclosure using (disclosure_id) where file = 'families.csv' group by 1 order by 1"
    )
    assert [(kind, n) for kind, n, _ in subjects] == [("family", 12), ("household", 10)]
    assert set(subjects[0][2]) == set(families)
    assert household in subjects[1][2]
    assert marts.run("select row_count from exchange.disclosure where disclosure_id = %s", manifest["disclosure_id"]) == [(0,)]
    assert manifest["legal_basis"] == "DEA2017-S35"
    assert manifest["approved_by"] == "approver"
    assert manifest["produced_at"] == "2026-10-12T09:30:00Z"


def test_a_row_of_the_ledger_is_about_the_person_of_that_row(marts: Marts, evaluator: Evaluator) -> None:
    twelve_families(marts)
    only = marts.run("select person_id from intermediate.int_person_month where sex = '1' and period = '2026-09'")
    files = release(marts, evaluator)
    rows = table(files["individuals.csv"])
    entered = marts.run(
        "select row_number, subject_id from exchange.disclosure_item join exchange.disclosure using (disclosure_id) "
        "where file = 'individuals.csv' order by 1"
    )
    assert {subject for number, subject in entered if rows[number - 1]["sex"] == "1"} == {person for (person,) in only}


def test_households_that_meet_the_criteria_in_force_and_are_not_attached_are_the_comparison(marts: Marts) -> None:
    twelve_families(marts)
    for _ in range(10):
        members = mother_and_son(marts)
        mother, son = members
        marts.eligible(members, met={"education": son, "work": mother, "local": mother})
        marts.eligible(mother_and_son(marts), met={}, framework="sf_2022")  # not the framework in force there
    evaluation.build(marts.settings, RELEASE)
    compared = marts.run("select count(*), min(attached_quarter), max(closed_quarter) from evaluation.families where comparison = 'Y'")
    assert compared == [(10, "", "")]
    assert marts.run("select count(*) from evaluation.individuals where comparison = 'Y'") == [(20,)]
    assert marts.run("select age_band, role, count(*) from evaluation.individuals where comparison = 'Y' group by 1, 2 order by 1") == [
        ("11-15", "CHILD", 10),
        ("35-44", "ADULT", 10),
    ]


def test_a_household_with_a_member_of_a_family_on_the_programme_is_no_comparison(marts: Marts) -> None:
    families = twelve_families(marts)
    member = marts.run("select person_id from marts.bridge_family_member where family_id = %s limit 1", families[0])[0][0]
    for number in range(11):
        lodger = {member: "ADULT"} if number == 0 else {}
        marts.eligible(mother_and_son(marts) | lodger, met={})
    evaluation.build(marts.settings, RELEASE)
    assert marts.run("select count(*) from evaluation.families where comparison = 'Y'") == [(10,)]


@pytest.mark.parametrize(
    ("events", "is_left_out"),
    [
        ([("REFUSED", date(2026, 5, 1))], True),
        ([("GIVEN", date(2026, 5, 1)), ("WITHDRAWN", date(2026, 8, 1))], True),
        ([("WITHDRAWN", date(2026, 5, 1)), ("GIVEN", date(2026, 8, 1))], False),
        ([("GIVEN", date(2026, 5, 1)), ("REFUSED", date(2026, 5, 1))], True),
        ([("GIVEN", date(2026, 5, 1)), ("WITHDRAWN", date(2026, 10, 1))], False),
    ],
)
def test_who_refused_or_withdrew_evaluation_is_left_out(marts: Marts, events: list[tuple[str, date]], is_left_out: bool) -> None:  # noqa: FBT001
    families = twelve_families(marts)
    son = marts.run("select person_id from marts.bridge_family_member where family_id = %s and role = 'CHILD' limit 1", families[0])[0][0]
    for decision, effective_from in events:
        marts.consent(son, decision, effective_from)
    marts.consent(son, "WITHDRAWN", date(2026, 5, 1), scope="SUPPORT")
    evaluation.build(marts.settings, RELEASE)
    assert len(built(marts, "individuals")) == (23 if is_left_out else 24)


def test_the_family_of_one_who_is_left_out_tells_nothing_of_him(marts: Marts) -> None:
    families = twelve_families(marts)
    son = marts.run("select person_id from marts.bridge_family_member where family_id = %s and role = 'CHILD' limit 1", families[0])[0][0]
    marts.consent(son, "REFUSED", date(2026, 5, 1))
    evaluation.build(marts.settings, RELEASE)
    evaluation.gate(marts.settings, RELEASE)
    assert marts.run("select count(*) from evaluation.families") == [(12,)]
    # His mother's row does not lead to a family with one member missing; nor do others, or she would be known by that. No figure can be his.
    assert marts.run("select count(*) from evaluation.individuals where family_key = ''") == [(23,)]
    assert marts.run("select count(*) from evaluation.progress where baseline = '*' and current = '*'") == [(2,)]
    # He alone met education there, so his family did not; now eleven of twelve did, which is still too large a share to tell.
    assert marts.run("select distinct met_education from evaluation.families") == [("*",)]


def test_where_enough_families_lead_nowhere_the_others_are_told(marts: Marts) -> None:
    families = [*twelve_families(marts), *twelve_families(marts)]
    members = "select person_id from marts.bridge_family_member where family_id = %s and role = 'CHILD' limit 1"
    for family in families[:10]:
        marts.consent(marts.run(members, family)[0][0], "REFUSED", date(2026, 5, 1))
    evaluation.build(marts.settings, RELEASE)
    evaluation.gate(marts.settings, RELEASE)
    assert marts.run("select role, count(*) from evaluation.individuals where family_key = '' group by 1 order by 1") == [("ADULT", 10)]


def test_protected_persons_and_the_dead_of_earlier_months_are_left_out(marts: Marts) -> None:
    twelve_families(marts)
    marts.family(mother_and_son(marts, is_protected=True), met={}, attached=date(2026, 5, 4))
    marts.family(mother_and_son(marts, deceased_on=date(2026, 8, 31)), met={}, attached=date(2026, 5, 4))
    marts.family(mother_and_son(marts, deceased_on=date(2026, 9, 1)), met={}, attached=date(2026, 5, 4))
    evaluation.build(marts.settings, RELEASE)
    assert marts.run("select role, count(*) from evaluation.individuals group by 1 order by 1") == [("ADULT", 15), ("CHILD", 13)]


def test_small_groups_are_generalised_and_it_is_said_how(marts: Marts, evaluator: Evaluator) -> None:
    twelve_families(marts)
    for number in range(10):
        members = mother_and_son(marts, partner="solihull" if number < 5 else "walsall")
        marts.family(members, met={}, attached=date(2026, 5, 4), partner="solihull" if number < 5 else "walsall")
    files = release(marts, evaluator)
    assert Counter(row["authority"] for row in table(files["families.csv"])) == {"E08000025": 12, "E08000029+E08000030": 10}
    assert json.loads(files["disclosure_control.json"])["generalised"] == [
        {"file": "families.csv", "column": "authority", "from": "exact", "to": "areas joined", "rows": 10},
        {"file": "individuals.csv", "column": "authority", "from": "exact", "to": "areas joined", "rows": 20},
    ]


def test_where_nothing_reaches_the_threshold_an_empty_release_says_so(marts: Marts, evaluator: Evaluator) -> None:
    marts.family(mother_and_son(marts), met={}, attached=date(2026, 5, 4))
    files = release(marts, evaluator)
    assert [table(files[f"{name}.csv"]) for name in ("individuals", "families", "progress")] == [[], [], []]
    assert json.loads(files["disclosure_control.json"])["suppressed"] == {"families": 1, "persons": 2, "cells": {}}
    assert "nothing is left to tell" in evaluation.summary(marts.settings, RELEASE)


def test_a_quarter_whose_last_month_is_not_built_is_not_released(marts: Marts) -> None:
    with pytest.raises(WholefamilyError, match="needs the month 2026-12, which is not built"):
        evaluation.build(marts.settings, "2026-Q4")


def test_without_a_custodian_nothing_is_built(marts: Marts) -> None:
    twelve_families(marts)
    marts.settings.custodian.rename(marts.settings.home_dir / "elsewhere")
    with pytest.raises(WholefamilyError, match="custodian's folder"):
        evaluation.build(marts.settings, RELEASE)
    assert built(marts, "individuals") == []


def test_a_release_whose_key_is_lost_is_neither_built_again_nor_attacked_nor_sent(marts: Marts, evaluator: Evaluator) -> None:
    twelve_families(marts)
    evaluation.build(marts.settings, RELEASE)
    evaluation.gate(marts.settings, RELEASE)
    approve(marts)
    (marts.settings.custodian / f"evaluation_{RELEASE}.key").unlink()
    for step in (
        lambda: evaluation.build(marts.settings, RELEASE),
        lambda: evaluation.push(evaluator.settings, evaluator.partner, RELEASE, RUN),
        lambda: evaluation.gate(marts.settings, RELEASE),
    ):
        with pytest.raises(WholefamilyError, match=f"key of evaluation {RELEASE} is missing"):
            step()
    assert evaluator.received() == {}


def test_each_use_of_the_key_says_which_run_and_what_for(marts: Marts, evaluator: Evaluator) -> None:
    twelve_families(marts)
    evaluation.build(marts.settings, RELEASE, RUN)
    evaluation.gate(marts.settings, RELEASE, RUN)
    approve(marts)
    evaluation.push(evaluator.settings, evaluator.partner, RELEASE, RUN)
    uses = [json.loads(line) for line in (marts.settings.custodian / "uses.jsonl").read_text().splitlines()]
    assert [(use["action"], use["by"], use["release"]) for use in uses] == [
        ("make", RUN, RELEASE),
        ("open", RUN, RELEASE),
        ("open", RUN, RELEASE),
    ]
    assert [use["purpose"] for use in uses] == [
        "pseudonyms of a release that is built",
        "attacks on a release before it leaves",
        "whom the rows are about, for the ledger",
    ]


def test_building_again_gives_the_same(marts: Marts) -> None:
    twelve_families(marts)
    evaluation.build(marts.settings, RELEASE)
    first = [sorted(built(marts, file)) for file in ("individuals", "families", "progress")]
    evaluation.build(marts.settings, RELEASE)
    assert [sorted(built(marts, file)) for file in ("individuals", "families", "progress")] == first


def test_the_summary_for_the_approver_counts_and_names_nobody(marts: Marts) -> None:
    twelve_families(marts)
    evaluation.build(marts.settings, RELEASE)
    assert "the disclosure gate has not passed" in evaluation.summary(marts.settings, RELEASE)
    evaluation.gate(marts.settings, RELEASE)
    told = evaluation.summary(marts.settings, RELEASE)
    assert "| families | 12 | 0 |" in told
    assert "| 9 uniqueness | withstood | 12 |" in told
    assert [line.split(" | ")[1] for line in told.splitlines() if re.match(r"\| \d+ ", line)] == ["withstood"] * 11
    assert "* left out: 0 families, 0 persons" in told
    assert "* hidden values: met_crime_asb 12, met_education 12" in told
    assert "**not looked through**: Airflow's database, with its XComs" in told, "no Airflow runs beside these tests"
    assert "families: 100.0% kept, in 1 groups, the smallest of 12" in told
    assert "No release has left before this one." in told
    assert "Zebedee" not in told


def test_the_approver_sees_what_differs_from_the_last_release(marts: Marts, evaluator: Evaluator) -> None:
    twelve_families(marts)
    evaluation.build(marts.settings, "2026-Q2")
    evaluation.gate(marts.settings, "2026-Q2")
    approval.record(
        marts.settings,
        product="evaluation",
        release="2026-Q2",
        decision="approved",
        decided_by="approver",
        decided_at=datetime(2026, 7, 20, tzinfo=UTC),
        reason="",
        dag_run_id=RUN,
    )
    evaluation.push(evaluator.settings, evaluator.partner, "2026-Q2", RUN)
    for number in range(10):
        partner = "solihull" if number < 5 else "walsall"
        marts.family(mother_and_son(marts, partner=partner), met={}, attached=date(2026, 5, 4), partner=partner)
    evaluation.build(marts.settings, RELEASE)
    told = evaluation.summary(marts.settings, RELEASE)
    assert "Compared with 2026-Q2, the last that left:" in told
    assert "* families: 22 rows, +10" in told
    assert "* families.csv: authority told as areas joined, then as exact" in told


LEAKS = [
    ("uniqueness", "update evaluation.families set size_band = '6+' where family_key = (select min(family_key) from evaluation.families)"),
    (
        "uniqueness",
        "update evaluation.individuals set age_band = '65+' where person_key = (select min(person_key) from evaluation.individuals)",
    ),
    ("homogeneity succeeded: families.csv: met_education", "update evaluation.families set met_education = 'Y'"),
    (
        "composition",
        "update evaluation.individuals set family_key = '' where person_key < (select max(person_key) from evaluation.individuals)",
    ),
    ("16 text", "update evaluation.progress set result = 'moved house'"),
    (
        "2 dictionary",
        "update evaluation.individuals set person_key = (select left(encode(sha256(person_id::text::bytea), 'hex'), 32) "
        "from identity.person limit 1) where person_key = (select min(person_key) from evaluation.individuals)",
    ),
    (
        "2 dictionary",
        "update evaluation.families set family_key = (select md5(family_id::text) from identity.family limit 1) "
        "where family_key = (select min(family_key) from evaluation.families)",
    ),
    ("identifiers", "update evaluation.families set size_band = 'Quincetree'"),
    ("identifiers", "update evaluation.individuals set role = 'ref-3'"),
    ("identifiers", "update evaluation.individuals set age_band = '1990-05-01' where role = 'ADULT'"),
    (
        "identifiers",
        "update evaluation.individuals set person_key = (select replace(person_id::text, '-', '') from identity.person limit 1) "
        "where person_key = (select min(person_key) from evaluation.individuals)",
    ),
]


@pytest.mark.parametrize(("check", "leak"), LEAKS)
def test_a_release_that_leaks_fails_the_gate_and_cannot_leave(marts: Marts, evaluator: Evaluator, check: str, leak: str) -> None:
    twelve_families(marts)
    evaluation.build(marts.settings, RELEASE)
    evaluation.gate(marts.settings, RELEASE)
    marts.run(leak)
    approve(marts)
    with pytest.raises(WholefamilyError, match="has not passed the disclosure gate as it stands"):
        evaluation.push(evaluator.settings, evaluator.partner, RELEASE, RUN)
    with pytest.raises(WholefamilyError, match=f"disclosure gate: .*{check}"):
        evaluation.gate(marts.settings, RELEASE)
    with pytest.raises(WholefamilyError, match="has not passed the disclosure gate"):
        evaluation.push(evaluator.settings, evaluator.partner, RELEASE, RUN)
    assert evaluator.received() == {}
    assert marts.run("select from exchange.disclosure") == []


def test_a_canary_anywhere_but_in_the_warehouse_ends_the_release_at_the_gate(marts: Marts) -> None:
    twelve_families(marts)
    ((person,),) = marts.run("select person_id from identity.person_xref where person_ref = 'REF-1'")
    marts.run("update identity.person set family_name = upper(%s) where person_id = %s", canaries.NAME, person)
    marts.run("update identity.person_xref set person_ref = 'REF-CANARY' where person_id = %s", person)
    evaluation.build(marts.settings, RELEASE)
    evaluation.gate(marts.settings, RELEASE)
    log = marts.settings.home_dir / "postgres" / "data.log"
    log.parent.mkdir(exist_ok=True)
    log.write_text("row of xref-canaryx\n")
    with pytest.raises(WholefamilyError, match=r"attack 1 identifiers succeeded: a canary stands in HOME_DIR: postgres/data\.log"):
        evaluation.gate(marts.settings, RELEASE)


def test_the_key_of_the_custodian_in_any_table_of_ours_ends_the_release_at_the_gate(marts: Marts) -> None:
    twelve_families(marts)
    evaluation.build(marts.settings, RELEASE)
    key = (marts.settings.custodian / f"evaluation_{RELEASE}.key").read_text()
    marts.run("create table ops.of_this_test as select decode(%s, 'hex') as said", key)
    marts.run("grant select on ops.of_this_test to wholefamily_release")
    with pytest.raises(WholefamilyError, match=r"attack 17 key material succeeded: a secret stands in the warehouse: ops\.of_this_test"):
        evaluation.gate(marts.settings, RELEASE)
    marts.run("drop table ops.of_this_test")
    evaluation.gate(marts.settings, RELEASE)


def an_unlucky_key(marts: Marts, persons: list[UUID]) -> str:
    """A key under which the same people stand in a like order for another recipient: one in a thousand is."""
    for number in itertools.count():
        key = f"{number:064x}"
        ours, theirs = (
            [Pseudonyms(key.encode(), recipient, RELEASE, "person").of(id_) for id_ in persons]
            for recipient in ("evaluator", "not_evaluator")
        )
        if recipients.are_in_order(sorted(ours), dict(zip(ours, theirs, strict=True))):
            return key
    raise AssertionError


def test_a_key_under_which_rows_stand_in_a_known_order_by_chance_is_not_used(marts: Marts, monkeypatch: pytest.MonkeyPatch) -> None:
    twelve_families(marts)
    persons = [person for (person,) in marts.run("select distinct person_id from marts.bridge_family_member")]
    unlucky, key = an_unlucky_key(marts, persons), secrets.token_hex(32)
    drawn = iter([unlucky, unlucky, key])
    monkeypatch.setattr(custodian.secrets, "token_hex", lambda _: next(drawn))
    evaluation.build(marts.settings, RELEASE)
    evaluation.gate(marts.settings, RELEASE)
    assert (marts.settings.custodian / f"evaluation_{RELEASE}.key").read_text() == key
    uses = [json.loads(line) for line in (marts.settings.custodian / "uses.jsonl").read_text().splitlines()]
    assert [use["action"] for use in uses][:5] == ["make", "destroy", "make", "destroy", "make"]
    assert "order" in uses[1]["purpose"]


def test_rows_in_a_known_order_under_every_key_are_no_chance_and_end_at_the_gate(marts: Marts, monkeypatch: pytest.MonkeyPatch) -> None:
    twelve_families(marts)
    persons = [person for (person,) in marts.run("select distinct person_id from marts.bridge_family_member")]
    unlucky = an_unlucky_key(marts, persons)
    monkeypatch.setattr(custodian.secrets, "token_hex", lambda _: unlucky)
    evaluation.build(marts.settings, RELEASE)
    with pytest.raises(
        WholefamilyError, match=r"attack 3 shared keys and order succeeded: the rows of individuals\.csv are in an order like"
    ):
        evaluation.gate(marts.settings, RELEASE)


def test_nothing_leaves_without_approval(marts: Marts, evaluator: Evaluator) -> None:
    twelve_families(marts)
    evaluation.build(marts.settings, RELEASE)
    evaluation.gate(marts.settings, RELEASE)
    with pytest.raises(WholefamilyError, match="is not approved in this run"):
        evaluation.push(evaluator.settings, evaluator.partner, RELEASE, RUN)
    assert not approve(marts, "Reject")
    with pytest.raises(WholefamilyError, match="is not approved in this run"):
        evaluation.push(evaluator.settings, evaluator.partner, RELEASE, RUN)
    assert evaluator.received() == {}


def test_no_answer_is_a_no(marts: Marts) -> None:
    answer = {"chosen_options": ["Approve"], "responded_by_user": None, "responded_at": "2026-10-12T09:30:00+00:00", "params_input": {}}
    assert not approval.record_answer(marts.settings, "evaluation", RELEASE, answer, RUN, None)
    assert marts.run("select decision, decided_by from exchange.approval") == [("rejected", "nobody (no answer in time)")]


def test_who_started_the_run_cannot_approve_it(marts: Marts) -> None:
    answer = {
        "chosen_options": ["Approve"],
        "responded_by_user": {"id": "3", "name": "approver"},
        "responded_at": "2026-10-12T09:30:00+00:00",
        "params_input": {"reason": "looks well"},
    }
    assert not approval.record_answer(marts.settings, "evaluation", RELEASE, answer, RUN, "approver")
    assert approval.record_answer(marts.settings, "evaluation", RELEASE, answer, "scheduled__2", None)
    decided = marts.run("select decision, decided_by, reason from exchange.approval order by approval_id")
    assert decided[0] == ("rejected", "approver", "four eyes: who started the run cannot approve it; said: looks well")
    assert decided[1] == ("approved", "approver", "looks well")


def test_a_decision_does_not_change(marts: Marts) -> None:
    assert not approve(marts, "Reject")
    with pytest.raises(WholefamilyError, match="already holds another decision"):
        approve(marts)


def test_nothing_leaves_without_an_agreement_in_force(marts: Marts, evaluator: Evaluator) -> None:
    twelve_families(marts)
    evaluation.build(marts.settings, RELEASE)
    evaluation.gate(marts.settings, RELEASE)
    approve(marts)
    with pytest.raises(WholefamilyError, match="no agreement is in force"):
        evaluation.push(evaluator.settings, evaluator.partner.model_copy(update={"agreements": ()}), RELEASE, RUN)


def test_each_file_is_read_back_and_that_is_the_receipt(marts: Marts, evaluator: Evaluator) -> None:
    twelve_families(marts)
    files = release(marts, evaluator)
    receipt = marts.run("select receipt from evaluation.release")[0][0]
    assert receipt["folder"] == f"inbound/evaluation/{RELEASE}"
    assert {item["path"]: (item["bytes"], item["sha256"]) for item in receipt["files"]} == {
        name: (len(content), hashlib.sha256(content).hexdigest()) for name, content in files.items()
    }


def test_no_file_says_who_wrote_it_where_or_when(marts: Marts, evaluator: Evaluator) -> None:
    twelve_families(marts)
    files = release(marts, evaluator)
    for name in ("individuals", "families", "progress"):
        parquet = pl.read_parquet(io.BytesIO(files[f"{name}.parquet"]))
        assert parquet.to_dicts() == table(files[f"{name}.csv"])
    machine = [socket.gethostname(), getpass.getuser(), str(marts.settings.home_dir)]
    for content in files.values():
        assert not [word for word in machine if len(word) > 4 and word.encode() in content]


@pytest.fixture
def key_of_the_evaluator(evaluator: Evaluator) -> Tsk:
    """The evaluator has a key of their own, and the partner file its certificate; we have one to sign with."""
    secrets = evaluator.settings.home_dir / "secrets"
    (secrets / "openpgp_private_key").write_text(str(Tsk.generate("the programme")))
    theirs = Tsk.generate("the evaluator")
    evaluator.partner = evaluator.partner.model_copy(update={"certificate": str(theirs.extract_certificate())})
    return theirs


def test_where_the_evaluator_has_a_key_all_but_the_manifest_is_encrypted_to_it_and_signed_by_us(
    marts: Marts, evaluator: Evaluator, key_of_the_evaluator: Tsk
) -> None:
    twelve_families(marts)
    files = release(marts, evaluator)
    manifest = json.loads(files.pop("manifest.json"))
    assert all(name.endswith(".gpg") for name in files)
    ours = Tsk.from_file(str(marts.settings.home_dir / "secrets" / "openpgp_private_key")).extract_certificate()
    opened = {}
    for name, content in files.items():
        message = decrypt(content, key_of_the_evaluator.decryptor(), store=lambda _: [ours])
        assert [signature.certificate for signature in message.valid_sigs] == [ours.fingerprint]
        opened[name.removesuffix(".gpg")] = message.bytes
    assert len(table(opened["families.csv"])) == 12
    assert {entry["path"]: (entry["sha256"], entry["sha256_plain"]) for entry in manifest["files"]} == {
        name: (hashlib.sha256(content).hexdigest(), hashlib.sha256(opened[name.removesuffix(".gpg")]).hexdigest())
        for name, content in files.items()
    }
    ledger = marts.run("select file_sha256 from exchange.disclosure where file = 'individuals.csv.gpg'")
    assert ledger == [(hashlib.sha256(files["individuals.csv.gpg"]).hexdigest(),)]
    assert marts.run("select count(*) from exchange.sealed") == [(0,)]
    assert {**files, "manifest.json": b""}.keys() == release(marts, evaluator).keys()  # again: a no-op


def test_an_encrypted_push_that_breaks_off_is_taken_up_again_with_the_same_bytes(
    marts: Marts, evaluator: Evaluator, key_of_the_evaluator: Tsk
) -> None:
    twelve_families(marts)
    evaluation.build(marts.settings, RELEASE)
    evaluation.gate(marts.settings, RELEASE)
    approve(marts)
    folder = evaluator.root / "inbound" / "evaluation" / RELEASE
    (folder / "progress.csv.gpg").mkdir(parents=True)
    with pytest.raises(WholefamilyError):
        evaluation.push(evaluator.settings, evaluator.partner, RELEASE, RUN)
    first = (folder / "individuals.csv.gpg").read_bytes()
    (folder / "progress.csv.gpg").rmdir()
    evaluation.push(evaluator.settings, evaluator.partner, RELEASE, RUN)
    assert evaluator.received()["individuals.csv.gpg"] == first


def test_pushing_again_is_a_no_op(marts: Marts, evaluator: Evaluator) -> None:
    twelve_families(marts)
    files = release(marts, evaluator)
    entered = marts.run("select count(*) from exchange.disclosure_item")
    assert release(marts, evaluator) == files
    assert marts.run("select count(*) from exchange.disclosure_item") == entered


def test_a_release_that_has_left_does_not_change(marts: Marts, evaluator: Evaluator) -> None:
    families = twelve_families(marts)
    files = release(marts, evaluator)
    marts.run("update marts.dim_family set attached_date = '2026-01-01' where family_id = %s", families[0])
    assert release(marts, evaluator) == files  # building it again leaves what has left as it is
    marts.run("delete from evaluation.progress")
    evaluation.gate(marts.settings, RELEASE)
    with pytest.raises(WholefamilyError, match="has left with another content, and does not change"):
        evaluation.push(evaluator.settings, evaluator.partner, RELEASE, RUN)
    assert evaluator.received() == files


def test_a_push_that_breaks_off_enters_nothing_and_can_be_taken_up_again(marts: Marts, evaluator: Evaluator) -> None:
    twelve_families(marts)
    evaluation.build(marts.settings, RELEASE)
    evaluation.gate(marts.settings, RELEASE)
    approve(marts)
    folder = evaluator.root / "inbound" / "evaluation" / RELEASE
    (folder / "progress.csv").mkdir(parents=True)  # a file cannot be renamed to this
    with pytest.raises(WholefamilyError):
        evaluation.push(evaluator.settings, evaluator.partner, RELEASE, RUN)
    assert not (folder / "manifest.json").exists()
    assert marts.run("select from exchange.disclosure") == []
    (folder / "progress.csv").rmdir()
    evaluation.push(evaluator.settings, evaluator.partner, RELEASE, RUN)
    assert json.loads(evaluator.received()["manifest.json"])["release"] == RELEASE
    assert not [name for name in evaluator.received() if name.endswith(".part")]


def test_the_folder_of_another_release_is_not_written_over(marts: Marts, evaluator: Evaluator) -> None:
    twelve_families(marts)
    folder = evaluator.root / "inbound" / "evaluation" / RELEASE
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    with pytest.raises(WholefamilyError, match="holds another manifest"):
        release(marts, evaluator)
    assert sorted(evaluator.received()) == ["manifest.json"]
    assert marts.run("select from exchange.disclosure") == []


def test_an_error_of_the_warehouse_quotes_no_row(marts: Marts) -> None:
    twelve_families(marts)
    marts.run("alter table evaluation.individuals add check (role <> 'CHILD')")
    with pytest.raises(WholefamilyError, match="SQLSTATE 23514") as refusal:
        evaluation.build(marts.settings, RELEASE)
    assert refusal.value.__suppress_context__
    assert "CHILD" not in str(refusal.value)


@pytest.mark.usefixtures("people")
def test_a_release_is_built_sent_and_destroyed_with_the_releases_password_alone(marts: Marts, evaluator: Evaluator) -> None:
    twelve_families(marts)
    order = Order("SENT_IN_ERROR", "jane", "john", datetime(2027, 3, 1, 12, 0, tzinfo=UTC))
    with only_password_of("release", evaluator.settings):
        assert "manifest.json" in release(marts, evaluator)
        assert verify.verify(evaluator.settings).findings == []
        assert evaluation.destroy(evaluator.settings, RELEASE, order)[-1] == "  the recipient was told by a recall"

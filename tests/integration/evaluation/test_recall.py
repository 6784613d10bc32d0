"""Recall of one person or family: whoever was told of them learns which rows are meant, once, and nothing else."""

import csv
import io
import json
from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pysequoia import Tsk, decrypt
from tests.integration.evaluation.conftest import Evaluator, Marts
from tests.integration.evaluation.test_identity_file import sent as identity_file_sent
from tests.integration.evaluation.test_release import RELEASE, mother_and_son, release, table, twelve_families
from tests.integration.evaluation.test_restriction import moves, son_of

from wholefamily.disclosure import ledger, told
from wholefamily.disclosure.verify import verify
from wholefamily.errors import WholefamilyError
from wholefamily.partners import Partner
from wholefamily.products import evaluation
from wholefamily.products.recall import subject
from wholefamily.products.recall.order import Order
from wholefamily.products.recall.subject import Outcome
from wholefamily.warehouse import connect

pytestmark = pytest.mark.usefixtures("people")
ORDER = Order("CONSENT_WITHDRAWN", "jane", "john", datetime(2027, 3, 1, 12, 0, tzinfo=UTC))


def notices(evaluator: Evaluator, recipient: str, key: Tsk | None = None) -> list[dict[str, str]]:
    """The lines of every notice that somebody holds, in order."""
    found = []
    for path in sorted((evaluator.root.parent / recipient / "inbound").glob("*/recall/*/recall.csv*")):
        content = decrypt(path.read_bytes(), key.decryptor()).bytes if key else path.read_bytes()
        found += list(csv.DictReader(io.StringIO(content.decode())))
    return found


def disclosed(marts: Marts, id_: UUID) -> dict[str, set[str]]:
    """The ids that ``disclosures`` names, by recipient, but for the notices themselves."""
    ids: dict[str, set[str]] = defaultdict(set)
    with connect(marts.settings, login="release") as connection:
        for one in told.of(connection, id_)[1]:
            if one.product != "recall":
                ids[one.recipient].add(str(one.disclosure_id))
    return dict(ids)


def key_of(marts: Marts, file: str, rows: list[dict[str, str]], id_: UUID) -> str:
    """The pseudonym in the rows that the ledger says are about somebody."""
    numbers = marts.run(
        "select row_number from exchange.disclosure_item join exchange.disclosure using (disclosure_id) where file = %s and subject_id = %s",
        *(file, id_),
    )
    (found,) = {next(iter(rows[number - 1].values())) for (number,) in numbers}
    return found


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_each_recipient_is_told_which_rows_by_what_it_has_and_by_no_id_of_ours(
    marts: Marts, evaluator: Evaluator, ons: Partner, their_key: Tsk
) -> None:
    family = twelve_families(marts)[0]
    son = son_of(marts, family)
    marts.run("update identity.person set given_name = 'Ysolde' where person_id = %s", son)
    files = release(marts, evaluator)
    named = identity_file_sent(marts, evaluator, ons, their_key)
    outcome = subject.recall(evaluator.settings, son, ORDER)
    assert ([push.recipient for push in outcome.told], outcome.before, outcome.failed) == (["evaluator", "ons"], [], {})

    individuals, families, progress = (table(files[f"{name}.csv"]) for name in ("individuals", "families", "progress"))
    ids = {entry["path"]: entry["disclosure_id"] for entry in json.loads(files["manifest.json"])["files"]}
    theirs = notices(evaluator, "evaluator")
    assert {row["disclosure_id"]: (row["reason"], row["key"], row["row_number"]) for row in theirs} == {
        ids["individuals.csv"]: ("CONSENT_WITHDRAWN", key_of(marts, "individuals.csv", individuals, son), ""),
        ids["families.csv"]: ("CONSENT_WITHDRAWN", key_of(marts, "families.csv", families, family), ""),
        ids["progress.csv"]: ("CONSENT_WITHDRAWN", key_of(marts, "progress.csv", progress, family), ""),
    }
    (of_ons,) = notices(evaluator, "ons", their_key)
    assert named[int(of_ons["row_number"]) - 1]["given_name"] == "Ysolde"
    assert of_ons["key"] == ""

    sent = list(evaluator.root.parent.glob("*/inbound/*/recall/*/*"))
    assert len(sent) == 4
    for path in sent:
        content = decrypt(path.read_bytes(), their_key.decryptor()).bytes if path.suffix == ".gpg" else path.read_bytes()
        assert [id_ for id_ in (son, family) if str(id_) in f"{path} {content!r}" or id_.hex in f"{path} {content!r}"] == []


def test_what_is_recalled_is_what_disclosures_says_and_is_in_the_ledger_itself(
    marts: Marts, evaluator: Evaluator, ons: Partner, their_key: Tsk
) -> None:
    families = twelve_families(marts)
    release(marts, evaluator)
    identity_file_sent(marts, evaluator, ons, their_key)
    told_of: dict[str, set[str]] = defaultdict(set)
    for id_ in (son_of(marts, families[0]), families[1]):
        before = disclosed(marts, id_)
        assert before.keys() == {"evaluator", "ons"}
        subject.recall(evaluator.settings, id_, ORDER)
        recalled = marts.run(
            "select recipient, unnest(disclosure_ids)::text from exchange.recall join exchange.recall_order using (order_id) where subject = %s",
            str(id_),
        )
        assert sorted(recalled) == sorted((recipient, one) for recipient, ids in before.items() for one in ids)
        assert disclosed(marts, id_) == before
        for recipient, ids in before.items():
            told_of[recipient] |= ids
        with connect(marts.settings, login="release") as connection:
            about = {(one.recipient, one.approved_by) for one in told.of(connection, id_)[1] if one.product == "recall"}
        assert about == {("evaluator", "john"), ("ons", "john")}
    for recipient, key in (("evaluator", None), ("ons", their_key)):
        assert {row["disclosure_id"] for row in notices(evaluator, recipient, key)} == told_of[recipient]
    assert verify(marts.settings).findings == []
    assert marts.run("select distinct subject_kind, reason, requested_by, approved_by from exchange.recall_order order by 1") == [
        ("family", "CONSENT_WITHDRAWN", "jane", "john"),
        ("person", "CONSENT_WITHDRAWN", "jane", "john"),
    ]


def test_the_same_recall_again_is_a_no_op_and_what_has_left_since_is_recalled_too(marts: Marts, evaluator: Evaluator, verb: Any) -> None:
    son = son_of(marts, twelve_families(marts)[0])
    release(marts, evaluator)
    words = ("recall", str(son), "--by", "jane", "--approved-by", "john", "--reason")
    code, said, _ = verb(evaluator.settings, *words, "RESTRICTED")
    assert (code, "evaluator: told, of evaluation 2026-Q3: inbound/" in said) == (0, True)
    once = (snapshot(evaluator.root), marts.run("select count(*) from exchange.disclosure"))
    uses = (marts.settings.custodian / "uses.jsonl").read_text().splitlines()
    assert json.loads(uses[-1]) | {"at": ""} == {
        "at": "",
        "by": "jane",
        "action": "open",
        "product": "evaluation",
        "release": RELEASE,
        "purpose": "keys of whom is recalled: RESTRICTED",
    }
    code, said, _ = verb(evaluator.settings, *words, "RESTRICTED")
    assert (code, "evaluator: had been told, of evaluation 2026-Q3" in said) == (0, True)
    assert once == (snapshot(evaluator.root), marts.run("select count(*) from exchange.disclosure"))
    assert (marts.settings.custodian / "uses.jsonl").read_text().splitlines() == uses, "no key is opened for nothing"
    # For another reason they are told again: what may be kept must now be erased.
    assert verb(evaluator.settings, *words, "ERASED")[0] == 0
    assert {row["reason"] for row in notices(evaluator, "evaluator")} == {"RESTRICTED", "ERASED"}

    what = ledger.Disclosure("case_updates", "2026-11", "evaluator", "DEA2017-S35", "WM-TF-ISA", "ann")
    with connect(marts.settings, login="release") as connection:
        ledger.enter(
            connection, what, ledger.File("case_updates.csv", b"x", 2, ("a",), (("person", marts.mint("person")), ("person", son)))
        )
    assert verb(evaluator.settings, *words, "RESTRICTED")[0] == 0
    since = [row for row in notices(evaluator, "evaluator") if row["row_number"]]
    assert [(row["disclosure_id"], row["key"], row["row_number"]) for row in since] == [
        (str(ledger.disclosure_id(what, "case_updates.csv")), "", "2")
    ]


def test_where_one_cannot_be_told_the_others_are_and_a_second_run_goes_on(
    marts: Marts, evaluator: Evaluator, ons: Partner, their_key: Tsk, verb: Any
) -> None:
    son = son_of(marts, twelve_families(marts)[0])
    release(marts, evaluator)
    identity_file_sent(marts, evaluator, ons, their_key)
    obstacle = evaluator.root.parent / "ons" / "inbound" / f"{datetime.now(UTC):%Y-%m}"
    obstacle.write_text("in the way of the notice's folder")
    words = ("recall", str(son), "--by", "jane", "--approved-by", "john", "--reason", "CONSENT_WITHDRAWN")
    code, said, _ = verb(evaluator.settings, *words)
    assert code == 1
    assert "evaluator: told, of evaluation" in said
    assert "ons: NOT told, of identity_file 2026-Q3: ons: " in said
    assert "run it again: who has been told is not told twice" in said
    told_first = snapshot(evaluator.root)
    assert marts.run("select recipient from exchange.recall") == [("evaluator",)]
    assert marts.run("select distinct recipient from exchange.disclosure where product = 'recall'") == [("evaluator",)]

    obstacle.unlink()
    code, said, _ = verb(evaluator.settings, *words)
    assert (code, "evaluator: had been told" in said, "ons: told, of identity_file" in said) == (0, True, True)
    assert snapshot(evaluator.root) == told_first
    assert len(notices(evaluator, "ons", their_key)) == 1
    assert marts.run("select count(*) from exchange.recall_order") == [(1,)]
    assert marts.run("select count(*) from exchange.sealed") == [(0,)]


def test_a_notice_that_was_sent_and_never_entered_is_taken_up_again(marts: Marts, evaluator: Evaluator) -> None:
    son = son_of(marts, twelve_families(marts)[0])
    release(marts, evaluator)
    # What comes after the notice is sent: the transaction that entered it breaks off.
    marts.run("create trigger breaks before delete on exchange.sealed for each statement execute function exchange.refuse_change()")
    (why,) = subject.recall(evaluator.settings, son, ORDER).failed.values()
    assert why == "a recall met an error of the warehouse, SQLSTATE P0001: it is not entered, so run it again"
    marts.run("drop trigger breaks on exchange.sealed")
    left = snapshot(evaluator.root / "inbound" / "2027-03")
    assert len(left) == 2
    assert marts.run("select from exchange.recall") == []
    later = Order(ORDER.reason, ORDER.requested_by, ORDER.approved_by, datetime(2027, 4, 9, tzinfo=UTC))
    assert list(subject.recall(evaluator.settings, son, later).told)
    assert snapshot(evaluator.root / "inbound" / "2027-03") == left
    assert not (evaluator.root / "inbound" / "2027-04").exists()


def test_a_family_is_recalled_with_its_members_and_a_household_with_its_own(marts: Marts, evaluator: Evaluator) -> None:
    family = twelve_families(marts)[0]
    household = None
    for _ in range(10):
        members = mother_and_son(marts)
        mother, son = members
        household = marts.eligible(members, met={"education": son, "work": mother, "local": mother})
    assert household is not None
    files = release(marts, evaluator)
    individuals, families = (table(files[f"{name}.csv"]) for name in ("individuals", "families"))
    seen: list[dict[str, str]] = []
    for id_, n_files in ((family, 3), (household, 2)):
        subject.recall(evaluator.settings, id_, ORDER)
        new = [row for row in notices(evaluator, "evaluator") if row not in seen]
        seen += new
        assert len({row["disclosure_id"] for row in new}) == n_files
        keys = {row["key"] for row in new}
        assert key_of(marts, "families.csv", families, id_) in keys
        assert len(keys & {row["person_key"] for row in individuals}) == 2


def test_what_was_told_under_an_id_that_became_another_is_recalled_under_either(marts: Marts, evaluator: Evaluator) -> None:
    son = son_of(marts, twelve_families(marts)[0])
    files = release(marts, evaluator)
    grown = marts.person(born=date(2014, 5, 1), sex="1")
    moves(marts, "merge", son, grown)
    subject.recall(evaluator.settings, grown, ORDER)
    keys = {row["key"] for row in notices(evaluator, "evaluator")}
    assert key_of(marts, "individuals.csv", table(files["individuals.csv"]), son) in keys
    again = subject.recall(evaluator.settings, son, ORDER)
    assert (again.told, [push.product for push in again.before]) == ({}, ["evaluation"])


def test_nobody_is_told_of_statistics_nor_where_nothing_was_told(marts: Marts, evaluator: Evaluator) -> None:
    person = marts.person(born=date(1990, 5, 1))
    what = ledger.Disclosure("published_tables", RELEASE, "anyone", "none", "none", "ann")
    with connect(marts.settings, login="release") as connection:
        ledger.enter(connection, what, ledger.File("results.csv", b"x", 1, ("value",), (("person", person),)))
    outcome = subject.recall(evaluator.settings, person, ORDER)
    assert outcome == Outcome("person", person, {}, [], {})
    assert marts.run("select from exchange.recall_order") == []


def test_of_a_release_that_was_destroyed_its_recipient_was_told_already(marts: Marts, evaluator: Evaluator) -> None:
    son = son_of(marts, twelve_families(marts)[0])
    release(marts, evaluator)
    evaluation.destroy(evaluator.settings, RELEASE, Order("PURPOSE_ENDED", "jane", "john", ORDER.at))
    outcome = subject.recall(evaluator.settings, son, ORDER)
    assert (outcome.told, outcome.failed, [push.release for push in outcome.before]) == ({}, {}, [RELEASE])


def test_without_the_custodians_key_the_evaluator_cannot_be_told_and_nothing_stands_in_for_it(marts: Marts, evaluator: Evaluator) -> None:
    son = son_of(marts, twelve_families(marts)[0])
    release(marts, evaluator)
    (marts.settings.custodian / f"evaluation_{RELEASE}.key").unlink()
    (why,) = subject.recall(evaluator.settings, son, ORDER).failed.values()
    assert f"key of evaluation {RELEASE} is missing" in why


@pytest.mark.parametrize(
    ("requested_by", "approved_by", "why"),
    [("nobody", "john", "nobody's login"), ("john", "jane", "may not approve this"), ("jane", "Jane", "four eyes")],
)
def test_one_who_may_not_recalls_nothing(marts: Marts, evaluator: Evaluator, requested_by: str, approved_by: str, why: str) -> None:
    person = marts.person(born=date(1990, 5, 1))
    what = ledger.Disclosure("case_updates", "2026-11", "evaluator", "DEA2017-S35", "WM-TF-ISA", "ann")
    with connect(marts.settings, login="release") as connection:
        ledger.enter(connection, what, ledger.File("case_updates.csv", b"x", 1, ("a",), (("person", person),)))
    with pytest.raises(WholefamilyError, match=why):
        subject.recall(evaluator.settings, person, Order("ERASED", requested_by, approved_by, ORDER.at))
    assert notices(evaluator, "evaluator") == []
    assert subject.recall(evaluator.settings, person, ORDER).told

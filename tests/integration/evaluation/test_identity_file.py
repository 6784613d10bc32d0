"""The identity file: off unless everything is in place, apart from the attributes, under a key of its own."""

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest
from pysequoia import Tsk, decrypt
from tests.integration.evaluation.conftest import Evaluator, Marts
from tests.integration.evaluation.test_release import RELEASE, release, twelve_families

from wholefamily.disclosure import approval
from wholefamily.errors import WholefamilyError
from wholefamily.partners import Partner
from wholefamily.products import identity_file

RUN = "manual__7"


def approve(marts: Marts, number: int, user: str, triggered_by: str = "engineer") -> bool:
    answer = {
        "chosen_options": ["Approve"],
        "responded_by_user": {"id": user, "name": user},
        "responded_at": datetime(2026, 10, 12, 9, number, tzinfo=UTC),
        "params_input": {"reason": "as agreed"},
    }
    of_run = identity_file.of_approval(RUN, number)
    return approval.record_answer(marts.settings, "identity_file", RELEASE, answer, of_run, triggered_by)


def sent(marts: Marts, evaluator: Evaluator, ons: Partner, key: Tsk) -> list[dict[str, str]]:
    """The file is approved by two and leaves; its rows, as the third party reads them."""
    approve(marts, 1, "approver")
    approve(marts, 2, "guardian")
    identity_file.push(evaluator.settings, ons, RELEASE, RUN)
    folder = evaluator.root.parent / "ons" / "inbound" / "identity_file" / RELEASE
    assert sorted(path.name for path in folder.iterdir()) == ["identity.csv.gpg", "manifest.json"]
    content = decrypt((folder / "identity.csv.gpg").read_bytes(), key.decryptor()).bytes.decode()
    return list(csv.DictReader(io.StringIO(content)))


def test_after_two_approvals_the_third_party_gets_names_and_a_key_and_nothing_else(
    marts: Marts, evaluator: Evaluator, ons: Partner, their_key: Tsk
) -> None:
    twelve_families(marts)
    files = release(marts, evaluator)
    assert "of 24 persons" in identity_file.summary(evaluator.settings, ons, RELEASE)
    rows = sent(marts, evaluator, ons, their_key)
    folder = evaluator.root.parent / "ons" / "inbound" / "identity_file" / RELEASE
    assert list(rows[0]) == ["link_key", "given_name", "middle_names", "family_name", "date_of_birth", "postcode"]
    assert {(row["given_name"], row["family_name"]) for row in rows} == {("Zebedee", "Quincetree")}
    keys = [row["link_key"] for row in rows]
    assert (len(keys), keys) == (24, sorted(set(keys)))
    assert not set(keys) & {row["person_key"] for row in csv.DictReader(io.StringIO(files["individuals.csv"].decode()))}
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (manifest["approved_by"], manifest["agreement"], manifest["recipient"]) == ("approver and guardian", "ONS-LINK", "ons")
    assert evaluator.received() == files, "nothing of it stands beside the attributes"
    entered = marts.run(
        "select count(distinct subject_id) from exchange.disclosure_item join exchange.disclosure using (disclosure_id) "
        "where product = 'identity_file' and recipient = 'ons'"
    )
    assert entered == [(24,)]
    identity_file.push(evaluator.settings, ons, RELEASE, RUN)  # again: a no-op
    assert marts.run("select count(*) from exchange.disclosure where product = 'identity_file'") == [(2,)]


def test_who_withdrew_since_is_not_named(marts: Marts, evaluator: Evaluator, ons: Partner) -> None:
    families = twelve_families(marts)
    release(marts, evaluator)
    son = marts.run("select person_id from marts.bridge_family_member where family_id = %s and role = 'CHILD' limit 1", families[0])[0][0]
    marts.consent(son, "WITHDRAWN", date(2026, 9, 1))
    assert "of 23 persons" in identity_file.summary(evaluator.settings, ons, RELEASE)


def test_one_person_who_approves_twice_or_has_started_the_run_is_not_two(marts: Marts, evaluator: Evaluator, ons: Partner) -> None:
    twelve_families(marts)
    release(marts, evaluator)
    with pytest.raises(WholefamilyError, match="is not approved in this run"):
        identity_file.push(evaluator.settings, ons, RELEASE, RUN)
    approve(marts, 1, "approver")
    assert not approve(marts, 2, "guardian", triggered_by="guardian")
    with pytest.raises(WholefamilyError, match="is not approved in this run"):
        identity_file.push(evaluator.settings, ons, RELEASE, RUN)


def test_the_same_person_under_another_spelling_is_one(marts: Marts, evaluator: Evaluator, ons: Partner) -> None:
    twelve_families(marts)
    release(marts, evaluator)
    approve(marts, 1, "approver")
    approve(marts, 2, "Approver")
    with pytest.raises(WholefamilyError, match="one person has approved it twice"):
        identity_file.push(evaluator.settings, ons, RELEASE, RUN)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"agreements": {"products": ()}}, "no agreement that names identity_file is in force"),
        ({"agreements": {"valid_to": date(2026, 6, 30)}}, "no agreement that names identity_file is in force"),
        ({"certificate": None}, "never leaves in clear"),
        ({"kind": "evaluator"}, "kind third_party"),
        ({"products": ("evaluation", "identity_file")}, "gets nothing else"),
    ],
)
def test_it_stays_off_where_anything_is_missing(
    marts: Marts, evaluator: Evaluator, ons: Partner, change: dict[str, object], why: str
) -> None:
    approve(marts, 1, "approver")
    approve(marts, 2, "guardian")
    if isinstance(of_agreement := change.get("agreements"), dict):
        change = {"agreements": (ons.agreements[0].model_copy(update=of_agreement),)}
    partner = ons.model_copy(update=change)
    for step in (identity_file.summary, lambda *of: identity_file.push(*of, RUN)):
        with pytest.raises(WholefamilyError, match=why):
            step(evaluator.settings, partner, RELEASE)


def test_without_an_evaluation_release_there_is_nobody_to_name(marts: Marts, evaluator: Evaluator, ons: Partner) -> None:
    with pytest.raises(WholefamilyError, match="has not left"):
        identity_file.summary(evaluator.settings, ons, RELEASE)

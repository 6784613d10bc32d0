"""A release is destroyed: its recipient is told, its rows and its key are gone, and a certificate stays."""

import csv
import io
import json
from datetime import UTC, datetime

import psycopg
import pytest
from pysequoia import Tsk, decrypt
from tests.conftest import PostgresServer
from tests.integration.evaluation.conftest import Evaluator, Marts
from tests.integration.evaluation.test_identity_file import sent as identity_file_sent
from tests.integration.evaluation.test_release import RELEASE, release, twelve_families

from wholefamily import roles
from wholefamily.errors import WholefamilyError
from wholefamily.partners import Partner
from wholefamily.products import evaluation
from wholefamily.products.recall.order import Order
from wholefamily.settings import LOGINS

pytestmark = pytest.mark.usefixtures("people")
ORDER = Order("AGREEMENT_ENDED", "jane", "john", datetime(2027, 3, 1, 12, 0, tzinfo=UTC))


def test_the_recipient_is_told_rows_and_key_are_gone_and_a_certificate_stays(marts: Marts, evaluator: Evaluator) -> None:
    twelve_families(marts)
    sent = json.loads(release(marts, evaluator)["manifest.json"])
    lines = evaluation.destroy(evaluator.settings, RELEASE, ORDER)
    assert lines[0].endswith(f"evaluation {RELEASE} for evaluator, 2027-03-01T12:00:00Z, AGREEMENT_ENDED")

    folder = evaluator.root / "inbound" / "2026-09" / "recall" / f"evaluation-{RELEASE}"
    recalled = list(csv.DictReader(io.StringIO((folder / "recall.csv").read_text())))
    assert {row["reason"] for row in recalled} == {"AGREEMENT_ENDED"}
    assert {row["disclosure_id"] for row in recalled} == {sent["disclosure_id"], *(entry["disclosure_id"] for entry in sent["files"])}
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (manifest["product"], manifest["approved_by"], manifest["files"][0]["rows"]) == ("recall", "john", len(recalled))

    assert [marts.run(f"select count(*) from evaluation.{table}") for table in ("release", "individuals", "families", "progress")] == [
        [(0,)]
    ] * 4
    assert not list(marts.settings.custodian.glob("*.key"))
    certificates = marts.run("select recipient, reason, requested_by, approved_by, counts, has_left from exchange.disposal_certificate")
    counts = {"individuals": 24, "families": 12, "progress": 24}
    assert certificates == [("evaluator", "AGREEMENT_ENDED", "jane", "john", counts, True)]
    entered = marts.run("select file, row_count from exchange.disclosure where product = 'recall' order by file")
    assert entered == [("manifest.json", 0), ("recall.csv", len(recalled))]
    assert evaluation.destroy(evaluator.settings, RELEASE, ORDER) == lines
    with pytest.raises(WholefamilyError, match="was destroyed: a release is never made again"):
        evaluation.build(marts.settings, RELEASE)


def test_a_release_that_never_left_is_destroyed_without_a_notice(marts: Marts, evaluator: Evaluator) -> None:
    twelve_families(marts)
    evaluation.build(marts.settings, RELEASE)
    assert "it had never left" in evaluation.destroy(evaluator.settings, RELEASE, ORDER)[-1]
    assert [path for path in (evaluator.root / "inbound").rglob("*") if path.is_file()] == []
    assert marts.run("select from exchange.recall") == []


def test_where_the_recipient_cannot_be_told_nothing_is_destroyed(marts: Marts, evaluator: Evaluator) -> None:
    twelve_families(marts)
    release(marts, evaluator)
    evaluator.stop()
    with pytest.raises(WholefamilyError, match=r"not reachable|does not answer"):
        evaluation.destroy(evaluator.settings, RELEASE, ORDER)
    assert marts.run("select count(*) from evaluation.families") == [(12,)]
    assert list(marts.settings.custodian.glob("*.key"))
    assert marts.run("select from exchange.disposal_certificate") == []


def test_the_identity_file_goes_with_its_release(marts: Marts, evaluator: Evaluator, ons: Partner, their_key: Tsk) -> None:
    twelve_families(marts)
    release(marts, evaluator)
    assert len(identity_file_sent(marts, evaluator, ons, their_key)) == 24
    theirs = evaluator.root.parent / "ons" / "inbound"
    named = json.loads((theirs / "identity_file" / RELEASE / "manifest.json").read_text())
    (theirs / "2026-09").write_text("in the way of the notice's folder")
    with pytest.raises(WholefamilyError, match=r"^ons: .*nothing was destroyed: run it again$"):
        evaluation.destroy(evaluator.settings, RELEASE, ORDER)
    assert len(list(marts.settings.custodian.glob("*.key"))) == 2
    assert marts.run("select count(*) from evaluation.families") == [(12,)]
    told = evaluator.root / "inbound" / "2026-09" / "recall" / f"evaluation-{RELEASE}" / "manifest.json"
    told_first = told.read_bytes()

    (theirs / "2026-09").unlink()
    lines = evaluation.destroy(evaluator.settings, RELEASE, ORDER)
    assert told.read_bytes() == told_first
    folder = theirs / "2026-09" / "recall" / f"identity_file-{RELEASE}"
    assert sorted(path.name for path in folder.iterdir()) == ["manifest.json", "recall.csv.gpg"]
    content = decrypt((folder / "recall.csv.gpg").read_bytes(), their_key.decryptor()).bytes.decode()
    recalled = {row["disclosure_id"] for row in csv.DictReader(io.StringIO(content))}
    assert recalled == {named["disclosure_id"], named["files"][0]["disclosure_id"]}
    assert not list(marts.settings.custodian.glob("*.key"))
    certificates = marts.run(
        "select product, recipient, counts, content_sha256, has_left from exchange.disposal_certificate order by product"
    )
    assert [row[:2] for row in certificates] == [("evaluation", "evaluator"), ("identity_file", "ons")]
    assert certificates[1][2:] == ({"identity": 24}, named["files"][0]["sha256"], True)
    assert sum(line.startswith("certificate of destruction") for line in lines) == 2


@pytest.mark.parametrize(
    ("requested_by", "approved_by", "why"),
    [
        ("nobody", "john", "'nobody' is nobody's login"),
        ("jane", "wholefamily", "'wholefamily' is nobody's login"),
        ("jane", "postgres", "'postgres' is nobody's login"),
        ("jane", "governance", "'governance' is nobody's login"),
        ("john", "jane", "jane may not approve this: somebody with the role governance may"),
    ],
)
def test_only_people_with_a_login_want_it_and_only_governance_approves_it(
    marts: Marts, requested_by: str, approved_by: str, why: str
) -> None:
    twelve_families(marts)
    evaluation.build(marts.settings, RELEASE)
    with pytest.raises(WholefamilyError, match=why):
        evaluation.destroy(marts.settings, RELEASE, Order("SENT_IN_ERROR", requested_by, approved_by, ORDER.at))
    assert marts.run("select count(*) from evaluation.families") == [(12,)]


def test_a_login_of_the_pipeline_is_no_person_although_it_reads_what_an_analyst_does(marts: Marts, postgres_server: PostgresServer) -> None:
    with psycopg.connect(postgres_server.admin_dsn, dbname=marts.settings.warehouse_db) as superuser:
        # Rolled back: roles are the whole server's.
        superuser.execute("create role releases login in role governance")
        roles.must_be_a_person(superuser, "releases", "governance")
        superuser.execute("grant execute on function exchange.enter_disclosure to releases")
        with pytest.raises(WholefamilyError, match="'releases' is nobody's login"):
            roles.must_be_a_person(superuser, "releases", "governance")
        superuser.rollback()


def test_one_person_alone_destroys_nothing(marts: Marts) -> None:
    twelve_families(marts)
    evaluation.build(marts.settings, RELEASE)
    with pytest.raises(WholefamilyError, match="four eyes"):
        evaluation.destroy(marts.settings, RELEASE, Order("SENT_IN_ERROR", "Jane", "jane", ORDER.at))
    assert marts.run("select count(*) from evaluation.families") == [(12,)]


def test_a_certificate_does_not_change(marts: Marts, postgres_server: PostgresServer) -> None:
    twelve_families(marts)
    evaluation.build(marts.settings, RELEASE)
    evaluation.destroy(marts.settings, RELEASE, ORDER)
    change = "update exchange.disposal_certificate set approved_by = 'nobody'"
    for login in LOGINS:
        with psycopg.connect(marts.settings.dsn(login)) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(change)
    with psycopg.connect(postgres_server.admin_dsn, dbname=marts.settings.warehouse_db) as superuser:
        superuser.execute("set role ledger_owner")
        with pytest.raises(psycopg.errors.RaiseException, match="is append-only"):
            superuser.execute(change)


def test_what_was_never_built_is_not_destroyed(marts: Marts) -> None:
    with pytest.raises(WholefamilyError, match="is not built"):
        evaluation.destroy(marts.settings, RELEASE, ORDER)

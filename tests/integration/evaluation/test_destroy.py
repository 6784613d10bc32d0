"""A release is destroyed: its recipient is told, its rows and its key are gone, and a certificate stays."""

import csv
import io
import json
from datetime import UTC, datetime

import psycopg
import pytest
from tests.integration.evaluation.conftest import Evaluator, Marts
from tests.integration.evaluation.test_release import RELEASE, release, twelve_families

from wholefamily.errors import WholefamilyError
from wholefamily.products import evaluation
from wholefamily.settings import LOGINS

ORDER = evaluation.Order("AGREEMENT_ENDED", "jane", "john", datetime(2027, 3, 1, 12, 0, tzinfo=UTC))


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


def test_one_person_alone_destroys_nothing(marts: Marts) -> None:
    twelve_families(marts)
    evaluation.build(marts.settings, RELEASE)
    with pytest.raises(WholefamilyError, match="four eyes"):
        evaluation.destroy(marts.settings, RELEASE, evaluation.Order("SENT_IN_ERROR", "Jane", "jane", ORDER.at))
    assert marts.run("select count(*) from evaluation.families") == [(12,)]


def test_a_certificate_does_not_change(marts: Marts, postgres_server) -> None:  # type: ignore[no-untyped-def]
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

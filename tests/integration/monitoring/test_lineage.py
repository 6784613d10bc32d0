"""Lineage of a drop, without a value of anybody in it. From file to mart to product it is walked in ``tests/e2e``."""

from pathlib import Path

import pytest
from tests.integration.door.conftest import Sender
from tests.integration.monitoring.walk import events, sources

from wholefamily import lineage
from wholefamily.settings import Settings

CANARY = "Zzyzxcanary"
PEOPLE = f"person_ref,given_name,family_name,date_of_birth,resident_from,uprn,address,postcode\nP1,{CANARY},{CANARY},1980-02-03,2020-01-01,100,1 {CANARY} Road,B1 1AA\n"


def test_raw_leads_back_to_the_partners_file_and_no_value_is_in_the_way(sandwell: Sender) -> None:
    sandwell.send({"people.csv": PEOPLE})
    sandwell.ingest()
    lineage.emit_drop(sandwell.settings, 1)
    assert sources(events(sandwell.settings.home_dir), "raw.people") == {"sftp://sandwell/outbound/2026-10/r1/people"}
    written = (sandwell.settings.home_dir / "lineage" / "events.jsonl").read_text()
    for value in (CANARY, "1980-02-03", "B1 1AA", sandwell.settings.secret("warehouse_password")):
        assert value not in written, "a value of a row, or a secret"


def test_a_drops_event_has_its_counts_and_columns(sandwell: Sender) -> None:
    sandwell.send({"people.csv": PEOPLE})
    sandwell.ingest()
    lineage.emit_drop(sandwell.settings, 1)
    [event] = events(sandwell.settings.home_dir)
    assert (event["eventType"], event["job"]["namespace"], event["job"]["name"]) == ("COMPLETE", "wholefamily", "ingest_sandwell.people")
    [read], [written] = event["inputs"], event["outputs"]
    assert (read["namespace"], read["name"]) == ("sftp://sandwell", "outbound/2026-10/r1/people")
    assert read["inputFacets"]["inputStatistics"]["rowCount"] == 1
    assert written["outputFacets"]["outputStatistics"]["rowCount"] == 1
    fields = written["facets"]["schema"]["fields"]
    assert {"person_ref", "given_name", "deceased_on"} <= {field["name"] for field in fields}
    assert {field["type"] for field in fields} == {"text"}


def test_what_was_not_accepted_went_nowhere(sandwell: Sender) -> None:
    sandwell.send({"people.csv": PEOPLE, "consent.csv": "person_ref,scope\nP1,SUPPORT\n"})
    assert [(file["feed"], file["status"]) for file in sandwell.ingest()["files"]] == [("consent", "refused"), ("people", "accepted")]
    lineage.emit_drop(sandwell.settings, 1)
    assert [event["job"]["name"] for event in events(sandwell.settings.home_dir)] == ["ingest_sandwell.people"]
    sandwell.touch()
    assert sandwell.ingest()["status"] == "duplicate"
    lineage.emit_drop(sandwell.settings, 2)
    assert len(events(sandwell.settings.home_dir)) == 1, "a duplicate moves nothing"


def test_lineage_that_cannot_be_written_stops_nothing(warehouse: Settings, caplog: pytest.LogCaptureFixture) -> None:
    (warehouse.home_dir / "lineage").write_text("in the way")
    lineage.emit(warehouse, [lineage.Step("job", [], [lineage.table(warehouse, "marts", "dim_family")])])
    assert "lineage was not sent: FileExistsError" in caplog.text


def test_it_can_be_switched_off(warehouse: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLINEAGE_DISABLED", "true")
    lineage.emit(warehouse, [lineage.Step("job", [], [])])
    assert not Path(warehouse.home_dir / "lineage").exists()

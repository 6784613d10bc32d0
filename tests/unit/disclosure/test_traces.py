"""What attacks 1 and 17 look through: all that is written on the way, in pieces that cut nothing in two."""

from pathlib import Path

import pytest

from wholefamily.disclosure import traces
from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.delenv("AIRFLOW__LOGGING__BASE_LOG_FOLDER", raising=False)
    for name in ("airflow/logs/dag_id=x/attempt=1.log", "logs/sftp.log", "data_docs/index.html", "dbt/parsed/manifest.json", "secrets/one"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"content of {name}")
    (tmp_path / "secrets" / "one.pub").write_text("told to everybody")
    return Settings(home_dir=tmp_path)


def test_logs_data_docs_and_dbts_artefacts_are_looked_through_and_secrets_are_not(settings: Settings) -> None:
    assert {place.split(":")[0]: content.decode().split("/")[-1] for place, content in traces.left_behind(settings)} == {
        "logs": "sftp.log",
        "Data Docs": "index.html",
        "dbt's artefacts": "manifest.json",
    }
    assert {content for _, content in traces.left_behind(settings)} >= {b"content of airflow/logs/dag_id=x/attempt=1.log"}


def test_a_large_file_is_read_in_pieces_that_overlap(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "_PIECE", 10)
    monkeypatch.setattr(traces, "_OVERLAP", 4)
    (settings.home_dir / "logs" / "sftp.log").write_text("0123456789abcdefghij")
    assert [content for place, content in traces.left_behind(settings) if place.endswith("sftp.log")] == [b"0123456789", b"6789abcdefghij"]


def test_every_secret_but_the_public_ones_is_looked_for(settings: Settings) -> None:
    assert traces.secrets_of(settings) == [b"content of secrets/one"]


def test_the_repository_is_the_software_and_no_state(settings: Settings) -> None:
    places = [place for place, _ in traces.repository()]
    assert "the repository: Makefile" in places
    assert "the repository: plugins/wholefamily/disclosure/traces.py" in places
    assert not [place for place in places if "/.home/" in place or "__pycache__" in place]


def test_xcoms_that_cannot_be_read_are_not_taken_for_clean(settings: Settings) -> None:
    (settings.secrets / "airflow_db_password").write_text("a password")
    with pytest.raises(WholefamilyError, match="its XComs cannot be looked through"):
        list(traces.left_behind(settings.model_copy(update={"warehouse_port": 1})))

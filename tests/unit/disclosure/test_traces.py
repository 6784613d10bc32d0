"""What attacks 1 and 17 look through: all that is written on the way, in pieces that cut nothing in two, and the software."""

from pathlib import Path

import pytest

from wholefamily.disclosure import traces
from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings

WRITTEN = (
    "airflow/airflow.cfg",
    "airflow/logs/dag_id=x/attempt=1.log",
    "data_docs/index.html",
    "dbt/parsed/manifest.json",
    "dump.sql",
    "ledger/head.jsonl",
    "lineage/events.jsonl",
    "logs/sftp.log",
    "postgres/data.log",
    "published/2026-Q3/index.html",
    "reports/metrics.html",
    "sftp/dudley/inbound/2026-09/receipt-r1.json",
    "stack.json",
)
HOLDS_PEOPLE_OR_KEYS = (
    "bench/small/sftp/dudley/outbound/2026-06/r1/people.csv",
    "custodian/evaluation_2026-Q3.key",
    "drops/dudley/outbound/2026-09/r1/people.csv",
    "postgres/data/base/1/2",
    "secrets/one",
    "secrets/one.pub",
    "sftp/dudley/outbound/2026-09/r1/people.csv",
    "sftp/truth/persons.csv",
)


def write(top: Path, *names: str) -> None:
    for name in names:
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(f"content of {name}")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.delenv("AIRFLOW__LOGGING__BASE_LOG_FOLDER", raising=False)
    write(tmp_path / "home", *WRITTEN, *HOLDS_PEOPLE_OR_KEYS)
    return Settings(home_dir=tmp_path / "home")


def test_all_under_home_is_looked_through_but_what_holds_people_or_keys_by_its_nature(settings: Settings) -> None:
    assert dict(traces.left_behind(settings)) == {f"HOME_DIR: {name}": f"content of {name}".encode() for name in WRITTEN}


def test_so_are_logs_data_docs_and_the_ledger_where_a_deployment_has_put_them(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "logs/task.log", "docs/index.html", "worm/head.jsonl")
    monkeypatch.setenv("AIRFLOW__LOGGING__BASE_LOG_FOLDER", str(tmp_path / "logs"))
    elsewhere = settings.model_copy(update={"data_docs_dir": tmp_path / "docs", "ledger_dir": tmp_path / "worm"})
    places = [place for place, _ in traces.left_behind(elsewhere) if not place.startswith("HOME_DIR")]
    assert places == ["logs: task.log", "Data Docs: index.html", "ledger: head.jsonl"]


def test_a_large_file_is_read_in_pieces_that_overlap(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "_PIECE", 10)
    monkeypatch.setattr(traces, "_OVERLAP", 4)
    (settings.home_dir / "logs" / "sftp.log").write_text("0123456789abcdefghij")
    assert [content for place, content in traces.left_behind(settings) if place.endswith("sftp.log")] == [b"0123456789", b"6789abcdefghij"]


def test_every_secret_but_the_public_ones_is_looked_for(settings: Settings) -> None:
    assert traces.secrets_of(settings) == [b"content of secrets/one"]


def test_the_repository_is_the_software_and_no_state() -> None:
    places = [place for place, _ in traces.repository(Settings())]
    assert {"Makefile", "plugins/wholefamily/disclosure/traces.py", "tests/conftest.py", ".env.example"} <= {
        place.removeprefix("the repository: ") for place in places
    }
    assert not [place for place in places if {".home", ".venv", ".git", "__pycache__"} & set(Path(place.split(": ")[1]).parts)]


def test_what_images_are_built_from_is_looked_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No engine runs here: what could get into an image is in a build context, and that is in the repository."""
    write(tmp_path, "deploy/sftp/start.sh", "requirements.txt", ".env", "state/secrets/one", ".home/secrets/one")
    monkeypatch.setattr(traces, "REPOSITORY", tmp_path)
    found = {place for place, _ in traces.repository(Settings(home_dir=tmp_path / "state"))}
    assert found == {"the repository: .env", "the repository: deploy/sftp/start.sh", "the repository: requirements.txt"}


def test_xcoms_that_cannot_be_read_are_not_taken_for_clean(settings: Settings) -> None:
    assert traces.unseen(settings) == "Airflow's database, with its XComs"
    (settings.secrets / "airflow_db_password").write_text("a password")
    assert traces.unseen(settings) == ""
    with pytest.raises(WholefamilyError, match="its XComs cannot be looked through"):
        list(traces.left_behind(settings.model_copy(update={"warehouse_port": 1})))

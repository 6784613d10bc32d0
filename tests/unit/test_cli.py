"""The command line: every verb explains itself, and an error is one line that says what to do."""

import subprocess
import sys
from pathlib import Path

import pytest
from pysequoia import Cert, Tsk

from wholefamily import cli, contracts, dictionary
from wholefamily.settings import LOGINS, REPOSITORY, Settings, login_secret

VERBS = (
    "demo",
    "up",
    "down",
    "dsn",
    "psql",
    "migrate",
    "status",
    "receipts",
    "replay",
    "dictionary",
    "lineage",
    "docs",
    "charts",
    "check",
    "certificate",
    "generate",
    "explain",
    "restrict",
    "recall",
    "destroy-release",
    "disclosures",
    "verify-ledger",
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, with the passwords of the warehouse's logins in it."""
    (tmp_path / "secrets").mkdir()
    for login in LOGINS:
        (tmp_path / "secrets" / login_secret(login)).write_text("only-for-tests\n")
    monkeypatch.setenv("HOME_DIR", str(tmp_path))
    monkeypatch.setenv("PORT_BASE", "15999")
    return tmp_path


def test_it_can_be_run_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "wholefamily", "--help"], cwd=REPOSITORY / "plugins", capture_output=True, text=True, check=True
    )
    assert [verb for verb in VERBS if f"\n    {verb}" not in done.stdout] == []


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([verb, "--help"])
    assert ended.value.code == 0
    assert f"python -m wholefamily {verb}" in capsys.readouterr().out


def test_the_dsn_is_all_that_is_printed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["dsn"]) == 0
    assert capsys.readouterr().out == "postgresql://wholefamily:only-for-tests@127.0.0.1:15999/warehouse\n"


@pytest.mark.parametrize("verb", ["status", "receipts", "migrate"])
def test_a_warehouse_that_is_not_there_is_one_line(home: Path, verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([verb]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "error: no warehouse at 127.0.0.1:15999: start it with `make demo`, or check WAREHOUSE_HOST and WAREHOUSE_PORT\n"


def test_a_missing_secret_is_one_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "secrets" / "warehouse_password").unlink()
    assert cli.main(["dsn"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_wrong_settings_are_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PORT_BASE", "80")
    assert cli.main(["dsn"]) == 1
    assert "PORT_BASE" in capsys.readouterr().err


def test_a_home_that_cannot_be_written_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("HOME_DIR", str(tmp_path / "file" / "home"))
    assert cli.main(["up"]) == 1
    assert "HOME_DIR" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["generate", "out", "--size", "12"], "at least 500"),
        (["generate", "out", "--size", "many"], "'many'"),
        (["generate", "out", "--months", "0"], "at least 1"),
        (["generate", "out", "--first-period", "2026-13"], "YYYY-MM"),
        (["demo", "--seed", "x"], "--seed"),
        (["restrict", "11111111-1111-4111-8111-111111111111", "--from", "today", "--reason", "OBJECTION", "--by", "jane"], "YYYY-MM-DD"),
        (["recall", "Zebedee", "--reason", "ERASED", "--by", "jane", "--approved-by", "john"], "invalid UUID"),
        (["improve"], "invalid choice"),
    ],
)
def test_a_wrong_argument_is_named(arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert complaint in capsys.readouterr().err


def test_there_is_nothing_to_stop_before_anything_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME_DIR", str(tmp_path / "none"))
    assert cli.main(["down"]) == 0
    assert capsys.readouterr().out == f"nothing runs: there is no {tmp_path / 'none'}\n"
    assert not (tmp_path / "none").exists()


def test_check_names_the_errors_of_every_partner_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "dudley.yml").write_text("code: dudley\nname: Dudley\nkind: borough\n")
    (tmp_path / "walsall.yml").write_text("code: walsal\nname: Walsall\nkind: evaluator\nsftp: {host: h, username: u, host_key: k}\n")
    monkeypatch.setenv("PARTNERS_DIR", str(tmp_path))
    assert cli.main(["check"]) == 1
    said = capsys.readouterr().err
    assert [wrong for wrong in ("dudley.yml: kind", "dudley.yml: sftp", "walsall.yml: code") if wrong not in said] == []


def test_our_certificate_is_printed_and_nothing_private_with_it(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = Tsk.generate("us")
    assert cli.main(["certificate"]) == 1
    (home / "secrets" / "openpgp_private_key").write_text(str(key))
    assert cli.main(["certificate"]) == 0
    said = capsys.readouterr()
    assert "openpgp_private_key" in said.err
    assert "openpgp_private_key" in said.err
    assert Cert.from_bytes(said.out.encode()).fingerprint == key.extract_certificate().fingerprint
    assert "PRIVATE" not in said.out


def test_every_contract_of_this_repository_holds() -> None:
    assert contracts.broken(Settings()) == []


def test_a_stale_dictionary_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dictionary, "PATH", tmp_path / "dictionary.md")
    assert contracts.broken(Settings()) == ["docs/dictionary.md is stale: run `python -m wholefamily dictionary --write`"]
    dictionary.PATH.write_text(dictionary.markdown())
    assert contracts.broken(Settings()) == []


def test_a_stale_expectation_suite_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contracts, "EXPECTATIONS", tmp_path)
    (stale,) = contracts.broken(Settings())
    assert stale.startswith("expectations/ is stale")
    assert "attendance" in stale


def test_the_dictionary_says_what_a_column_is(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["dictionary"])
    lines = capsys.readouterr().out.splitlines()
    assert "| `person_ref` | text | yes | reference | authority | The pupil. |" in lines
    assert "| exclusion_category | `PERM` | permanent exclusion |" in lines


def test_a_reader_who_has_read_enough_is_no_error() -> None:
    command = [sys.executable, "-m", "wholefamily", "dictionary"]
    with subprocess.Popen(
        command, cwd=REPOSITORY, env={"PYTHONPATH": "plugins"}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert (process.stderr.read(), process.wait()) == ("", 0)

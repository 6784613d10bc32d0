"""Pseudonyms are keyed, the keys are a custodian's, and nothing stands in for a missing one."""

import json
import re
from pathlib import Path
from uuid import UUID

import pytest

from wholefamily.disclosure import custodian
from wholefamily.disclosure.custodian import Use
from wholefamily.disclosure.pseudonym import Pseudonyms
from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings

SOMEBODY = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")
BUILD = Use("scheduled__1", "pseudonyms of a release that is built")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    custodian.make_folder(tmp_path / "custodian")
    return Settings(home_dir=tmp_path)


@pytest.mark.parametrize(
    ("kind", "expected"),  # by openssl dgst -sha256 -mac HMAC, twice
    [("person", "a29a10a30b0a3c3962d4c44f20c3b787"), ("family", "e4fa9e5616aaec4d85eaa77882cfe4bc")],
)
def test_a_pseudonym_is_the_double_hmac_of_the_page_on_disclosure(kind: str, expected: str) -> None:
    keyed = Pseudonyms(b"k" * 32, "evaluator", "2026-Q3", kind)  # type: ignore[arg-type]
    assert keyed.of(SOMEBODY) == expected


def test_recipient_release_and_kind_each_give_other_pseudonyms() -> None:
    scopes = [
        ("evaluator", "2026-Q3", "person"),
        ("ons", "2026-Q3", "person"),
        ("evaluator", "2026-Q4", "person"),
        ("evaluator", "2026-Q3", "family"),
    ]
    made = {Pseudonyms(b"k" * 32, recipient, release, kind).of(SOMEBODY) for recipient, release, kind in scopes}  # type: ignore[arg-type]
    assert len(made) == 4
    assert all(re.fullmatch("[0-9a-f]{32}", pseudonym) for pseudonym in made)


def test_scopes_cannot_run_into_each_other() -> None:
    with pytest.raises(WholefamilyError, match="cannot have pseudonyms"):
        Pseudonyms(b"k" * 32, "evaluator|2026-Q3", "person", "person")


def test_a_short_master_key_is_no_key() -> None:
    with pytest.raises(WholefamilyError, match="too short"):
        Pseudonyms(b"k" * 31, "evaluator", "2026-Q3", "person")


def test_each_release_has_a_key_of_its_own_that_only_its_owner_can_read(settings: Settings) -> None:
    keys = {custodian.make(settings, "evaluation", release, BUILD) for release in ("2026-Q2", "2026-Q3")}
    assert len(keys) == 2
    assert all(re.fullmatch(rb"[0-9a-f]{64}", key) for key in keys)
    assert {path.stat().st_mode & 0o777 for path in settings.custodian.iterdir()} == {0o600}
    assert custodian.releases(settings, "evaluation") == ["2026-Q2", "2026-Q3"]


def test_a_key_is_never_made_twice(settings: Settings) -> None:
    first = custodian.make(settings, "evaluation", "2026-Q3", BUILD)
    with pytest.raises(WholefamilyError, match="never made twice"):
        custodian.make(settings, "evaluation", "2026-Q3", BUILD)
    assert custodian.open_key(settings, "evaluation", "2026-Q3", BUILD) == first


def test_each_use_is_noted_before_the_key_is_given_out_and_the_note_holds_no_key(settings: Settings) -> None:
    key = custodian.make(settings, "evaluation", "2026-Q3", BUILD)
    custodian.open_key(settings, "evaluation", "2026-Q3", Use("manual__2", "whom the rows are about"))
    with pytest.raises(WholefamilyError):
        custodian.open_key(settings, "evaluation", "2026-Q4", Use("manual__3", "a key that is not there"))
    custodian.destroy(settings, "evaluation", "2026-Q3", Use("jane", "release destroyed"))
    text = (settings.custodian / custodian.USES).read_text()
    uses = [json.loads(line) for line in text.splitlines()]
    assert [(use["by"], use["action"], use["release"]) for use in uses] == [
        ("scheduled__1", "make", "2026-Q3"),
        ("manual__2", "open", "2026-Q3"),
        ("manual__3", "open", "2026-Q4"),
        ("jane", "destroy", "2026-Q3"),
    ]
    assert key.decode() not in text


def test_a_destroyed_key_is_gone_and_destroying_it_again_does_no_harm(settings: Settings) -> None:
    custodian.make(settings, "evaluation", "2026-Q3", BUILD)
    for _ in range(2):
        custodian.destroy(settings, "evaluation", "2026-Q3", BUILD)
    assert not custodian.has_key(settings, "evaluation", "2026-Q3")
    with pytest.raises(WholefamilyError, match=r"key of evaluation 2026-Q3 is missing"):
        custodian.open_key(settings, "evaluation", "2026-Q3", BUILD)


@pytest.mark.parametrize("key", [b"", b"   \n", b"k" * 31])
def test_a_short_key_stops_everything_and_is_not_quoted(settings: Settings, key: bytes) -> None:
    (settings.custodian / "evaluation_2026-Q3.key").write_bytes(key)
    with pytest.raises(WholefamilyError, match="too short") as refusal:
        custodian.open_key(settings, "evaluation", "2026-Q3", BUILD)
    assert "kkk" not in str(refusal.value)


def test_without_a_custodian_or_with_a_folder_open_to_others_no_key_is_used(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(WholefamilyError, match="CUSTODIAN_DIR"):
        custodian.make(Settings(home_dir=tmp_path / "other"), "evaluation", "2026-Q3", BUILD)
    settings.custodian.chmod(0o750)
    with pytest.raises(WholefamilyError, match="chmod 700"):
        custodian.make(settings, "evaluation", "2026-Q3", BUILD)
    settings.custodian.chmod(0o700)
    assert custodian.releases(settings, "evaluation") == []

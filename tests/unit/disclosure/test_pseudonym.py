"""Pseudonyms are keyed, and nothing stands in for a missing key."""

import re
from pathlib import Path
from uuid import UUID

import pytest

from wholefamily.disclosure.pseudonym import Pseudonyms
from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings

SOMEBODY = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")


def settings(folder: Path, master: str | None) -> Settings:
    if master is not None:
        (folder / "pseudonym_master_key").write_text(master)
    return Settings(secrets_dir=folder)


@pytest.mark.parametrize(
    ("kind", "expected"),  # by openssl dgst -sha256 -mac HMAC, twice
    [("person", "a29a10a30b0a3c3962d4c44f20c3b787"), ("family", "e4fa9e5616aaec4d85eaa77882cfe4bc")],
)
def test_a_pseudonym_is_the_double_hmac_of_the_page_on_disclosure(tmp_path: Path, kind: str, expected: str) -> None:
    keyed = Pseudonyms(settings(tmp_path, "k" * 32), "evaluator", "2026-Q3", kind)  # type: ignore[arg-type]
    assert keyed.of(SOMEBODY) == expected


def test_recipient_release_and_kind_each_give_other_pseudonyms(tmp_path: Path) -> None:
    key = settings(tmp_path, "k" * 32)
    scopes = [
        ("evaluator", "2026-Q3", "person"),
        ("ons", "2026-Q3", "person"),
        ("evaluator", "2026-Q4", "person"),
        ("evaluator", "2026-Q3", "family"),
    ]
    made = {Pseudonyms(key, recipient, release, kind).of(SOMEBODY) for recipient, release, kind in scopes}  # type: ignore[arg-type]
    assert len(made) == 4
    assert all(re.fullmatch("[0-9a-f]{32}", pseudonym) for pseudonym in made)


def test_a_missing_master_key_stops_everything(tmp_path: Path) -> None:
    with pytest.raises(WholefamilyError, match="'pseudonym_master_key' is missing"):
        Pseudonyms(settings(tmp_path, None), "evaluator", "2026-Q3", "person")


@pytest.mark.parametrize("master", ["", "   \n", "k" * 31])
def test_a_short_master_key_is_no_key_and_is_not_quoted(tmp_path: Path, master: str) -> None:
    with pytest.raises(WholefamilyError, match=r"missing|too short") as refusal:
        Pseudonyms(settings(tmp_path, master), "evaluator", "2026-Q3", "person")
    assert "kkk" not in str(refusal.value)


def test_scopes_cannot_run_into_each_other(tmp_path: Path) -> None:
    with pytest.raises(WholefamilyError, match="cannot have pseudonyms"):
        Pseudonyms(settings(tmp_path, "k" * 32), "evaluator|2026-Q3", "person", "person")

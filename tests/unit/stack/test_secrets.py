"""Secrets of the embedded stack: made once, readable by their owner only."""

import json
import re
import stat
from pathlib import Path

import pytest

from wholefamily import partners as partner_files
from wholefamily.demo import secrets
from wholefamily.errors import WholefamilyError
from wholefamily.partners import Partner
from wholefamily.settings import REPOSITORY, Settings

PARTNERS = partner_files.load(REPOSITORY / "dags" / "partners")


def partners(*codes: str) -> dict[str, Partner]:
    return {code: PARTNERS[code] for code in codes}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_only_the_owner_can_read_them(tmp_path: Path) -> None:
    secrets.make(tmp_path / "secrets", partners("dudley"))
    assert mode(tmp_path / "secrets") == 0o700
    assert {mode(path) for path in (tmp_path / "secrets").iterdir()} == {0o600}


def test_a_second_start_keeps_them_and_makes_what_a_new_partner_needs(tmp_path: Path) -> None:
    secrets.make(tmp_path, partners("dudley"))
    first = contents(tmp_path)
    secrets.make(tmp_path, partners("dudley", "walsall"))
    assert contents(tmp_path) | first == contents(tmp_path)
    assert contents(tmp_path).keys() - first.keys() == {"sftp_walsall", "sftp_walsall.pub"}


def test_every_secret_differs_and_two_stacks_share_none(tmp_path: Path) -> None:
    for name in ("one", "two"):
        secrets.make(tmp_path / name, partners("dudley", "walsall", "west_midlands_police"))
    values = [*contents(tmp_path / "one").values(), *contents(tmp_path / "two").values()]
    assert len(set(values)) == len(values)


def test_what_the_pipeline_asks_for_is_there(tmp_path: Path) -> None:
    secrets.make(tmp_path / "secrets", partners("dudley"))
    settings = Settings(home_dir=tmp_path)
    assert re.fullmatch(r"[0-9a-f]{48}", settings.secret("warehouse_password"))
    assert re.fullmatch(r"ssh-ed25519 AAAA\S+", settings.sftp_variables()["SFTP_HOST_KEY"])
    assert settings.secret("sftp_dudley").startswith("-----BEGIN OPENSSH PRIVATE KEY-----")
    assert json.loads(settings.secret("airflow_passwords.json")) == {
        "engineer": settings.secret("engineer_password"),
        "approver": settings.secret("approver_password"),
    }


def test_a_secret_that_was_emptied_is_named(tmp_path: Path) -> None:
    secrets.make(tmp_path / "secrets", partners("dudley"))
    (tmp_path / "secrets" / "warehouse_password").write_text("")
    with pytest.raises(WholefamilyError, match=r"warehouse_password.*missing"):
        Settings(home_dir=tmp_path).dsn()


def test_a_partner_whose_certificate_the_deployment_fills_in_gets_a_key_pair(tmp_path: Path) -> None:
    secrets.make(tmp_path, partners("dudley", "west_midlands_police"))
    assert sorted(name for name in contents(tmp_path) if name.startswith("openpgp_")) == [
        "openpgp_private_key",
        "openpgp_private_key.pub",
        "openpgp_west_midlands_police",
        "openpgp_west_midlands_police.pub",
    ]
    for name in ("openpgp_private_key", "openpgp_west_midlands_police"):
        assert (tmp_path / name).read_text().startswith("-----BEGIN PGP PRIVATE KEY BLOCK-----")
        assert (tmp_path / f"{name}.pub").read_text().startswith("-----BEGIN PGP PUBLIC KEY BLOCK-----")

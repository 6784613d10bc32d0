"""Settings come from the environment; a secret has no default."""

from pathlib import Path

import pytest

from wholefamily import settings
from wholefamily.errors import WholefamilyError


def test_home_and_port_base_are_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME_DIR", str(tmp_path))
    monkeypatch.setenv("PORT_BASE", "20000")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "warehouse_password").write_text("pw\n")
    (tmp_path / "secrets" / "warehouse_door_password").write_text("doors-own\n")
    (tmp_path / "secrets" / "sftp_host_key.pub").write_text("ssh-ed25519 AAAA")
    loaded = settings.load()
    assert loaded.dsn() == "postgresql://wholefamily:pw@127.0.0.1:20000/warehouse"
    assert loaded.sqlalchemy_url("door") == "postgresql+psycopg://wholefamily_door:doors-own@127.0.0.1:20000/warehouse"
    with pytest.raises(WholefamilyError, match="'warehouse_release_password' is missing"):
        loaded.dsn("release")
    assert loaded.sftp_variables() == {"SFTP_HOST": "127.0.0.1", "SFTP_PORT": "20003", "SFTP_HOST_KEY": "ssh-ed25519 AAAA"}


@pytest.mark.parametrize("content", [None, "", " \n"])
def test_a_missing_or_empty_secret_stops_the_start(tmp_path: Path, content: str | None) -> None:
    (tmp_path / "secrets").mkdir()
    if content is not None:
        (tmp_path / "secrets" / "warehouse_password").write_text(content)
    with pytest.raises(WholefamilyError, match="warehouse_password"):
        settings.Settings(home_dir=tmp_path).dsn()


def test_every_wrong_variable_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT_BASE", "80")
    monkeypatch.setenv("WAREHOUSE_PORT", "many")
    with pytest.raises(WholefamilyError, match=r"PORT_BASE.*WAREHOUSE_PORT"):
        settings.load()

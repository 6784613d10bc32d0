"""Secrets of the embedded stack: made once, each in a file of its own that only its owner can read."""

import base64
import json
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

import asyncssh
from pysequoia import Tsk

from wholefamily import certificates
from wholefamily.partners import Partner
from wholefamily.settings import LOGINS, login_secret

USERS = {"engineer": "admin", "approver": "op"}
"""Users of the embedded Airflow and their roles; the approver is who may release data."""

_MADE: dict[str, Callable[[], str]] = {
    **{login_secret(login): lambda: secrets.token_hex(24) for login in LOGINS},
    "postgres_password": lambda: secrets.token_hex(24),
    "airflow_db_password": lambda: secrets.token_hex(24),
    "airflow_fernet_key": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    "airflow_jwt_secret": lambda: secrets.token_hex(32),
    "airflow_secret_key": lambda: secrets.token_hex(32),
    **{f"{user}_password": lambda: secrets.token_urlsafe(12) for user in USERS},
}


def make(folder: Path, partners: Mapping[str, Partner]) -> None:
    """Make the secrets that are missing in ``folder``.

    Passwords; the SFTP server's host key and a key for each partner; our OpenPGP key, and those of the partners whose certificate is the
    deployment's to fill in: they stand for keys that only the partner has.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name, new in _MADE.items():
        if not (folder / name).exists():
            _write(folder / name, new())
    for name in ("sftp_host_key", *(f"sftp_{partner}" for partner in partners)):
        _make_key(folder / name)
    _make_openpgp(folder / certificates.PRIVATE_KEY, "Wholefamily, the receiving programme")
    for partner in partners.values():
        if partner.certificate == certificates.OF_DEPLOYMENT:
            _make_openpgp(folder / f"openpgp_{partner.code}", partner.name)
    passwords = {user: (folder / f"{user}_password").read_text(encoding="utf-8").strip() for user in USERS}
    _write(folder / "airflow_passwords.json", json.dumps(passwords))


def _make_key(path: Path) -> None:
    """An Ed25519 key pair: ``path`` has the private key, ``path.pub`` the public one, ``ssh-ed25519 AAAA…``."""
    if not path.exists():
        _write(path, asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode())
    public = asyncssh.read_private_key(path).export_public_key().decode()
    _write(path.with_name(f"{path.name}.pub"), " ".join(public.split()[:2]) + "\n")


def _make_openpgp(path: Path, owner: str) -> None:
    """An OpenPGP key pair: ``path`` has the private key, ``path.pub`` the certificate, both armored."""
    if not path.exists():
        _write(path, str(Tsk.generate(owner)))
    _write(path.with_name(f"{path.name}.pub"), str(Tsk.from_file(str(path)).extract_certificate()))


def _write(path: Path, text: str) -> None:
    # Under another name first: a full disk must not leave an empty secret behind.
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    new.replace(path)

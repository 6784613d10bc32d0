"""Write the secrets of docker-compose.yml under .home/compose, readable by their owner only; what is there is kept.

    .venv/bin/python deploy/create_secrets.py

Run it again after a partner was added: the partner gets its key and its line in the list of SFTP accounts.
"""

import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from wholefamily import certificates, partners
from wholefamily.demo import secrets as made_once
from wholefamily.disclosure import custodian
from wholefamily.errors import WholefamilyError
from wholefamily.partners import Partner
from wholefamily.settings import REPOSITORY, Login, login_secret

HOME = REPOSITORY / ".home" / "compose"


def create(home: Path, known: Mapping[str, Partner]) -> None:
    """Write what is missing under ``home``; ``home/custodian`` holds the releases' keys.

    Of the few that the library itself reads there are copies in the folders that docker-compose.yml mounts: ``home/pipeline`` for what takes in and
    builds, ``home/release`` for what releases, ``home/alerts`` for what can only tell of a failure.
    """
    made_once.make(home, known)
    if not (home / "broker_password").exists():
        _write(home / "broker_password", secrets.token_hex(24))
    database, broker = _read(home / "airflow_db_password"), _read(home / "broker_password")
    # No line ends: Airflow takes what `cat` prints as it is.
    _write(home / "airflow_database_url", f"postgresql+psycopg://airflow:{database}@postgres:5432/airflow")
    _write(home / "celery_result_backend", f"db+postgresql+psycopg://airflow:{database}@postgres:5432/airflow")
    _write(home / "broker_url", f"redis://:{broker}@broker:6379/0")
    _write(home / "sftp_accounts", "".join(f"{code} {_read(home / f'sftp_{code}.pub')}" for code in known))
    custodian.make_folder(home / "custodian")
    public = [f"openpgp_{code}.pub" for code, partner in known.items() if partner.certificate == certificates.OF_DEPLOYMENT]
    for_partners = ["sftp_host_key.pub", certificates.PRIVATE_KEY, *public]
    logins: dict[str, tuple[Login, ...]] = {
        "pipeline": ("owner", "door", "alerts"),
        "release": ("release", "alerts"),
        "alerts": ("alerts",),
    }
    names = {folder: [login_secret(login) for login in its] for folder, its in logins.items()}
    names["pipeline"] += [*for_partners, *(f"sftp_{code}" for code, partner in known.items() if partner.sends)]
    # The attacks on a release look through Airflow's database.
    names["release"] += ["airflow_db_password", *for_partners, *(f"sftp_{code}" for code, partner in known.items() if partner.products)]
    for folder, its_names in names.items():
        (home / folder).mkdir(exist_ok=True, mode=0o700)
        for name in its_names:
            _write(home / folder / name, _read(home / name))


def _write(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def main() -> int:
    """Returns the exit status."""
    try:
        create(HOME, partners.load(REPOSITORY / "dags" / "partners"))
    except WholefamilyError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

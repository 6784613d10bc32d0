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
from wholefamily.settings import REPOSITORY

HOME = REPOSITORY / ".home" / "compose"


def create(home: Path, known: Mapping[str, Partner]) -> None:
    """Write what is missing under ``home``; ``home/pipeline`` holds copies of the few that the library itself reads, ``home/custodian`` the releases' keys."""
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
    (home / "pipeline").mkdir(exist_ok=True, mode=0o700)
    names = [
        "warehouse_password",
        "airflow_db_password",  # the attacks on a release look through Airflow's XComs
        "sftp_host_key.pub",
        certificates.PRIVATE_KEY,
        *(f"sftp_{code}" for code in known),
    ]
    names += [f"openpgp_{code}.pub" for code, partner in known.items() if partner.certificate == certificates.OF_DEPLOYMENT]
    for name in names:
        _write(home / "pipeline" / name, _read(home / name))


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

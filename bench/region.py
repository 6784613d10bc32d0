"""The region that is measured: its drops, made once and kept, and the servers that hold it, apart from the demo's."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg
from psycopg import sql

from wholefamily import partners as partner_files
from wholefamily import warehouse
from wholefamily.demo import postgres, secrets
from wholefamily.demo.processes import answers
from wholefamily.demo.region.writer import Seal
from wholefamily.demo.sealing import seals
from wholefamily.partners import Partner
from wholefamily.settings import REPOSITORY, Settings

HOUSEHOLDS = {"small": 11_300, "tenth": 113_000, "full": 1_130_000}
"""1 % of the seven authorities, 10 %, and all of them."""

PERIOD = "2026-06"
PLAIN_SENDER = "dudley"
"""A sender of plain files in the canonical dialect: what peers are measured on."""

_PORTS_FURTHER = 30  # than the demo's, which may run


def settings_of(size: str, database: str = "bench") -> Settings:
    """The settings of a bench: all of it stands under ``HOME_DIR/bench/<size>``."""
    base = Settings()
    return Settings(home_dir=base.home_dir / "bench" / size, port_base=base.port_base + _PORTS_FURTHER, warehouse_db=database)


def senders(settings: Settings) -> dict[str, Partner]:
    """The partners that send."""
    return {code: partner for code, partner in partner_files.load(settings.partners_dir).items() if partner.sends}


def drop_of(settings: Settings, partner: str) -> tuple[Path, list[dict[str, object]]]:
    """The folder of a partner's drop as its account shows it, and the files that its manifest names."""
    folder = settings.home_dir / "sftp" / partner / "outbound" / PERIOD / "r1"
    files: list[dict[str, object]] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    return folder, files


def plain_copy(settings: Settings, file: Path) -> Path:
    """The content of an encrypted file of a drop: the floor, which knows no encryption, reads that."""
    return settings.home_dir / "drops" / file.name.removesuffix(".gpg")


def make_drops(size: str, settings: Settings) -> None:
    """Make secrets and drops, unless they are there: the same seed gives the same rows."""
    from wholefamily.demo import region

    partners = partner_files.load(settings.partners_dir)
    secrets.make(settings.home_dir / "secrets", partners)
    done = settings.home_dir / "drops-are-whole"
    if done.exists():
        return
    for folder in ("sftp", "drops"):
        shutil.rmtree(settings.home_dir / folder, ignore_errors=True)
        (settings.home_dir / folder).mkdir(parents=True)
    kept = {code: partial(_seal_a_copy, settings, seal) for code, seal in seals(settings.home_dir / "secrets", partners).items()}
    region.write_drops(settings.home_dir / "sftp", partners, households=HOUSEHOLDS[size], first_period=PERIOD, months=1, seed=1, seals=kept)
    done.touch()


def _seal_a_copy(settings: Settings, seal: Seal, path: Path) -> Path:
    shutil.copyfile(path, plain_copy(settings, path))
    return seal(path)


@contextmanager
def servers(settings: Settings, *others: str) -> Iterator[None]:
    """PostgreSQL and the SFTP server of those who send, and of others, as the demo has them, for as long as it takes."""
    data = settings.home_dir / "postgres" / "data"
    postgres.start(data, settings.port_base, settings.secret_path("postgres_password"))
    environment = {**os.environ, "HOME_DIR": str(settings.home_dir), "PORT_BASE": str(settings.port_base), "PYTHONPATH": "plugins"}
    command = [sys.executable, "-m", "wholefamily.demo.sftp", *senders(settings), *others]
    try:
        with subprocess.Popen(command, cwd=REPOSITORY, env=environment, stderr=subprocess.DEVNULL) as sftp:
            try:
                while not answers(settings.port_base + 3) and sftp.poll() is None:
                    pass
                yield
            finally:
                sftp.terminate()
    finally:
        postgres.stop(data)


def new_warehouse(settings: Settings) -> None:
    """An empty warehouse, and nothing told to any partner yet."""
    admin = f"postgresql://postgres:{settings.secret('postgres_password')}@127.0.0.1:{settings.port_base}/postgres"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(settings.warehouse_db)))
    postgres.create_warehouse(admin, settings)
    warehouse.migrate(settings)
    postgres.withdraw_ledger(admin, settings.warehouse_user)
    for partner in senders(settings):
        shutil.rmtree(settings.home_dir / "sftp" / partner / "inbound", ignore_errors=True)
        (settings.home_dir / "sftp" / partner / "inbound").mkdir()

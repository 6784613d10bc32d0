"""A sender of the region that encrypts: its files are others each time, what is in them is the same."""

import hashlib
import json
from pathlib import Path

import polars as pl
from pysequoia import Cert, Tsk, decrypt

from wholefamily import partners as partner_files
from wholefamily.demo import secrets
from wholefamily.demo.region.writer import Drop, Seal
from wholefamily.demo.sealing import seals
from wholefamily.feeds import FEEDS
from wholefamily.settings import REPOSITORY

PARTNERS = partner_files.load(REPOSITORY / "dags" / "partners")
POLICE = PARTNERS["west_midlands_police"]
RATES = pl.DataFrame(
    [["Solihull", 120, 0.2, 0.25, "2026-06-30"]],
    orient="row",
    schema=["area", "cohort_size", "actual_rate", "predicted_rate", "measured_on"],
)


def drop(out: Path, seal: Seal | None) -> Path:
    written = Drop(out, POLICE, "2026-07", seal)
    written.add(FEEDS["reoffending_rates"], RATES, RATES.clear().cast(pl.String))
    written.close()
    return written.folder


def test_only_senders_with_a_certificate_of_the_deployment_encrypt(tmp_path: Path) -> None:
    secrets.make(tmp_path, PARTNERS)
    assert seals(tmp_path, PARTNERS).keys() == {"west_midlands_police"}


def test_what_is_in_an_encrypted_file_is_what_a_plain_one_holds(tmp_path: Path) -> None:
    secrets.make(tmp_path / "secrets", PARTNERS)
    seal = seals(tmp_path / "secrets", PARTNERS)[POLICE.code]
    plain, one, two = (drop(tmp_path / name, used) for name, used in (("plain", None), ("one", seal), ("two", seal)))
    assert sorted(path.name for path in one.iterdir()) == ["manifest.json", "reoffending_rates.csv.gpg"]
    sent = (one / "reoffending_rates.csv.gpg").read_bytes()
    assert sent != (two / "reoffending_rates.csv.gpg").read_bytes()
    [stated] = json.loads((one / "manifest.json").read_text())["files"]
    assert (stated["path"], stated["rows"], stated["sha256"]) == ("reoffending_rates.csv.gpg", 1, hashlib.sha256(sent).hexdigest())
    police = Cert.from_file(str(tmp_path / "secrets" / f"openpgp_{POLICE.code}.pub"))
    ours = Tsk.from_file(str(tmp_path / "secrets" / "openpgp_private_key"))
    opened = decrypt(sent, ours.decryptor(), lambda _: [police])
    assert opened.bytes == (plain / "reoffending_rates.csv").read_bytes()
    assert [signature.certificate for signature in opened.valid_sigs] == [police.fingerprint]

"""Encrypted and signed drops through the real door: fates file by file, and nothing of a refused one kept."""

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pysequoia import Tsk, encrypt
from tests.integration.door.conftest import Sender

from wholefamily.demo import secrets
from wholefamily.demo.sealing import seals
from wholefamily.errors import WholefamilyError

PEOPLE = b"person_ref,given_name,family_name,resident_from\nP1,Ann,Baker,2020-01-01\nP2,Bea,Baker,2020-01-01\n"
CONSENT = b"person_ref,scope,decision,effective_from\nP1,SUPPORT,GIVEN,2026-01-05\n"
NEEDS = b"person_ref,need,from_date,to_date\nP1,FINANCE,2026-01-05,\n"

US, PARTNER, SOMEBODY = (Tsk.generate(name) for name in ("us", "sandwell", "somebody"))
OURS = US.extract_certificate()


def sealed(content: bytes, by: Tsk | None = PARTNER, to: Tsk = US) -> bytes:
    return encrypt(content, [to.extract_certificate()], by.signer() if by else None, armor=False)


@pytest.fixture
def sandwell(sandwell: Sender) -> Sender:
    """Sandwell with a certificate in its partner file, and our private key where it belongs."""
    sandwell.partner = sandwell.partner.model_copy(update={"certificate": str(PARTNER.extract_certificate())})
    sandwell.settings.secrets.joinpath("openpgp_private_key").write_text(str(US))
    return sandwell


def rows_in(files: Mapping[str, bytes], rows: int) -> dict[str, int]:
    """The manifest's count, which cannot be read off an encrypted file."""
    return dict.fromkeys(files, rows)


def fates(receipt: dict[str, Any]) -> dict[str, tuple[str, int, list[str]]]:
    return {
        file["feed"]: (file["status"], file["rows_loaded"], [reason["rule"] for reason in file["reasons"]]) for file in receipt["files"]
    }


def landed(sender: Sender) -> list[str]:
    """The feeds of which a table holds rows of the drop; one that was not taken into raw would have another name."""
    query = "select relname from pg_class where relkind = 'r' and relname ~ '^d[0-9]+_|_d[0-9]+$' order by 1"
    return [str(name).rsplit("_d", 1)[0] for (name,) in sender.rows(query)]


def test_each_file_of_a_drop_has_the_fate_that_its_signature_gives_it(sandwell: Sender) -> None:
    files = {
        "people.csv.gpg": sealed(PEOPLE),
        "consent.csv.gz.gpg": sealed(gzip.compress(CONSENT)),
        "support_needs.csv": NEEDS,
        "attendance.csv.gpg": sealed(b"a,b\n1,2\n", by=None),
        "benefits.csv.gpg": sealed(b"a,b\n1,2\n", by=SOMEBODY),
        "exclusions.csv.gpg": sealed(b"a,b\n1,2\n", to=SOMEBODY),
        "school_places.csv.gpg": b"a,b\n1,2\n",
        "asb_interventions.csv.gpg": sealed(NEEDS)[:-1],
        "work_outcomes.csv.gpg": sealed(sealed(NEEDS)),
        "programme.csv.gz.gpg": sealed(b"a,b\n1,2\n"),
        "interventions.zip.gpg": sealed(b"PK"),
    }
    sandwell.send(files, rows={**rows_in(files, 1), "people.csv.gpg": 2})
    receipt = sandwell.ingest()
    told = fates(receipt)
    assert told.pop("work_outcomes")[0] == "refused", "a message in a message: what is in it is no CSV"
    assert told == {
        "people": ("accepted", 2, []),
        "consent": ("accepted", 1, []),
        "support_needs": ("accepted", 1, []),
        "attendance": ("refused", 0, ["not_signed"]),
        "benefits": ("refused", 0, ["wrong_signature"]),
        "exclusions": ("refused", 0, ["not_decryptable"]),
        "school_places": ("refused", 0, ["not_decryptable"]),
        "asb_interventions": ("refused", 0, ["not_decryptable"]),
        "programme": ("refused", 0, ["not_gzip"]),
        "interventions": ("refused", 0, ["not_readable"]),
    }
    assert (receipt["status"], receipt["reasons"]) == ("partly_accepted", [])
    assert sandwell.rows("select person_ref, family_name from raw.people order by 1") == [("P1", "Baker"), ("P2", "Baker")]
    assert landed(sandwell) == ["consent", "people", "support_needs"]


def test_rows_that_were_taken_before_the_signature_was_known_are_taken_back(sandwell: Sender) -> None:
    row = b"P1,Ann," + b"Baker" * 40 + b",2020-01-01\n"
    people = b"person_ref,given_name,family_name,resident_from\n" + row * 300_000
    files = {"people.csv.gpg": sealed(people, by=SOMEBODY), "consent.csv.gpg": sealed(CONSENT)}
    sandwell.send(files, rows=rows_in(files, 1))
    told = fates(sandwell.ingest())
    assert told == {"people": ("refused", 0, ["wrong_signature"]), "consent": ("accepted", 1, [])}
    assert landed(sandwell) == ["consent"]


def test_what_a_stranger_wrote_is_not_repeated_to_the_partner(sandwell: Sender) -> None:
    large = b"a\0b\n" * 15_000_000  # so large that it is seen to be no CSV before its signature is known
    files = {"people.csv.gpg": sealed(b"person_ref,secret_heading\nP1,2\n", by=SOMEBODY), "consent.csv.gpg": sealed(large, by=None)}
    sandwell.send(files, rows=rows_in(files, 1))
    assert fates(sandwell.ingest()) == {"people": ("refused", 0, ["wrong_signature"]), "consent": ("refused", 0, ["not_signed"])}


def test_where_encryption_is_required_only_encrypted_files_are_taken(sandwell: Sender) -> None:
    sandwell.partner = sandwell.partner.model_copy(update={"encryption": "required"})
    files = {"people.csv.gpg": sealed(PEOPLE), "consent.csv": CONSENT, "support_needs.csv.gz": gzip.compress(NEEDS)}
    sandwell.send(files, rows={**rows_in(files, 1), "people.csv.gpg": 2})
    assert fates(sandwell.ingest()) == {
        "people": ("accepted", 2, []),
        "consent": ("refused", 0, ["encryption_required"]),
        "support_needs": ("refused", 0, ["encryption_required"]),
    }


def test_a_partner_without_certificate_cannot_send_encrypted_files(sandwell: Sender) -> None:
    sandwell.partner = sandwell.partner.model_copy(update={"certificate": None})
    sandwell.send({"people.csv.gpg": sealed(PEOPLE), "consent.csv": CONSENT}, rows={"people.csv.gpg": 2})
    assert fates(sandwell.ingest()) == {"people": ("refused", 0, ["no_certificate"]), "consent": ("accepted", 1, [])}


def test_without_our_own_key_the_task_fails_and_nothing_is_refused(sandwell: Sender) -> None:
    key = sandwell.settings.secrets / "openpgp_private_key"
    key.unlink()
    sandwell.send({"people.csv.gpg": sealed(PEOPLE)}, rows={"people.csv.gpg": 2})
    with pytest.raises(WholefamilyError, match=r"openpgp_private_key.*missing"):
        sandwell.collect()
    key.write_text(str(OURS))
    with pytest.raises(WholefamilyError, match=r"openpgp_private_key.*not an OpenPGP key"):
        sandwell.collect()
    key.write_text(str(US))
    assert fates(sandwell.ingest()) == {"people": ("accepted", 2, [])}


def test_the_demo_s_police_are_understood(police: Sender, tmp_path: Path) -> None:
    known = {police.code: police.partner}
    secrets.make(tmp_path / "made", known)
    for name in ("openpgp_private_key", f"openpgp_{police.code}.pub"):
        police.settings.secrets.joinpath(name).write_bytes((tmp_path / "made" / name).read_bytes())
    plain = tmp_path / "reoffending_rates.csv"
    plain.write_text("area,cohort_size,actual_rate,predicted_rate,measured_on\nE08000025,1000,0.25,0.27,2026-09-30\n")
    sealed_file = seals(tmp_path / "made", known)[police.code](plain)
    assert (sealed_file.name, plain.exists()) == ("reoffending_rates.csv.gpg", False)
    police.send({sealed_file.name: sealed_file.read_bytes()}, rows={sealed_file.name: 1})
    assert fates(police.ingest()) == {"reoffending_rates": ("accepted", 1, [])}

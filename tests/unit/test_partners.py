"""Partner files: what is in them, and that every error of every file is named at once."""

import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml
from pysequoia import ArmorKind, Tsk, armor

from wholefamily import partners
from wholefamily.errors import WholefamilyError

BUILT_IN = Path(__file__).parents[2] / "dags" / "partners"
CERTIFICATE = Tsk.generate("sandwell").extract_certificate()


def test_the_built_in_partners_are_those_of_the_exchange() -> None:
    found = {code: (partner.kind, partner.gss) for code, partner in partners.load(BUILT_IN).items()}
    assert found == {
        "birmingham": ("authority", "E08000025"),
        "coventry": ("authority", "E08000026"),
        "dudley": ("authority", "E08000027"),
        "sandwell": ("authority", "E08000028"),
        "solihull": ("authority", "E08000029"),
        "walsall": ("authority", "E08000030"),
        "wolverhampton": ("authority", "E08000031"),
        "west_midlands_police": ("police", "E23000014"),
        "evaluator": ("evaluator", None),
    }


def test_brands_are_the_authorities_own() -> None:
    brands = {code: partner.brand for code, partner in partners.load(BUILT_IN).items() if partner.brand}
    assert brands == {"birmingham": "Think Family", "wolverhampton": "Families in Focus"}


def test_every_sender_may_use_the_canonical_dialect() -> None:
    for partner in partners.load(BUILT_IN).values():
        assert partner.dialect_named("canonical") == partners.CANONICAL
        assert partner.dialect_named("no such dialect") is None


def test_an_agreement_holds_from_its_first_to_its_last_day() -> None:
    agreement = partners.Agreement(code="X", gateways=("G",), feeds=("people",), valid_from=date(2026, 1, 1), valid_to=date(2026, 6, 30))
    assert [agreement.in_force(day) for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1))] == [
        False,
        True,
        True,
        False,
    ]


def test_every_error_of_every_file_is_named_at_once(tmp_path: Path) -> None:
    shutil.copytree(BUILT_IN, tmp_path, dirs_exist_ok=True)
    dudley, walsall = tmp_path / "dudley.yml", tmp_path / "walsall.yml"
    dudley.write_text(dudley.read_text().replace("gss: E08000027", "gss: nowhere").replace("due_day: 5", "due_day: 41") + "colour: blue\n")
    walsall.write_text(walsall.read_text().replace("feeds: [people,", "feeds: [people, horoscopes, offences,"))
    (tmp_path / "torn.yml").write_text("code: [torn")
    (tmp_path / "lost.yml").write_text((tmp_path / "coventry.yml").read_text())
    with pytest.raises(WholefamilyError) as caught:
        partners.load(tmp_path)
    told = str(caught.value)
    for expected in (
        "dudley.yml: gss",
        "dudley.yml: due_day",
        "dudley.yml: colour",
        "horoscopes",
        "offences",
        "torn.yml",
        "lost.yml: code is 'coventry'",
    ):
        assert expected in told, expected


def test_an_empty_folder_is_said_to_be_empty(tmp_path: Path) -> None:
    with pytest.raises(WholefamilyError, match="no partner file"):
        partners.load(tmp_path)


def test_an_address_is_filled_in_by_the_deployment(tmp_path: Path) -> None:
    account = partners.load(BUILT_IN)["sandwell"].sftp
    variables = {"SFTP_HOST": "127.0.0.1", "SFTP_PORT": "2222", "SFTP_HOST_KEY": "ssh-ed25519 AAAA"}
    resolved = account.resolve(variables)
    assert (resolved.host, resolved.port, resolved.username, resolved.host_key) == ("127.0.0.1", 2222, "sandwell", "ssh-ed25519 AAAA")
    with pytest.raises(WholefamilyError, match="SFTP_HOST_KEY"):
        account.resolve({"SFTP_HOST": "127.0.0.1", "SFTP_PORT": "2222"})


@pytest.mark.parametrize(
    ("certificate", "told"),
    [
        ("nonsense", "the partner's public certificate is expected"),
        (str(Tsk.generate("sandwell")), "the partner's public certificate is expected"),
        (str(CERTIFICATE)[:400], "is not one whole OpenPGP certificate"),
        (str(CERTIFICATE) * 2, "is not one whole OpenPGP certificate"),
        ("${SANDWELLS_CERTIFICATE}", "the partner's public certificate is expected"),
    ],
    ids=["nonsense", "private-key", "torn", "two", "unknown-name"],
)
def test_a_wrong_certificate_is_named_with_the_other_errors(tmp_path: Path, certificate: str, told: str) -> None:
    shutil.copytree(BUILT_IN, tmp_path, dirs_exist_ok=True)
    _change(tmp_path / "sandwell.yml", certificate=certificate)
    _change(tmp_path / "dudley.yml", due_day=41)
    with pytest.raises(WholefamilyError) as caught:
        partners.load(tmp_path)
    lines = str(caught.value).splitlines()
    assert any(line.startswith("sandwell.yml: certificate: ") and told in line for line in lines), lines
    assert any(line.startswith("dudley.yml: due_day: ") for line in lines), lines
    assert "PRIVATE" not in str(caught.value)


def test_a_revoked_certificate_is_wrong(tmp_path: Path) -> None:
    key = Tsk.generate("sandwell")
    revoked = key.extract_certificate()
    shutil.copytree(BUILT_IN, tmp_path, dirs_exist_ok=True)
    _change(tmp_path / "sandwell.yml", certificate=armor(bytes(revoked) + bytes(revoked.revoke(key.certifier())), ArmorKind.PublicKey))
    with pytest.raises(WholefamilyError, match="is revoked"):
        partners.load(tmp_path)


def test_where_encryption_is_required_there_is_a_certificate(tmp_path: Path) -> None:
    shutil.copytree(BUILT_IN, tmp_path, dirs_exist_ok=True)
    _change(tmp_path / "sandwell.yml", encryption="required")
    with pytest.raises(WholefamilyError, match=r"sandwell\.yml: certificate: .*encryption is required"):
        partners.load(tmp_path)
    _change(tmp_path / "sandwell.yml", certificate=str(CERTIFICATE))
    assert partners.load(tmp_path)["sandwell"].certificate == str(CERTIFICATE)


def _change(path: Path, **fields: object) -> None:
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **fields}))

"""The dialects of the built-in partners, and the canonical one from each of them."""

import gzip

import pytest
from tests.integration.door.conftest import Sender, SftpHost

from wholefamily.settings import Settings

CANONICAL = """person_ref,given_name,family_name,date_of_birth,sex,resident_from
P1,Zoë,Baker,1980-02-03,2,2020-01-31
P2,Bob,"O'Neill, Jr",,1,2020-01-31
"""
SEMICOLON = """person_ref;given_name;family_name;date_of_birth;sex;resident_from
P1;Zoë;Baker;03/02/1980;2;31/01/2020
P2;Bob;O'Neill, Jr;;1;31/01/2020
"""
CASE_SYSTEM = """PersonID,Forename,Surname,DOB,Gender,MovedIn
P1,Zoë,Baker,1980-02-03,F,2020-01-31
P2,Bob,"O'Neill, Jr",,M,2020-01-31
"""
LOADED = [("P1", "Zoë", "Baker", "1980-02-03", "2", "2020-01-31", 2), ("P2", "Bob", "O'Neill, Jr", None, "1", "2020-01-31", 3)]
IN_RAW = "select person_ref, given_name, family_name, date_of_birth, sex, resident_from, _line from raw.people order by _line"


@pytest.mark.parametrize(
    ("code", "name", "content"),
    [
        ("birmingham", "people.csv", SEMICOLON.encode()),
        ("coventry", "people.csv.gz", gzip.compress(CANONICAL.encode())),
        ("dudley", "people.csv", CANONICAL.replace("\n", "\r\n").encode()),
        ("solihull", "people.csv", CASE_SYSTEM.encode("cp1252")),
        ("walsall", "people.csv", CANONICAL.encode("utf-8-sig")),
        ("wolverhampton", "people.csv", CANONICAL.encode()),
    ],
)
def test_a_partner_s_own_dialect_gives_the_same_rows(
    code: str, name: str, content: bytes, door_settings: Settings, sftp_host: SftpHost
) -> None:
    sender = Sender(code, sftp_host.root, door_settings)
    sender.send({name: content}, dialect=None, rows={name: 2})
    assert sender.ingest()["status"] == "accepted"
    assert sender.rows(IN_RAW) == LOADED


@pytest.mark.parametrize("code", ["birmingham", "coventry", "solihull", "walsall"])
@pytest.mark.parametrize("name", ["people.csv", "people.csv.gz"])
def test_every_partner_may_always_send_the_canonical_dialect(code: str, name: str, door_settings: Settings, sftp_host: SftpHost) -> None:
    sender = Sender(code, sftp_host.root, door_settings)
    content = CANONICAL.encode()
    sender.send({name: gzip.compress(content) if name.endswith(".gz") else content}, dialect="canonical")
    assert sender.ingest()["status"] == "accepted"
    assert sender.rows(IN_RAW) == LOADED


def test_one_partner_s_dialect_is_unknown_to_another(sandwell: Sender) -> None:
    sandwell.send({"people.csv": SEMICOLON}, dialect="semicolon")
    receipt = sandwell.ingest()
    assert (receipt["status"], [reason["rule"] for reason in receipt["reasons"]]) == ("refused", ["unknown_dialect"])

"""A partner's server that is down, is another one, or does not let us in: one clear line each, and nothing changed."""

from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import asyncssh
import pytest
from tests.conftest import free_port
from tests.integration.door.conftest import Sender, SftpHost

from wholefamily import door
from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings

PEOPLE = "person_ref,given_name,family_name,resident_from\nP1,Ann,Baker,2020-01-01\n"


def _fails(sender: Sender, settings: Settings, text: str) -> None:
    with pytest.raises(WholefamilyError, match=text) as failure:
        door.has_new_drop(settings, sender.partner, "2026-10")
    assert "\n" not in str(failure.value)
    assert failure.value.__cause__ is None
    assert sender.rows("select from quality.arrival") == []


def test_a_server_that_is_down(sandwell: Sender) -> None:
    _fails(
        sandwell,
        sandwell.settings.model_copy(update={"sftp_port": free_port()}),
        "sandwell: SFTP server .* is not reachable: ask the partner",
    )


def test_something_else_on_its_port(sandwell: Sender) -> None:
    settings = sandwell.settings.model_copy(update={"sftp_port": sandwell.settings.warehouse_port})
    _fails(sandwell, settings, "sandwell: SFTP server .* ask the partner whether it is up")


@pytest.mark.parametrize("algorithm", ["ssh-ed25519", "ecdsa-sha2-nistp256"])
def test_another_host_key_than_the_pinned_one(sandwell: Sender, algorithm: str) -> None:
    other = asyncssh.generate_private_key(algorithm).export_public_key().decode().strip()
    _fails(sandwell, sandwell.settings.model_copy(update={"sftp_host_key": other}), "is not the one whose host key is pinned")


def test_a_key_that_the_server_refuses(sandwell: Sender) -> None:
    secret = sandwell.settings.secret_path("sftp_sandwell")
    secret.write_bytes(asyncssh.generate_private_key("ssh-ed25519").export_private_key())
    _fails(sandwell, sandwell.settings, "sandwell: SFTP server .* refuses our key")


def test_a_secret_that_is_no_key(sandwell: Sender) -> None:
    sandwell.settings.secret_path("sftp_sandwell").write_text("password123")
    _fails(sandwell, sandwell.settings, "is not a private key")


def test_a_secret_that_is_missing(sandwell: Sender) -> None:
    sandwell.settings.secret_path("sftp_sandwell").unlink()
    _fails(sandwell, sandwell.settings, "secret 'sftp_sandwell' is missing")


def test_a_second_run_on_the_same_partner_waits_its_turn(sandwell: Sender) -> None:
    sandwell.send({"people.csv": PEOPLE})
    with ThreadPoolExecutor(2) as pool:
        first, second = [pool.submit(sandwell.collect) for _ in range(2)]
        assert first.result() == second.result()
    assert sandwell.rows("select count(*) from quality.arrival") == [(1,)]


@pytest.mark.parametrize("fault", ["broken", "cut"])
def test_a_transfer_that_breaks_off_is_taken_up_again(sandwell: Sender, sftp_host: SftpHost, fault: Literal["broken", "cut"]) -> None:
    header, row = PEOPLE.splitlines(keepends=True)
    sandwell.send({"people.csv": header + row * 60_000})
    sftp_host.server.fault = fault
    with pytest.raises(WholefamilyError, match="broke off: ask the partner whether it is up, then run again"):
        sandwell.collect()
    assert sandwell.rows("select from pg_tables where schemaname = 'landing' and tablename <> 'blank'") == []
    sftp_host.server.fault = None
    receipt = sandwell.ingest()
    assert (receipt["status"], receipt["files"][0]["rows_loaded"]) == ("accepted", 60_000)
    assert sandwell.rows("select count(*) from quality.arrival") == [(1,)]


def test_a_server_that_answers_with_less_than_was_asked_for(sandwell: Sender, sftp_host: SftpHost) -> None:
    header, row = PEOPLE.splitlines(keepends=True)
    sandwell.send({"people.csv": header + row * 5_000})
    sftp_host.server.fault = "short"
    assert sandwell.ingest()["status"] == "accepted", "the sha256 is that of the whole file"

"""A partner's server that is down, is another one, or does not let us in: one clear line each, and nothing changed."""

from concurrent.futures import ThreadPoolExecutor

import asyncssh
import pytest
from tests.conftest import free_port
from tests.integration.door.conftest import Sender

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
    _fails(sandwell, sandwell.settings.model_copy(update={"sftp_port": free_port()}), "is not reachable .* run again")


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
    _fails(sandwell, sandwell.settings, "refuses the key of sandwell: .* secret sftp_sandwell")


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

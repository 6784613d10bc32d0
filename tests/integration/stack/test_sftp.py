"""The partners' SFTP accounts, as a partner and as an intruder meet them: a real server process, paramiko as the client."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import paramiko
import pytest
from tests.conftest import free_port

from wholefamily import partners
from wholefamily.demo import secrets, stack
from wholefamily.demo.processes import Processes, answers
from wholefamily.settings import Settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of a running SFTP server with an account for each partner."""
    settings = Settings(home_dir=tmp_path_factory.mktemp("sftp"), port_base=free_port() - 3)
    known = partners.load(settings.partners_dir)
    secrets.make(settings.home_dir / "secrets", known)
    processes = Processes(settings.home_dir / "stack.json")
    server = stack.sftp_service(settings, known)
    processes.start(server)
    processes.wait_until(partial(answers, settings.port_base + 3), server, 60)
    yield settings
    processes.stop(["sftp"])


def connect(settings: Settings, account: str, key: str) -> paramiko.Transport:
    """Log in as ``account`` with the key of the partner ``key``; the host key is pinned."""
    transport = paramiko.Transport(("127.0.0.1", settings.port_base + 3))
    transport.start_client(timeout=30)
    assert f"ssh-ed25519 {transport.get_remote_server_key().get_base64()}" == settings.secret("sftp_host_key.pub")
    try:
        transport.auth_publickey(account, paramiko.Ed25519Key.from_private_key(io.StringIO(settings.secret(f"sftp_{key}"))))
    except Exception:
        transport.close()
        raise
    return transport


@contextmanager
def folder(settings: Settings, account: str) -> Iterator[paramiko.SFTPClient]:
    transport = connect(settings, account, account)
    client = paramiko.SFTPClient.from_transport(transport)
    assert client is not None
    yield client
    transport.close()


def test_every_partner_finds_its_own_two_folders(settings: Settings) -> None:
    for code in partners.load(settings.partners_dir):
        with folder(settings, code) as client:
            assert sorted(client.listdir("/")) == ["inbound", "outbound"]


def test_what_one_partner_writes_no_other_can_read(settings: Settings) -> None:
    with folder(settings, "dudley") as client:
        client.putfo(io.BytesIO(b"theirs"), "/outbound/people.csv")
    with folder(settings, "walsall") as client:
        for path in ("/outbound/people.csv", "../dudley/outbound/people.csv", "/../../dudley/outbound/people.csv"):
            with pytest.raises(FileNotFoundError):
                client.stat(path)
    assert (settings.home_dir / "sftp/dudley/outbound/people.csv").read_bytes() == b"theirs"


def test_a_file_can_be_written_under_a_temporary_name_and_renamed(settings: Settings) -> None:
    with folder(settings, "evaluator") as client:
        client.putfo(io.BytesIO(b"{}"), "/inbound/.manifest.json.part")
        client.posix_rename("/inbound/.manifest.json.part", "/inbound/manifest.json")
        assert client.listdir("/inbound") == ["manifest.json"]


@pytest.mark.parametrize(("account", "key"), [("dudley", "walsall"), ("nobody", "dudley")])
def test_another_key_or_an_unknown_account_is_refused(settings: Settings, account: str, key: str) -> None:
    with pytest.raises(paramiko.AuthenticationException):
        connect(settings, account, key)


def test_a_password_is_not_even_asked_for(settings: Settings) -> None:
    transport = paramiko.Transport(("127.0.0.1", settings.port_base + 3))
    transport.start_client(timeout=30)
    with pytest.raises(paramiko.BadAuthenticationType) as refused:
        transport.auth_password("dudley", "dudley")
    assert refused.value.allowed_types == ["publickey"]
    transport.close()


@pytest.mark.parametrize("target", ["file", "folder"])
def test_a_link_out_of_the_folder_leads_nowhere(settings: Settings, tmp_path: Path, target: str) -> None:
    (tmp_path / "secret.csv").write_text("not theirs")
    link = settings.home_dir / "sftp" / "solihull" / "outbound" / target
    link.symlink_to(tmp_path / "secret.csv" if target == "file" else tmp_path)
    path = f"/outbound/{target}" if target == "file" else f"/outbound/{target}/secret.csv"
    with folder(settings, "solihull") as client:
        with pytest.raises(PermissionError):
            client.open(path).read()
        with pytest.raises(PermissionError):
            client.putfo(io.BytesIO(b"changed"), path, confirm=False)
        assert target in client.listdir("/outbound")
    assert (tmp_path / "secret.csv").read_text() == "not theirs"


def test_no_link_can_be_made(settings: Settings) -> None:
    with folder(settings, "solihull") as client, pytest.raises(OSError, match="no links"):
        client.symlink("/etc/passwd", "/outbound/link")


def test_there_is_no_shell_and_no_way_through(settings: Settings) -> None:
    transport = connect(settings, "dudley", "dudley")
    channel = transport.open_session(timeout=30)
    with pytest.raises(paramiko.SSHException):
        channel.exec_command("id")
    with pytest.raises(paramiko.ChannelException):
        transport.open_channel("direct-tcpip", ("127.0.0.1", settings.port_base), ("127.0.0.1", 0), timeout=30)
    transport.close()

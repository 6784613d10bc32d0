"""The door before a real OpenSSH server: keys and host keys, taking a drop, receipts, and a server that goes and comes back.

As root the server serves the account ``nobody`` in a chroot, as a partner's would; else the account that runs the tests.
"""

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import asyncssh
import psutil
import pytest
from tests.conftest import free_port
from tests.faults.proxy import Proxy, until
from tests.integration.door.conftest import Sender

from wholefamily import door
from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings

_SSHD = shutil.which("sshd") or "/usr/sbin/sshd"
pytestmark = pytest.mark.skipif(not Path(_SSHD).exists(), reason="no sshd: install Debian's openssh-server, as .ci/run does")

HEADER, ROW = "person_ref,given_name,family_name,resident_from\n", "P1,Ann,Baker,2020-01-01\n"
PEOPLE = HEADER + ROW


class OpenSsh:
    """An sshd on a port of its own, with all that it reads in one folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.account = "nobody" if os.geteuid() == 0 else getpass.getuser()
        self.root = home / "sftp"
        self._process: subprocess.Popen[bytes] | None = None
        for folder in ("outbound", "inbound"):
            (self.root / "sandwell" / folder).mkdir(parents=True)
        self.make_writable()
        for name in ("host", "other_host", "client", "other_client"):
            key = asyncssh.generate_private_key("ssh-ed25519")
            key.write_private_key(home / name)
            (home / name).chmod(0o600)
            key.write_public_key(home / f"{name}.pub")
        shutil.copy(home / "client.pub", home / "authorized_keys")
        (home / "authorized_keys").chmod(0o644)
        (home / "sshd_config").write_text(self._configuration())

    def make_writable(self) -> None:
        if os.geteuid() == 0:
            shutil.chown(self.root / "sandwell" / "inbound", self.account)

    def _configuration(self) -> str:
        folder = self.root / "sandwell"
        place = (
            f"ChrootDirectory {folder}\nForceCommand internal-sftp -d /" if os.geteuid() == 0 else f"ForceCommand internal-sftp -d {folder}"
        )
        # It would take a password, and it says all that is asked of it.
        return f"""ListenAddress 127.0.0.1:{self.port}
HostKey {self.home / "host"}
PidFile none
UsePAM no
PasswordAuthentication yes
AuthorizedKeysFile {self.home / "authorized_keys"}
StrictModes no
LogLevel DEBUG1
Subsystem sftp internal-sftp
{place}
"""

    @property
    def log(self) -> str:
        return (self.home / "log").read_text()

    def start(self) -> None:
        self._process = subprocess.Popen([_SSHD, "-D", "-f", str(self.home / "sshd_config"), "-E", str(self.home / "log")])
        until(self._answers)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        """End the server and every session of it."""
        if self._process is not None:
            sessions = psutil.Process(self._process.pid).children(recursive=True)
            self._process.terminate()
            self._process.wait(30)
            for session in sessions:
                with suppress(psutil.NoSuchProcess):
                    session.kill()
            self._process = None


def _is_safe_for_a_chroot(folder: Path) -> bool:
    return all(path.stat().st_uid == 0 and not path.stat().st_mode & 0o022 for path in [folder, *folder.parents])


@pytest.fixture(scope="module")
def openssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenSsh]:
    home = tmp_path_factory.mktemp("openssh")
    made: list[Path] = []
    if os.geteuid() == 0:
        # sshd chroots only where nobody but root could have changed the way there, which excludes /tmp.
        parent = next((path for path in (Path("/run"), Path("/var/lib")) if _is_safe_for_a_chroot(path)), None)
        if parent is None:
            pytest.skip("no folder from which sshd would chroot: /run and /var/lib are not root's alone")
        home = Path(tempfile.mkdtemp(prefix="wholefamily-test-", dir=parent))
        home.chmod(0o755)
        made.append(home)
        separation = Path("/run/sshd")
        if not separation.exists():  # sshd's own empty folder, which Debian makes when the service is started
            separation.mkdir(mode=0o755)
            made.append(separation)
    server = OpenSsh(home)
    server.start()
    yield server
    server.stop()
    for folder in made:
        shutil.rmtree(folder)


@pytest.fixture
def sandwell(warehouse: Settings, openssh: OpenSsh, tmp_path: Path) -> Sender:
    """Sandwell's account on that server, empty; its partner file names the server's account."""
    openssh.make_writable()
    for folder in ("outbound", "inbound"):
        for path in (openssh.root / "sandwell" / folder).iterdir():
            shutil.rmtree(path)
    partners = tmp_path / "partners"
    partners.mkdir()
    text = (warehouse.partners_dir / "sandwell.yml").read_text()
    assert "username: sandwell" in text
    (partners / "sandwell.yml").write_text(text.replace("username: sandwell", f"username: {openssh.account}"))
    secrets = warehouse.home_dir / "secrets"
    (secrets / "sftp_sandwell").write_bytes((openssh.home / "client").read_bytes())
    (secrets / "sftp_host_key.pub").write_bytes((openssh.home / "host.pub").read_bytes())
    settings = warehouse.model_copy(update={"partners_dir": partners, "sftp_port": openssh.port})
    return Sender("sandwell", openssh.root, settings)


def test_a_drop_is_taken_and_receipted_once(sandwell: Sender) -> None:
    sandwell.send({"people.csv": HEADER + ROW * 20_000})
    receipt = sandwell.ingest()
    assert (receipt["status"], receipt["files"][0]["rows_received"]) == ("accepted", 20_000)
    inbound = sandwell.root / "inbound" / "2026-10"
    assert sorted(path.name for path in inbound.rglob("*")) == ["receipt-r1.json"], "and no temporary name is left"
    assert not door.has_new_drop(sandwell.settings, sandwell.partner, "2026-10")


def test_another_host_key_is_refused_before_anything_is_sent(sandwell: Sender, openssh: OpenSsh) -> None:
    (sandwell.settings.home_dir / "secrets" / "sftp_host_key.pub").write_bytes((openssh.home / "other_host.pub").read_bytes())
    before = len(openssh.log)
    with pytest.raises(WholefamilyError, match="is not the one whose host key is pinned: nothing was sent to it") as failure:
        sandwell.collect()
    assert "\n" not in str(failure.value)
    told = openssh.log[before:]
    assert "Connection from" in told
    assert "userauth-request" not in told, "not even the account's name"


def test_another_client_key_is_refused_and_no_password_is_tried(sandwell: Sender, openssh: OpenSsh) -> None:
    sandwell.settings.secret_path("sftp_sandwell").write_bytes((openssh.home / "other_client").read_bytes())
    before = len(openssh.log)
    with pytest.raises(WholefamilyError, match="refuses our key: check username"):
        sandwell.collect()
    told = openssh.log[before:]
    assert "method publickey" in told
    assert "method password" not in told
    assert "method keyboard-interactive" not in told


def test_an_inbound_folder_that_may_not_be_written_is_told_and_tried_again(sandwell: Sender, openssh: OpenSsh) -> None:
    sandwell.send({"people.csv": PEOPLE})
    inbound = openssh.root / "sandwell" / "inbound"
    if os.geteuid() == 0:
        shutil.chown(inbound, "root")
    else:
        inbound.chmod(0o500)
    arrival = sandwell.collect()
    door.load(sandwell.settings, arrival)
    door.decide(sandwell.settings, arrival)
    try:
        with pytest.raises(WholefamilyError, match="denies a file or folder") as failure:
            door.send_receipt(sandwell.settings, arrival)
        assert "\n" not in str(failure.value)
    finally:
        inbound.chmod(0o755)
        openssh.make_writable()
    assert door.has_new_drop(sandwell.settings, sandwell.partner, "2026-10"), "its sender was not told yet"
    door.send_receipt(sandwell.settings, arrival)
    assert sandwell.receipt()["status"] == "accepted"


def test_a_file_that_we_may_not_read_is_told_by_its_server(sandwell: Sender) -> None:
    folder = sandwell.send({"people.csv": PEOPLE})
    (folder / "people.csv").chmod(0o000)
    with pytest.raises(WholefamilyError, match="denies a file or folder"):
        sandwell.collect()
    (folder / "people.csv").chmod(0o644)
    assert sandwell.ingest()["status"] == "accepted"


def test_a_connection_that_is_cut_halfway_is_taken_up_again(sandwell: Sender, openssh: OpenSsh) -> None:
    sandwell.send({"people.csv": HEADER + ROW * 60_000})
    with Proxy(openssh.port) as proxy:
        proxy.cut, proxy.n_cuts = ("down", 700_000), 1
        sandwell.settings = sandwell.settings.model_copy(update={"sftp_port": proxy.port})
        with suppress(WholefamilyError):  # or it goes on by itself
            sandwell.collect()
        assert proxy.n_cuts == 0
        receipt = sandwell.ingest()
    assert (receipt["status"], receipt["files"][0]["rows_loaded"]) == ("accepted", 60_000)
    assert sandwell.rows("select count(*) from quality.arrival") == [(1,)]


def test_a_server_that_is_restarted_between_two_steps(sandwell: Sender, openssh: OpenSsh) -> None:
    sandwell.send({"people.csv": PEOPLE})
    arrival = sandwell.collect()
    openssh.stop()
    try:
        with pytest.raises(WholefamilyError, match="is not reachable: ask the partner whether it is up"):
            sandwell.collect()
    finally:
        openssh.start()
    door.load(sandwell.settings, arrival)
    door.decide(sandwell.settings, arrival)
    door.send_receipt(sandwell.settings, arrival)
    assert sandwell.receipts() == ["receipt-r1.json"]

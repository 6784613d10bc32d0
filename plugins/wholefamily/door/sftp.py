"""A partner's SFTP account: listing, streaming that outlives a cut line, and writing so that a reader never sees half a file.

The host key is pinned in the partner file; there is no agent, no password and no key but the partner's own.
"""

import base64
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import paramiko

from wholefamily.door.ahead import ReadsAhead
from wholefamily.errors import WholefamilyError
from wholefamily.partners import Partner, Sftp
from wholefamily.settings import Settings

_STALL_SECONDS = 60.0  # without a single byte from the server
_KEEPALIVE_SECONDS = 15
_PAUSES_SECONDS = (0.1, 0.5, 2.0)  # before each try to continue a transfer
_PROGRESS_BYTES = 16 << 20  # once a line has carried so much, its tries count anew


class Entry(NamedTuple):
    """A name in a folder. A link is neither file nor folder: it may lead anywhere."""

    name: str
    size: int
    modified: int
    is_file: bool
    is_folder: bool


class _ChangedError(OSError):
    """A file is not the one that was listed any more."""


_FINAL = (FileNotFoundError, PermissionError, _ChangedError, paramiko.BadHostKeyException, paramiko.AuthenticationException)
"""What trying again cannot mend."""


class _Client(paramiko.SFTPClient):
    """Takes names of any bytes: paramiko's own lists nothing of a folder in which one name is no UTF-8."""

    def _request(self, kind: Any, *arg: Any) -> Any:
        kind, message = super()._request(kind, *arg)  # type: ignore[misc]  # its stubs leave it out
        message.get_text = lambda: message.get_string().decode("utf-8", "surrogateescape")
        return kind, message


class Account:
    """An SFTP session with a partner's server. Its methods raise OSError, EOFError or SSHException; ``connect`` words them for a person."""

    def __init__(self, address: Sftp, key: paramiko.PKey) -> None:
        self._address = address
        self._key = key
        self._ssh: paramiko.SSHClient | None = None
        self._open_client: paramiko.SFTPClient | None = None

    @property
    def _client(self) -> paramiko.SFTPClient:
        """The session's client; one that was closed is opened anew."""
        if self._open_client is None:
            self._ssh = paramiko.SSHClient()
            _open(self._ssh, self._address, self._key)
            transport = self._ssh.get_transport()
            client = _Client.from_transport(transport) if transport is not None else None
            if transport is None or client is None:
                raise EOFError
            transport.set_keepalive(_KEEPALIVE_SECONDS)
            if (channel := client.get_channel()) is not None:
                channel.settimeout(_STALL_SECONDS)
            self._open_client = client
        return self._open_client

    def close(self) -> None:
        """Leave the server, without waiting for its answer."""
        if self._ssh is not None:
            self._ssh.close()
        self._ssh = self._open_client = None

    def entries(self, folder: str) -> list[Entry]:
        """What a folder holds, by name; nothing where there is no such folder, or a link to one in a folder below the account's own."""
        try:
            if "/" in folder and stat.S_ISLNK(self._client.lstat(folder).st_mode or 0):
                return []
            found = self._client.listdir_attr(folder)
        except FileNotFoundError:
            return []
        return sorted(_entry(attributes) for attributes in found)

    def chunks(self, path: str, size: int) -> Iterator[bytes]:
        """A file of ``size`` bytes, as listed, in pieces of at most 32 KiB with as many reads ahead as keep the line full.

        Where the line is cut or stalls, another is opened and the file continued where it stopped, as long as its size and time
        are what they were. After some tries in a row without progress what went wrong is raised.
        """
        offset = begun_at = n_cuts = 0
        modified: int | None = None
        while True:
            try:
                file = self._client.open(path, "rb")
                modified = _unchanged(file.stat(), size, modified)
                for chunk in ReadsAhead(self._client, file.handle, offset, size):
                    offset += len(chunk)
                    yield chunk
                file.close()
                return
            except _FINAL:
                raise
            except (paramiko.SSHException, OSError, EOFError):
                # Not left to `with`: on a line that is dead, closing the file would wait for an answer.
                self.close()
                n_cuts = 0 if offset - begun_at >= _PROGRESS_BYTES else n_cuts
                if n_cuts == len(_PAUSES_SECONDS):
                    raise
                time.sleep(_PAUSES_SECONDS[n_cuts])
                n_cuts, begun_at = n_cuts + 1, offset

    def read(self, path: str, limit: int) -> bytes:
        """A small file. Never reads more than ``limit`` + 1 bytes."""
        with self._client.open(path, "rb") as file:
            return file.read(limit + 1)

    def write(self, path: str, content: bytes) -> None:
        """Write a file under a temporary name and rename it, so that it is there whole or not at all. Makes its folders."""
        folder, _, name = path.rpartition("/")
        self._make_folders(folder)
        temporary = f"{folder}/.{name}.part"
        with self._client.open(temporary, "wb") as file:
            file.write(content)
        self._client.posix_rename(temporary, path)

    def holds_other(self, path: str, content: bytes) -> bool:
        """Whether there is a file at ``path`` with another content."""
        try:
            return self.read(path, len(content)) != content
        except FileNotFoundError:
            return False

    def _make_folders(self, folder: str) -> None:
        parts = folder.split("/")
        for depth in range(1, len(parts) + 1):
            path = "/".join(parts[:depth])
            try:
                self._client.stat(path)
            except FileNotFoundError:
                self._client.mkdir(path)


def _unchanged(found: paramiko.SFTPAttributes, size: int, modified: int | None) -> int | None:
    """The time of a file that is about to be read from. Raises _ChangedError when its size, or the time seen before, is another."""
    if found.st_size != size or (modified is not None and found.st_mtime != modified):
        raise _ChangedError
    return found.st_mtime


def _entry(attributes: paramiko.SFTPAttributes) -> Entry:
    mode = attributes.st_mode or 0
    return Entry(attributes.filename, attributes.st_size or 0, attributes.st_mtime or 0, stat.S_ISREG(mode), stat.S_ISDIR(mode))


@contextmanager
def connect(settings: Settings, partner: Partner) -> Iterator[Account]:
    """The partner's account. Raises WholefamilyError when the server is down, is not the pinned one, or refuses our key."""
    address = partner.sftp.resolve(settings.sftp_variables())
    account = Account(address, _private_key(settings, partner))
    with _worded(partner.code, address):
        try:
            yield account
        finally:
            account.close()


def _open(ssh: paramiko.SSHClient, address: Sftp, key: paramiko.PKey) -> None:
    host, port = address.host, int(address.port)
    kind, _, encoded = address.host_key.strip().partition(" ")
    pinned = paramiko.PKey.from_type_string(kind, base64.b64decode(encoded.split()[0]))
    ssh.get_host_keys().add(host if port == paramiko.config.SSH_PORT else f"[{host}]:{port}", kind, pinned)
    ssh.set_missing_host_key_policy(paramiko.RejectPolicy())
    try:
        ssh.connect(
            host,
            port,
            address.username,
            pkey=key,
            allow_agent=False,
            look_for_keys=False,
            timeout=15,
            banner_timeout=15,
            auth_timeout=15,
            channel_timeout=15,
        )
    except paramiko.AuthenticationException as error:
        # paramiko says this too of a line that was cut, or fell silent, before the server had judged our key.
        if "shut down" in str(error) or "timeout" in str(error):
            raise EOFError from None
        raise


def _private_key(settings: Settings, partner: Partner) -> paramiko.PKey:
    path = settings.secret_path(f"sftp_{partner.code}")
    try:
        return paramiko.PKey.from_path(path)
    except (paramiko.SSHException, paramiko.pkey.UnknownKeyType, ValueError):
        raise WholefamilyError(
            f"{path} is not a private key that we can use: put {partner.code}'s SFTP key there, without passphrase"
        ) from None


@contextmanager
def _worded(partner: str, address: Sftp) -> Iterator[None]:
    """Turn what paramiko raises into one line for a person. Nothing of the sender's is quoted."""
    try:
        yield
    except (paramiko.SSHException, OSError, EOFError) as error:
        raise WholefamilyError(f"{partner}: SFTP server {address.host}:{address.port} {_what_is_wrong(error)}") from None


def _what_is_wrong(error: Exception) -> str:
    # RejectPolicy's words, where the server has shown a key of another type than the pinned one.
    if isinstance(error, paramiko.BadHostKeyException) or "not found in known_hosts" in str(error):
        return (
            "is not the one whose host key is pinned: nothing was sent to it; check with the partner before changing host_key in its file"
        )
    if isinstance(error, paramiko.AuthenticationException):
        return "refuses our key: check username in the partner's file, and that the partner knows the key that is the secret sftp_<partner>"
    if isinstance(error, PermissionError | FileNotFoundError | _ChangedError):
        return "denies a file or folder, or has lost or changed it while we read: run again; if it stays so, ask the partner"
    if isinstance(error, paramiko.ssh_exception.NoValidConnectionsError):
        return "is not reachable: ask the partner whether it is up, then run again"
    return "does not answer, or broke off: ask the partner whether it is up, then run again"


__all__ = ["Account", "Entry", "connect"]

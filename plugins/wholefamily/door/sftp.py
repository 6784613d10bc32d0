"""A partner's SFTP account: listing, streaming, and writing so that a reader never sees half a file.

The host key is pinned in the partner file; there is no agent, no password and no key but the partner's own.
"""

import base64
import stat
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import paramiko
from paramiko.message import Message
from paramiko.sftp import CMD_DATA, CMD_READ, int64

from wholefamily.errors import WholefamilyError
from wholefamily.partners import Partner, Sftp
from wholefamily.settings import Settings

_TIMEOUT_SECONDS = 60.0
_READ_BYTES = 32768  # the most that every server answers in one piece
_READS_AHEAD = 64


class Entry(NamedTuple):
    """A name in a folder. A link is neither file nor folder: it may lead anywhere."""

    name: str
    size: int
    modified: int
    is_file: bool
    is_folder: bool


class Account:
    """An open SFTP session. Its methods raise OSError, EOFError or SSHException; ``connect`` words them for a person."""

    def __init__(self, client: paramiko.SFTPClient) -> None:
        self._client = client

    def entries(self, folder: str) -> list[Entry]:
        """What a folder holds, by name; nothing where there is no such folder."""
        try:
            found = self._client.listdir_attr(folder)
        except FileNotFoundError:
            return []
        return sorted(_entry(attributes) for attributes in found)

    def chunks(self, path: str, size: int) -> Iterator[bytes]:
        """The first ``size`` bytes of a file, as listed, in pieces of at most 32 KiB with as many reads ahead as keep the line full."""
        with self._client.open(path, "rb") as file:
            yield from _Ahead(self._client, file.handle, size)

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


class _Ahead:
    """Reads of one file with several requests under way.

    paramiko's own ``prefetch`` may fall back to one request at a time, and then keeps what it has fetched in memory
    (``_prefetch_done`` is set whenever the answers catch up with the thread that asks). Here one thread asks and listens.
    """

    def __init__(self, client: paramiko.SFTPClient, handle: object, size: int) -> None:
        self._client: Any = client  # its type stubs leave out what is used here
        self._handle = handle
        self._size = size
        self._under_way: deque[tuple[int, int, int]] = deque()
        self._answers: dict[int, bytes] = {}

    def __iter__(self) -> Iterator[bytes]:
        asked = 0
        while asked < self._size or self._under_way:
            while asked < self._size and len(self._under_way) < _READS_AHEAD:
                length = min(_READ_BYTES, self._size - asked)
                self._under_way.append(self._ask(asked, length))
                asked += length
            number, offset, length = self._under_way.popleft()
            while number not in self._answers:
                self._client._read_response()
            data = self._answers.pop(number)
            if len(data) < length:  # a server may answer with less: ask for the rest before anything else
                self._under_way.appendleft(self._ask(offset + len(data), length - len(data)))
            yield data

    def _ask(self, offset: int, length: int) -> tuple[int, int, int]:
        number = self._client._async_request(self, CMD_READ, self._handle, int64(offset), length)
        return number, offset, length

    def _async_response(self, kind: int, message: Message, number: int) -> None:
        if kind != CMD_DATA:
            self._client._convert_status(message)  # raises what the server says
            raise EOFError
        self._answers[number] = message.get_string()


def _entry(attributes: paramiko.SFTPAttributes) -> Entry:
    mode = attributes.st_mode or 0
    return Entry(attributes.filename, attributes.st_size or 0, attributes.st_mtime or 0, stat.S_ISREG(mode), stat.S_ISDIR(mode))


@contextmanager
def connect(settings: Settings, partner: Partner) -> Iterator[Account]:
    """The partner's account. Raises WholefamilyError when the server is down, is not the pinned one, or refuses our key."""
    address = partner.sftp.resolve(settings.sftp_variables())
    with paramiko.SSHClient() as ssh, _worded(partner.code, address):
        _open(ssh, address, _private_key(settings, partner))
        with ssh.open_sftp() as client:
            channel = client.get_channel()
            if channel is not None:
                channel.settimeout(_TIMEOUT_SECONDS)
            yield Account(client)


def _open(ssh: paramiko.SSHClient, address: Sftp, key: paramiko.PKey) -> None:
    host, port = address.host, int(address.port)
    kind, _, encoded = address.host_key.strip().partition(" ")
    pinned = paramiko.PKey.from_type_string(kind, base64.b64decode(encoded.split()[0]))
    ssh.get_host_keys().add(host if port == paramiko.config.SSH_PORT else f"[{host}]:{port}", kind, pinned)
    ssh.set_missing_host_key_policy(paramiko.RejectPolicy())
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
    if isinstance(error, PermissionError | FileNotFoundError):
        return "denies a file or folder, or has lost it while we read: run again; if it stays so, ask the partner"
    if isinstance(error, paramiko.ssh_exception.NoValidConnectionsError):
        return "is not reachable: ask the partner whether it is up, then run again"
    return "does not answer, or broke off: ask the partner whether it is up, then run again"


__all__ = ["Account", "Entry", "connect"]

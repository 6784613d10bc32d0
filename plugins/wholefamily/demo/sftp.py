"""SFTP servers of the demo's partners: one process, one account a partner, each in a folder of its own, by key only.

``python -m wholefamily.demo.sftp <partner> …`` serves ``HOME_DIR/sftp/<partner>`` to each partner named.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import asyncssh

from wholefamily import settings as settings_module
from wholefamily.settings import Settings


class _Folder(asyncssh.SFTPServer):
    """A partner's folder, of which no path and no link leads out."""

    def __init__(self, channel: "asyncssh.SSHServerChannel[bytes]", root: Path) -> None:
        super().__init__(channel, chroot=os.fsencode(root.resolve()))
        self._top = root.resolve()

    def map_path(self, path: bytes) -> bytes:
        """The local path that a client's path stands for. Raises SFTPPermissionDenied when a link leads out of the folder."""
        mapped = super().map_path(path)
        if not Path(os.fsdecode(mapped)).resolve().is_relative_to(self._top):
            raise asyncssh.SFTPPermissionDenied("outside of this account's folder")
        return mapped

    def symlink(self, oldpath: bytes, newpath: bytes) -> None:  # noqa: ARG002
        """Refused: a drop holds files, and nothing that points elsewhere."""
        raise asyncssh.SFTPOpUnsupported("no links here")

    def link(self, oldpath: bytes, newpath: bytes) -> None:  # noqa: ARG002
        """Refused, as is ``symlink``."""
        raise asyncssh.SFTPOpUnsupported("no links here")


class _Door(asyncssh.SSHServer):
    """Lets an account in by its own key, and by nothing else."""

    def __init__(self, keys: Mapping[str, asyncssh.SSHAuthorizedKeys]) -> None:
        self._keys = keys
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Keep the connection, to say which keys it may use."""
        self._connection = conn

    def begin_auth(self, username: str) -> bool:
        """Demand a key of everyone; a name without an account has none that fits."""
        if self._connection is not None:
            self._connection.set_authorized_keys(self._keys.get(username))
        return True

    def password_auth_supported(self) -> bool:
        """No passwords."""
        return False


class SftpServer:
    """An SFTP server on 127.0.0.1; use it with ``async with``. It has no shell and forwards nothing.

    ``root`` holds a folder for each account; ``keys`` are the accounts' public keys, ``ssh-ed25519 AAAA…``, by account.
    """

    def __init__(self, root: Path, host_key: Path, keys: Mapping[str, str], port: int) -> None:
        self.root = root
        self.host_key = host_key
        self.port = port
        self._keys = {account: asyncssh.import_authorized_keys(key) for account, key in keys.items()}
        self._acceptor: asyncssh.SSHAcceptor | None = None

    async def __aenter__(self) -> Self:
        for account in self._keys:
            for folder in ("outbound", "inbound"):
                (self.root / account / folder).mkdir(parents=True, exist_ok=True)
        self._acceptor = await asyncssh.listen(
            "127.0.0.1",
            self.port,
            server_host_keys=[str(self.host_key)],
            server_factory=lambda: _Door(self._keys),
            sftp_factory=self._folder,
            allow_scp=False,
            allow_pty=False,
            agent_forwarding=False,
            x11_forwarding=False,
            keepalive_interval=30,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._acceptor is not None:
            self._acceptor.close()
            await self._acceptor.wait_closed()

    def _folder(self, channel: "asyncssh.SSHServerChannel[Any]") -> _Folder:
        account = channel.get_connection().get_extra_info("username")
        return _Folder(channel, self.root / account)


async def _serve(settings: Settings, partners: list[str]) -> None:
    keys = {partner: settings.secret(f"sftp_{partner}.pub") for partner in partners}
    async with SftpServer(settings.home_dir / "sftp", settings.secret_path("sftp_host_key"), keys, settings.port_base + 3):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(settings_module.load(), sys.argv[1:]))

"""A real SFTP server with an account for each partner, and a sender who writes drops there by hand."""

import asyncio
import gzip
import hashlib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import asyncssh
import pytest
from psycopg import sql
from tests.conftest import free_port

from wholefamily import door
from wholefamily import partners as partner_files
from wholefamily import warehouse as schemas
from wholefamily.demo.sftp import SftpServer, _Folder
from wholefamily.partners import Partner
from wholefamily.periods import is_day
from wholefamily.settings import Settings

SENDERS = ("birmingham", "coventry", "dudley", "sandwell", "solihull", "walsall", "west_midlands_police", "wolverhampton")


class _FaultyFolder(_Folder):
    """An account's folder whose reads go as ``FaultyServer.fault`` says."""

    def __init__(self, channel: "asyncssh.SSHServerChannel[bytes]", root: Path, server: "FaultyServer") -> None:
        super().__init__(channel, root)
        self._connection = channel.get_connection()
        self._server = server

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        self._server.opened.append(Path(os.fsdecode(path)).name)
        return super().open(path, pflags, attrs)

    def read(self, file_obj: object, offset: int, size: int) -> Any:
        fault = self._server.fault
        if fault == "short":
            return super().read(file_obj, offset, min(size, 1000))
        if fault and offset >= 1 << 20:
            if fault == "cut":
                self._connection.abort()
            raise asyncssh.SFTPFailure("broken")
        return super().read(file_obj, offset, size)


class FaultyServer(SftpServer):
    """The demo's SFTP server, on a bad day where a test says so."""

    fault: Literal["short", "broken", "cut"] | None = None
    opened: list[str]
    """The names of the files that were opened, for reading or writing; a test empties it."""

    def _folder(self, channel: "asyncssh.SSHServerChannel[Any]") -> _FaultyFolder:
        return _FaultyFolder(channel, self.root / channel.get_connection().get_extra_info("username"), self)


class SftpHost:
    """The partners' SFTP server, in a thread of its own. ``root`` holds what each account is shown."""

    server: FaultyServer

    def __init__(self, home: Path) -> None:
        self.root = home / "sftp"
        self.secrets = home / "keys"
        self.port = free_port()
        self.secrets.mkdir(parents=True)
        self.host_key = self._key("sftp_host_key")
        self._public = {account: self._key(f"sftp_{account}") for account in SENDERS}
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(30)

    def _key(self, name: str) -> str:
        key = asyncssh.generate_private_key("ssh-ed25519")
        (self.secrets / name).write_bytes(key.export_private_key())
        public = key.export_public_key().decode().strip()
        (self.secrets / f"{name}.pub").write_text(public)
        return public

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        FaultyServer.opened = []
        self.server = FaultyServer(self.root, self.secrets / "sftp_host_key", self._public, self.port)
        async with self.server:
            self._ready.set()
            await self._stop.wait()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(30)


class Sender:
    """A partner's side: writes drops into its folder, and reads what it was told."""

    def __init__(self, code: str, root: Path, settings: Settings) -> None:
        self.code = code
        self.root = root / code
        self.settings = settings
        self.partner: Partner = partner_files.load(settings.partners_dir)[code]

    def folder(self, period: str, revision: int) -> Path:
        return self.root / "outbound" / (f"daily/{period}" if is_day(period) else f"{period}/r{revision}")

    def send(
        self,
        files: Mapping[str, str | bytes],
        *,
        period: str = "2026-10",
        revision: int = 1,
        rows: Mapping[str, int] | None = None,
        **other: Any,
    ) -> Path:
        """Write a drop: ``files`` by name, text or bytes; the manifest last. ``other`` replaces fields of the manifest."""
        folder = self.folder(period, revision)
        folder.mkdir(parents=True, exist_ok=True)
        entries = []
        for name, content in files.items():
            written = content.encode() if isinstance(content, str) else content
            (folder / name).write_bytes(written)
            entries.append(
                {
                    "feed": name.split(".")[0],
                    "path": name,
                    "rows": rows[name] if rows and name in rows else _count(written),
                    "sha256": hashlib.sha256(written).hexdigest(),
                }
            )
        manifest = {
            "schema_version": 1,
            "sender": self.code,
            **({"date": period} if is_day(period) else {"period": period, "revision": revision}),
            "produced_at": "2026-11-02T03:10:00Z",
            "marking": "OFFICIAL-SENSITIVE",
            "agreement": "WM-TF-ISA",
            "gateway": "CDA1998-S115",
            "dialect": "canonical",
            "files": entries,
            **other,
        }
        self.write_manifest(json.dumps(manifest), period=period, revision=revision)
        return folder

    def write_manifest(self, text: str | bytes, *, period: str = "2026-10", revision: int = 1) -> None:
        folder = self.folder(period, revision)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "manifest.json").write_bytes(text.encode() if isinstance(text, str) else text)

    def touch(self, period: str = "2026-10", revision: int = 1) -> None:
        """Send the same again: new times, same bytes."""
        for path in self.folder(period, revision).iterdir():
            os.utime(path, (1_900_000_000, 1_900_000_000))

    def receipt(self, name: str = "receipt-r1.json", period: str = "2026-10") -> dict[str, Any]:
        told: dict[str, Any] = json.loads((self.root / "inbound" / period / name).read_text())
        return told

    def receipts(self, period: str = "2026-10") -> list[str]:
        """The names of all that stands in the partner's folder for a month."""
        return sorted(path.name for path in (self.root / "inbound" / period).glob("*"))

    def collect(self, period: str = "2026-10") -> int:
        return door.collect(self.settings, self.partner, period)

    def ingest(self, period: str = "2026-10") -> dict[str, Any]:
        """One run of the partner's DAG without the judging. Returns the receipt."""
        arrival_id = self.collect(period)
        door.load(self.settings, arrival_id)
        door.decide(self.settings, arrival_id)
        door.send_receipt(self.settings, arrival_id)
        with schemas.connect(self.settings) as connection:
            row = connection.execute("select receipt_path from quality.arrival where arrival_id = %s", [arrival_id]).fetchone()
        assert row is not None
        told: dict[str, Any] = json.loads((self.root / str(row[0])).read_text())
        return told

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with schemas.connect(self.settings) as connection:
            return connection.execute(sql.SQL(query), values).fetchall()  # type: ignore[arg-type]


def _count(content: bytes) -> int:
    text = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    return max(text.count(b"\n") - 1, 0)


@pytest.fixture(scope="session")
def sftp_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SftpHost]:
    host = SftpHost(tmp_path_factory.mktemp("host"))
    yield host
    host.stop()


@pytest.fixture
def door_settings(warehouse: Settings, sftp_host: SftpHost) -> Settings:
    """Settings of an empty warehouse, empty SFTP accounts and their keys."""
    sftp_host.server.fault = None
    for name in ("sftp_host_key.pub", *(f"sftp_{code}" for code in SENDERS)):
        (warehouse.home_dir / "secrets" / name).write_bytes((sftp_host.secrets / name).read_bytes())
    for code in SENDERS:
        for folder in ("outbound", "inbound"):
            _empty(sftp_host.root / code / folder)
    return warehouse.model_copy(update={"sftp_port": sftp_host.port})


def _empty(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


@pytest.fixture
def sandwell(door_settings: Settings, sftp_host: SftpHost) -> Sender:
    return Sender("sandwell", sftp_host.root, door_settings)


@pytest.fixture
def police(door_settings: Settings, sftp_host: SftpHost) -> Sender:
    return Sender("west_midlands_police", sftp_host.root, door_settings)

"""A warehouse whose disk is full: one line that says so; once there is room, the next run makes the same of the drop."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import PostgresServer, free_port
from tests.faults import snapshot
from tests.faults.conftest import Nursery, Reference, Scenes
from tests.faults.nursery import STEPS
from tests.integration.door.conftest import SftpHost

from wholefamily import warehouse as schemas
from wholefamily.demo import postgres
from wholefamily.settings import REPOSITORY

_UNSHARE = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]


class SmallDisk(PostgresServer):
    """``tests.faults.small_disk`` in a process of its own."""

    def __init__(self, home: Path) -> None:
        self.port = free_port()
        self.password = "of-these-tests"
        (home / "password").write_text(self.password)
        (home / "disk").mkdir()
        path = os.pathsep.join([str(REPOSITORY / "plugins"), str(REPOSITORY)])
        self._process = subprocess.Popen(
            [*_UNSHARE, sys.executable, "-m", "tests.faults.small_disk", str(home / "disk"), str(self.port), str(home / "password")],
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        if self._answer() != "ready":
            assert self._process.stderr is not None
            reason = self._process.stderr.read().strip().splitlines()[-1:]
            pytest.skip(f"this kernel lets us mount no disk of our own: {reason}")

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def tell(self, what: str) -> int:
        """``fill`` or ``free``. Returns how many bytes are left."""
        assert self._process.stdin is not None
        self._process.stdin.write(what + "\n")
        self._process.stdin.flush()
        return int(self._answer())

    def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallDisk]:
    disk = SmallDisk(tmp_path_factory.mktemp("small"))
    yield disk
    disk.stop()


@pytest.fixture(scope="module")
def scenes(nursery: Nursery, disk: SmallDisk, sftp_host: SftpHost, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scenes]:
    settings = disk.settings("empty", tmp_path_factory.mktemp("empty"))
    postgres.create_warehouse(disk.admin_dsn, settings)
    schemas.migrate(settings)
    scenes = Scenes(nursery, disk, "empty", sftp_host, tmp_path_factory)
    yield scenes
    scenes.strike()


@pytest.mark.parametrize("step", ["collect", "load"])
def test_a_disk_that_fills_up(scenes: Scenes, reference: Reference, disk: SmallDisk, step: str) -> None:
    expected = reference.of("sandwell")
    scene = scenes.new("sandwell", expected.judged if step == "load" else None)
    assert disk.tell("fill") < 300_000
    try:
        died = scene.run(STEPS[STEPS.index(step) :], expected.arrival)
    finally:
        assert disk.tell("free") > 0
    assert (died.code, died.step) == (0, step), died
    assert died.error == "the warehouse broke off (SQLSTATE 53100): its disk is full: free some space, then run again"
    died.arrival = died.arrival or expected.arrival
    scene.run_again(died)
    assert snapshot.differences(expected.state, scene.state()) == []

"""Scenes of the fault tests: a warehouse of its own for each, one SFTP server, and processes that may die."""

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from psycopg import sql
from tests.conftest import OWNER, PostgresServer
from tests.faults import snapshot
from tests.faults.drops import DROPS, PERIOD
from tests.faults.events import Fault
from tests.faults.nursery import STEPS
from tests.faults.snapshot import State
from tests.integration.door.conftest import SENDERS, Sender, SftpHost, _empty, sftp_host

from wholefamily import door
from wholefamily.settings import REPOSITORY, Settings

__all__ = ["sftp_host"]


@dataclass
class Outcome:
    """How a process ended, and what it told until then."""

    code: int
    arrival: int | None = None
    step: str | None = None
    error: str | None = None
    traceback: str = ""
    printed: str = ""
    counts: dict[tuple[str, str], int] = field(default_factory=dict)


class Nursery:
    """``tests.faults.nursery``: great_expectations is imported once, and each run is a process of its own."""

    _process: "subprocess.Popen[str] | None" = None

    def _start(self) -> "subprocess.Popen[str]":
        path = os.pathsep.join([str(REPOSITORY / "plugins"), str(REPOSITORY)])
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    def run(self, jobs: Sequence[dict[str, Any]]) -> list[Outcome]:
        """Run jobs at the same time, and wait for all of them."""
        process = self._process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(jobs) + "\n")
        process.stdin.flush()
        return [_outcome(code, Path(job["log"])) for code, job in zip(json.loads(process.stdout.readline()), jobs, strict=True)]

    def stop(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process.wait(60)


def _outcome(code: int, log: Path) -> Outcome:
    outcome = Outcome(code)
    for line in log.read_text().splitlines() if log.exists() else ():
        told = json.loads(line)
        if "events" in told:
            outcome.counts = {(step, kind): n for step, kind, n in told.pop("events")}
        for name, value in told.items():
            setattr(outcome, name, value)
    out = log.with_name(log.name + ".out")
    outcome.printed = out.read_text() if out.exists() else ""
    return outcome


@dataclass
class Scene:
    """A warehouse, and a partner's account that holds one drop."""

    nursery: Nursery
    sender: Sender
    scratch: Path
    _n: int = 0

    @property
    def settings(self) -> Settings:
        return self.sender.settings

    def job(self, steps: Sequence[str] = STEPS, arrival: int | None = None, fault: Fault | None = None, **other: Any) -> dict[str, Any]:
        self._n += 1
        return {
            "settings": self.settings.model_dump(mode="json", exclude_none=True) | other,
            "partner": self.sender.code,
            "period": PERIOD,
            "steps": list(steps),
            "arrival": arrival,
            "fault": asdict(fault) if fault else None,
            "log": str(self.scratch / f"{self.settings.warehouse_db}-{self._n}.log"),
        }

    def run(self, *arguments: Any, **named: Any) -> Outcome:
        return self.nursery.run([self.job(*arguments, **named)])[0]

    def run_again(self, died: Outcome, *, anew: bool = False) -> None:
        """As Airflow does: the task that died and those after it; or, ``anew``, the next run of the DAG finds what there is."""
        if anew:
            while door.has_new_drop(self.settings, self.sender.partner, PERIOD):
                assert self.done(self.run())
        else:
            assert died.step is not None
            assert self.done(self.run(STEPS[STEPS.index(died.step) :], died.arrival))

    @staticmethod
    def done(outcome: Outcome) -> bool:
        assert (outcome.code, outcome.error) == (0, None), outcome
        return True

    def state(self) -> State:
        inbound = {f"inbound/{name}": sha256 for name, sha256 in snapshot.of_folder(self.sender.root / "inbound").items()}
        return snapshot.of_warehouse(self.settings) | inbound


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.stop()


class Kept(NamedTuple):
    """A copy of a scene's warehouse, and the Data Docs that it refers to."""

    database: str
    data_docs: Path


class Scenes:
    """Makes scenes; of two that it makes, the first one's warehouse is gone."""

    def __init__(self, nursery: Nursery, server: PostgresServer, template: str, host: SftpHost, folders: pytest.TempPathFactory) -> None:
        self._nursery, self._server, self._host, self._folders = nursery, server, host, folders
        self._template = template
        self._current: list[str] = []
        self._kept: list[str] = []

    def new(self, code: str, kept: Kept | None = None) -> Scene:
        """A sender's drop before an empty warehouse, or before a copy of one that was ``keep``ed."""
        _drop(self._server, self._current)
        self._current.append(f"fault_{secrets.token_hex(6)}")
        _copy(self._server, kept.database if kept else self._template, self._current[0])
        settings = with_keys(self._server.settings(self._current[0], self._folders.mktemp("home")), self._host)
        if kept:
            shutil.copytree(kept.data_docs, settings.data_docs)
        sender = Sender(code, self._host.root, settings)
        set_out(sender)
        return Scene(self._nursery, sender, self._folders.mktemp("scratch"))

    def keep(self, scene: Scene) -> Kept:
        """Keep a copy of a scene's warehouse as it is now."""
        self._kept.append(f"{scene.settings.warehouse_db}_kept")
        _copy(self._server, scene.settings.warehouse_db, self._kept[-1])
        return Kept(self._kept[-1], scene.settings.data_docs)

    def strike(self) -> None:
        """Leave nothing."""
        _drop(self._server, self._current)
        _drop(self._server, self._kept)


class Undisturbed(NamedTuple):
    """What a sender's chain leaves, how many events of each kind it has, and its warehouse after the judging.

    ``collected`` is its state once the drop is collected, on which all that follows depends.
    """

    state: State
    collected: State
    counts: dict[tuple[str, str], int]
    judged: Kept
    arrival: int | None


class Reference:
    """Undisturbed runs of the senders' chains."""

    def __init__(self, scenes: Scenes) -> None:
        self._scenes = scenes
        self._known: dict[str, Undisturbed] = {}

    def of(self, code: str) -> Undisturbed:
        if code not in self._known:
            scene = self._scenes.new(code)
            collected = scene.run(("collect",))
            state = scene.state()
            judged = scene.run(("judge",), collected.arrival)
            kept = self._scenes.keep(scene)
            ended = scene.run(STEPS[2:], judged.arrival)
            assert all(map(scene.done, (collected, judged, ended)))
            counts = collected.counts | judged.counts | ended.counts
            self._known[code] = Undisturbed(scene.state(), state, counts, kept, judged.arrival)
        return self._known[code]


def nth_event(n_events: int, nth: int, of: int) -> int:
    """The event that is point ``nth`` of ``of``: the first point is the first event, the last is the last."""
    return n_events if of == 1 else 1 + (n_events - 1) * (nth - 1) // (of - 1)


@pytest.fixture(scope="module")
def scenes(
    nursery: Nursery,
    postgres_server: PostgresServer,
    warehouse_template: str,
    sftp_host: SftpHost,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Scenes]:
    scenes = Scenes(nursery, postgres_server, warehouse_template, sftp_host, tmp_path_factory)
    yield scenes
    scenes.strike()


@pytest.fixture(scope="module")
def reference(scenes: Scenes) -> Reference:
    return Reference(scenes)


def with_keys(settings: Settings, host: SftpHost) -> Settings:
    """The settings with the keys of the SFTP server's accounts."""
    for name in ("sftp_host_key.pub", *(f"sftp_{code}" for code in SENDERS)):
        (settings.home_dir / "secrets" / name).write_bytes((host.secrets / name).read_bytes())
    return settings.model_copy(update={"sftp_port": host.port})


def set_out(sender: Sender) -> None:
    """The sender's one drop, always of the same time, and nothing told yet."""
    for folder in ("outbound", "inbound"):
        _empty(sender.root / folder)
    for path in sender.send(DROPS[sender.code], period=PERIOD).iterdir():
        os.utime(path, (1_780_000_000, 1_780_000_000))


def _copy(server: PostgresServer, template: str, name: str) -> None:
    with psycopg.connect(server.admin_dsn, autocommit=True) as admin:
        admin.execute(sql.SQL("create database {} template {} owner {}").format(*map(sql.Identifier, (name, template, OWNER))))


def _drop(server: PostgresServer, names: list[str]) -> None:
    with psycopg.connect(server.admin_dsn, autocommit=True) as admin:
        while names:
            admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(names.pop())))

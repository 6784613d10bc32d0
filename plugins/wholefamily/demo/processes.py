"""Background processes of the embedded stack: started in a session of their own, known again by pid and time of start.

Only what was started here is ever ended: ``HOME_DIR/stack.json`` notes each process, and a pid that has since been given to
another program is left alone.
"""

import hashlib
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from wholefamily.errors import WholefamilyError
from wholefamily.settings import REPOSITORY

_GRACE_SECONDS = 5
_SAME_START_SECONDS = 5  # the clock may have been set since


@dataclass(frozen=True)
class Service:
    """A process of the stack. ``port`` is where it listens on 127.0.0.1, if it does; ``log`` takes what it says."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    port: int | None = None

    @property
    def fingerprint(self) -> str:
        """Changes when the service would have to be started anew."""
        return hashlib.sha256(json.dumps([list(self.command), dict(self.environment)], sort_keys=True).encode()).hexdigest()


class Processes:
    """The processes noted in the file ``path``."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def _read(self) -> dict[str, dict[str, object]]:
        with suppress(FileNotFoundError, ValueError):
            noted: dict[str, dict[str, object]] = json.loads(self._path.read_text(encoding="utf-8"))
            return noted
        return {}

    def _write(self, noted: dict[str, dict[str, object]]) -> None:
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps(noted, indent=1), encoding="utf-8")
        new.replace(self._path)

    def names(self) -> list[str]:
        """Every process noted, whether it still runs or not, in order of start."""
        return list(self._read())

    def pids(self) -> dict[str, int]:
        """The process id of each process noted."""
        return {name: int(str(noted["pid"])) for name, noted in self._read().items()}

    def is_running(self, name: str) -> bool:
        """Whether the process that was noted under ``name`` still runs."""
        return (noted := self._read().get(name)) is not None and _leader(noted) is not None

    def is_current(self, service: Service) -> bool:
        """Whether the service runs as it would be started now."""
        return self.is_running(service.name) and self._read()[service.name]["fingerprint"] == service.fingerprint

    def start(self, service: Service) -> None:
        """Start the service; what is left of an earlier start of it is ended first."""
        self.stop([service.name])
        service.log.parent.mkdir(parents=True, exist_ok=True)
        with service.log.open("ab") as log:
            process = subprocess.Popen(
                service.command,
                env={name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")} | dict(service.environment),
                cwd=REPOSITORY,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        started = psutil.Process(process.pid).create_time()
        self._write({**self._read(), service.name: {"pid": process.pid, "started": started, "fingerprint": service.fingerprint}})

    def stop(self, names: Sequence[str]) -> None:
        """End these processes and all that they started; wait until they are gone."""
        noted = self._read()
        sessions = [noted[name] for name in names if name in noted]
        for session in sessions:
            # Only the first of each: it ends its own. A task that was told to end would count as failed; one that vanishes is run again.
            if leader := _leader(session):
                _signal([leader], signal.SIGTERM)
        deadline = time.monotonic() + _GRACE_SECONDS
        while (left := [process for session in sessions for process in _members(session)]) and time.monotonic() < deadline:
            psutil.wait_procs(left, timeout=0.2)
        while left := [process for session in sessions for process in _members(session)]:
            _signal(left, signal.SIGKILL)
            psutil.wait_procs(left, timeout=1)
        if sessions:
            self._write({name: entry for name, entry in self._read().items() if name not in names})

    def wait_until(self, ready: Callable[[], bool], service: Service, seconds: float) -> None:
        """Wait until ``ready``. Raises WholefamilyError with the path of its log if the service ends or takes too long."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.is_running(service.name):
                raise WholefamilyError(f"{service.name} ended as soon as it was started: the reason stands at the end of {service.log}")
            if time.monotonic() > deadline:
                raise WholefamilyError(f"{service.name} was not ready after {seconds:.0f} s: see the end of {service.log}")
            time.sleep(0.2)


def _leader(noted: Mapping[str, object]) -> psutil.Process | None:
    with suppress(psutil.Error):
        process = psutil.Process(int(str(noted["pid"])))
        is_same = abs(process.create_time() - float(str(noted["started"]))) < _SAME_START_SECONDS
        if is_same and process.status() != psutil.STATUS_ZOMBIE:
            return process
    return None


def _members(noted: Mapping[str, object]) -> list[psutil.Process]:
    """The processes of a session that still run. A session's number is not given away while anyone is in it."""
    session, started = int(str(noted["pid"])), float(str(noted["started"])) - _SAME_START_SECONDS
    members = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if os.getsid(process.pid) == session and process.create_time() >= started and process.status() != psutil.STATUS_ZOMBIE:
                members.append(process)
    if any(process.pid == session for process in members) and _leader(noted) is None:
        return []  # another program's session: it has our number because ours is over
    return members


def _signal(processes: Sequence[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with suppress(psutil.Error):
            process.send_signal(number)


def answers(port: int) -> bool:
    """Whether anything accepts connections on 127.0.0.1:``port``."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_free(port: int) -> bool:
    """Whether 127.0.0.1:``port`` can be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True

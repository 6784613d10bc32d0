"""Counting what a step of the chain does, and acting in the middle of it: from outside, without a hook in the code under test.

Events of a step, each counted from 1: ``sql`` (what psycopg sends, for us and for SQLAlchemy), ``copy`` (a piece of COPY),
``sftp`` (a request to the partner's server), ``file`` (a file opened for writing, removed or renamed under the home folder),
``returned`` (the step's function has returned, and nobody knows yet).
"""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import paramiko
import psycopg

Kind = Literal["sql", "copy", "sftp", "file", "returned"]
_CHANGES = frozenset({"os.remove", "os.rename", "os.mkdir", "os.rmdir", "shutil.rmtree"})


@dataclass(frozen=True)
class Fault:
    """What is done at the ``nth`` event of a kind in a step: before it, or when its request is sent and no answer was read."""

    step: str
    kind: Kind
    nth: int
    is_sent: bool = False
    command: tuple[str, ...] = ()
    """Run this and go on; empty: the process kills itself."""

    def strike(self) -> None:
        """Do it."""
        if self.command:
            subprocess.run(
                self.command, check=True, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        else:
            os.kill(os.getpid(), signal.SIGKILL)


class Events:
    """Counts the events of this process from now on. ``home`` is where files are watched."""

    def __init__(self, home: Path, fault: Fault | None) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.step = ""
        self._home = str(home)
        self._fault = fault
        self._watch_sql()
        self._watch_sftp()
        sys.addaudithook(self._watch_files)

    def meet(self, kind: Kind, send: Callable[[], Any] | None = None) -> None:
        """An event happens. ``send`` lets it begin, for faults that strike once it has been sent."""
        self.counts[self.step, kind] += 1
        fault = self._fault
        if fault and (fault.step, fault.kind, fault.nth) == (self.step, kind, self.counts[self.step, kind]):
            self._fault = None  # what it does is no event
            if fault.is_sent and send:
                send()
            fault.strike()

    def _watch_sql(self) -> None:
        wait = psycopg.Connection.wait

        def watched(connection: Any, generator: Generator[Any, Any, Any], *rest: Any, **named: Any) -> Any:
            kind: Kind = "copy" if getattr(generator, "__name__", "") == "copy_to" else "sql"
            # A generator's first step sends; its next ones wait for the answer.
            self.meet(kind, lambda: next(generator, None))
            return wait(connection, generator, *rest, **named)

        psycopg.Connection.wait = watched  # type: ignore[method-assign]

    def _watch_sftp(self) -> None:
        request: Any = paramiko.SFTPClient._async_request  # type: ignore[attr-defined]

        def watched(client: Any, *arguments: Any) -> Any:
            self.meet("sftp", lambda: request(client, *arguments))
            return request(client, *arguments)

        paramiko.SFTPClient._async_request = watched  # type: ignore[attr-defined]

    def _watch_files(self, event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if (writes or event in _CHANGES) and str(arguments[0]).startswith(self._home):
            self.meet("file")

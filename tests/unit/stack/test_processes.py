"""Background processes: known again by pid and time of start, ended with all that they started, and no others."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from wholefamily.demo.processes import Processes, Service
from wholefamily.errors import WholefamilyError

# Starts a child in a process group of its own, as Airflow does for its tasks, and writes both pids.
PARENT = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], process_group=0)
open(sys.argv[1] + ".new", "w").write(f"{os.getpid()} {child.pid}")
os.rename(sys.argv[1] + ".new", sys.argv[1])
time.sleep(600)
"""


def service(folder: Path, name: str = "piece", code: str = PARENT) -> Service:
    return Service(name, [sys.executable, "-c", code, str(folder / "pids")], {}, folder / "logs" / f"{name}.log")


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "not within 30 s"
        time.sleep(0.02)


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    noted = Processes(tmp_path / "stack.json")
    yield noted
    noted.stop(noted.names())


def start(processes: Processes, folder: Path) -> list[int]:
    """Start the parent; the pids of it and its child."""
    processes.start(service(folder))
    until((folder / "pids").exists)
    return [int(pid) for pid in (folder / "pids").read_text().split()]


def alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_a_piece_is_known_to_run_by_another_command_too(processes: Processes, tmp_path: Path) -> None:
    start(processes, tmp_path)
    assert Processes(tmp_path / "stack.json").is_current(service(tmp_path))


def test_a_piece_whose_settings_have_changed_is_not_current(processes: Processes, tmp_path: Path) -> None:
    start(processes, tmp_path)
    changed = Service("piece", service(tmp_path).command, {"PORT_BASE": "1"}, tmp_path / "log")
    assert processes.is_running("piece")
    assert not processes.is_current(changed)


def test_stopping_ends_what_a_piece_has_started_as_well(processes: Processes, tmp_path: Path) -> None:
    pids = start(processes, tmp_path)
    processes.stop(["piece"])
    assert [pid for pid in pids if alive(pid)] == []
    assert processes.names() == []


def test_what_a_crashed_piece_leaves_behind_is_ended(processes: Processes, tmp_path: Path) -> None:
    parent, child = start(processes, tmp_path)
    os.kill(parent, signal.SIGKILL)
    until(lambda: not alive(parent))
    assert not processes.is_running("piece")
    assert alive(child)
    processes.stop(["piece"])
    assert not alive(child)


def test_a_pid_that_another_program_was_given_since_is_left_alone(tmp_path: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    try:
        noted = {"piece": {"pid": other.pid, "started": psutil.Process(other.pid).create_time() - 60, "fingerprint": ""}}
        (tmp_path / "stack.json").write_text(json.dumps(noted))
        processes = Processes(tmp_path / "stack.json")
        assert not processes.is_running("piece")
        processes.stop(["piece"])
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_piece_that_ends_at_once_is_named_with_its_log(processes: Processes, tmp_path: Path) -> None:
    broken = service(tmp_path, "broken", "raise SystemExit('no such thing')")
    processes.start(broken)
    with pytest.raises(WholefamilyError, match=r"broken ended.*broken\.log"):
        processes.wait_until(lambda: False, broken, 60)
    assert broken.log.read_text() == "no such thing\n"


def test_a_note_cut_short_by_a_full_disk_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "stack.json").write_text('{"piece": {"pid"')
    assert Processes(tmp_path / "stack.json").names() == []

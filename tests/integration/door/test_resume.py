"""A transfer whose line is cut or stalls goes on where it stopped: nobody who reads the file notices, and little is sent twice."""

import contextlib
import hashlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.conftest import free_port
from tests.integration.door.conftest import Sender

from wholefamily import door
from wholefamily.door import sftp
from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings

ROW = "P{},Ann,Baker,2020-01-01\n"
PEOPLE = "person_ref,given_name,family_name,resident_from\n" + "".join(ROW.format(n) for n in range(700_000))
SIZE = len(PEOPLE)
SHA256 = hashlib.sha256(PEOPLE.encode()).hexdigest()


class Line:
    """A line to the SFTP server that breaks where a test says so: the n-th connection after ``faults[n]`` bytes of answers."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.faults: list[tuple[str, int]] = []
        self.carried: list[int] = []
        self.port = free_port()
        self._held: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.target))
            number = len(self.carried)
            self.carried.append(0)
            threading.Thread(target=self._carry, args=(near, far), daemon=True).start()
            threading.Thread(target=self._answer, args=(far, near, number), daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        try:
            while data := near.recv(1 << 16):
                far.sendall(data)
        except OSError:
            pass
        _hang_up(far)

    def _answer(self, far: socket.socket, near: socket.socket, number: int) -> None:
        kind, left = self.faults[number] if number < len(self.faults) else ("", 1 << 60)
        try:
            while left and (data := far.recv(min(left, 1 << 16))):
                near.sendall(data)
                left -= len(data)
                self.carried[number] += len(data)
        except OSError:
            pass
        if kind == "stall":
            self._held.append(near)
            return
        for end in (near, far):
            _hang_up(end)

    def close(self) -> None:
        self._listener.close()
        for held in self._held:
            held.close()


def _hang_up(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)  # a mere close does nothing while another thread listens
    end.close()


@pytest.fixture
def line(sandwell: Sender) -> Iterator[Line]:
    cable = Line(sandwell.settings.sftp_port or 0)
    yield cable
    cable.close()


@pytest.fixture
def over(sandwell: Sender, line: Line) -> Settings:
    """Sandwell's settings, with its server at the end of the line."""
    return sandwell.settings.model_copy(update={"sftp_port": line.port})


def _fetch(sender: Sender, settings: Settings, at_first: Callable[[], None] | None = None) -> str:
    """The sha256 of people.csv, as it comes over the line; ``at_first`` is done once its first bytes are there."""
    digest = hashlib.sha256()
    with sftp.connect(settings, sender.partner) as account:
        for chunk in account.chunks("outbound/2026-10/r1/people.csv", SIZE):
            digest.update(chunk)
            at_first = at_first and at_first()
    return digest.hexdigest()


@pytest.fixture
def opening(sandwell: Sender, over: Settings, line: Line) -> int:
    """How many bytes the server answers before the first of a file, at least: those of a session that only lists."""
    sandwell.send({"people.csv": PEOPLE})
    with sftp.connect(over, sandwell.partner) as account:
        account.entries("outbound")
    return line.carried.pop()


@pytest.mark.parametrize("where", ["first", "early", "middle", "late", "last"])
@pytest.mark.parametrize("kind", ["cut", "stall"])
def test_a_transfer_is_continued_and_not_begun_anew(
    sandwell: Sender, over: Settings, line: Line, opening: int, where: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sftp, "_STALL_SECONDS", 0.5)
    part = {"first": 1, "early": SIZE // 100, "middle": SIZE // 2, "late": SIZE * 9 // 10, "last": SIZE - 1}[where]
    line.faults = [(kind, opening + part)]
    assert _fetch(sandwell, over) == SHA256
    assert len(line.carried) == 2, "it was interrupted once"
    assert line.carried[0] == opening + part
    assert sum(line.carried) < SIZE * 1.2


def test_a_line_that_is_cut_again_and_again_gets_there_as_long_as_it_carries_something(
    sandwell: Sender, over: Settings, line: Line, opening: int
) -> None:
    line.faults = [("cut", opening + SIZE // 4)] * 3
    assert _fetch(sandwell, over) == SHA256
    assert len(line.carried) == 4
    assert sum(line.carried) < SIZE * 1.5


def test_a_line_that_carries_nothing_is_given_up_after_some_tries(sandwell: Sender, over: Settings, line: Line, opening: int) -> None:
    line.faults = [("cut", opening + 100_000), *[("cut", 10)] * 10]
    with pytest.raises(WholefamilyError, match="broke off: ask the partner whether it is up, then run again"):
        _fetch(sandwell, over)
    assert len(line.carried) == 4


def test_a_file_that_was_changed_while_the_line_was_cut_is_not_continued(
    sandwell: Sender, over: Settings, line: Line, opening: int
) -> None:
    line.faults = [("cut", opening + SIZE // 2)]
    with pytest.raises(WholefamilyError, match="has lost or changed it while we read"):
        _fetch(sandwell, over, sandwell.touch)


def test_a_file_of_another_size_than_was_listed_is_not_read(sandwell: Sender, over: Settings, line: Line, opening: int) -> None:
    with pytest.raises(WholefamilyError, match="has lost or changed it while we read"), sftp.connect(over, sandwell.partner) as account:
        next(account.chunks("outbound/2026-10/r1/people.csv", SIZE + 1))


def test_a_drop_over_a_line_that_is_cut_has_the_rows_of_one_that_was_not(
    sandwell: Sender, over: Settings, line: Line, opening: int
) -> None:
    line.faults = [("cut", opening + SIZE // 3), ("cut", opening + SIZE // 3)]
    arrival_id = door.collect(over, sandwell.partner, "2026-10")
    door.load(over, arrival_id)
    assert door.decide(over, arrival_id) == "accepted"
    assert sandwell.rows("select rows_loaded, sha256 from quality.delivery_file") == [(700_000, SHA256)]
    told: list[tuple[Any, ...]] = sandwell.rows("select count(*), count(distinct person_ref), max(_line) from raw.people")
    assert told == [(700_000, 700_000, 700_001)]
    assert sum(line.carried) < SIZE * 1.3

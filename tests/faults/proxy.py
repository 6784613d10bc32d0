"""A TCP proxy on 127.0.0.1 that spoils what passes: cut at a byte, stalled, or in small pieces."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Literal, Self

from tests.conftest import free_port

Direction = Literal["up", "down"]


class Proxy:
    """Forwards connections to ``target``. Counts the bytes of the current connection, ``up`` to the server and ``down`` from it.

    ``cut`` is (direction, offset): the next ``n_cuts`` connections end, without a word, once so many bytes have passed that way.
    """

    def __init__(self, target: int) -> None:
        self.port = free_port()
        self.passed: dict[Direction, int] = {"up": 0, "down": 0}
        self.cut: tuple[Direction, int] | None = None
        self.n_cuts = 0
        self.is_stalled = False
        self.piece = 1 << 16
        self._target = target
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._end(self._open)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._target))
            self._open += [client, server]
            self.passed = {"up": 0, "down": 0}
            passed, cut = self.passed, self.cut if self.n_cuts else None
            self.n_cuts -= bool(cut)
            ways: list[tuple[socket.socket, socket.socket, Direction]] = [(client, server, "up"), (server, client, "down")]
            for source, sink, way in ways:
                limit = cut[1] if cut and cut[0] == way else None
                threading.Thread(target=self._forward, args=(source, sink, way, passed, limit), daemon=True).start()

    def _forward(self, source: socket.socket, sink: socket.socket, way: Direction, passed: dict[Direction, int], limit: int | None) -> None:
        with suppress(OSError):
            while limit is None or passed[way] < limit:
                room = self.piece if limit is None else min(self.piece, limit - passed[way])
                data = source.recv(room)
                if not data:
                    break
                while self.is_stalled:
                    threading.Event().wait(0.05)
                sink.sendall(data)
                passed[way] += len(data)
        self._end([source, sink])

    @staticmethod
    def _end(sockets: list[socket.socket]) -> None:
        for each in sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


def until(condition: Callable[[], object], seconds: float = 30) -> None:
    """Wait for what another process does."""
    deadline = threading.Event()
    timer = threading.Timer(seconds, deadline.set)
    timer.start()
    try:
        while not condition():
            assert not deadline.wait(0.02), f"not within {seconds} s"
    finally:
        timer.cancel()

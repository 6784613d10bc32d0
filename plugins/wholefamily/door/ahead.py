"""Reading a file over SFTP with several requests under way, so that the line is kept full."""

from collections import deque
from collections.abc import Iterator
from typing import Any

import paramiko
from paramiko.message import Message
from paramiko.sftp import CMD_DATA, CMD_READ, int64

_READ_BYTES = 32768  # the most that every server answers in one piece
_READS_AHEAD = 64


class ReadsAhead:
    """The bytes of an open file from ``offset`` up to ``size``, in pieces of at most 32 KiB, in order.

    paramiko's own ``prefetch`` may fall back to one request at a time, and then keeps what it has fetched in memory
    (``_prefetch_done`` is set whenever the answers catch up with the thread that asks). Here one thread asks and listens.
    """

    def __init__(self, client: paramiko.SFTPClient, handle: object, offset: int, size: int) -> None:
        self._client: Any = client  # its type stubs leave out what is used here
        self._handle = handle
        self._offset = offset
        self._size = size
        self._under_way: deque[tuple[int, int, int]] = deque()
        self._answers: dict[int, bytes] = {}

    def __iter__(self) -> Iterator[bytes]:
        asked = self._offset
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


__all__ = ["ReadsAhead"]

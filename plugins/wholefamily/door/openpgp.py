"""Encrypted and signed files: decrypted as they stream, in a process of their own, in fixed memory, and never on disk.

Whether the signature holds is known only at the end: what was taken from a file before stands in a transaction that an error undoes.
"""

import base64
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO, NamedTuple

from wholefamily import certificates
from wholefamily.door import decrypting, parse
from wholefamily.errors import WholefamilyError
from wholefamily.partners import Partner
from wholefamily.settings import Settings

_PIECE = 1 << 18
_MAX_RATIO = 100  # of content to message; OpenPGP may compress, as gzip does, and has the same limits
_FREE_BYTES = 16 << 20
_HEAD_BYTES = 4096
_ARMOR = b"-----BEGIN PGP MESSAGE-----"
_SESSION_KEYS = {1, 3}  # the packets that an encrypted message begins with (RFC 9580 section 5)
_RULES: dict[int, parse.Unreadable] = {
    decrypting.NOT_DECRYPTABLE: "not_decryptable",
    decrypting.COMPRESSED: "openpgp_compression",
    decrypting.NOT_SIGNED: "not_signed",
    decrypting.WRONG_SIGNATURE: "wrong_signature",
    # What the library or its limits do to a process that was given a message made to break it.
    **{-number: "not_decryptable" for number in (signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGXCPU)},
}


class Keys(NamedTuple):
    """What a partner's files are opened with: the file of our private key, and the armored certificate of the partner."""

    private_key: Path
    certificate: str


def keys(settings: Settings, partner: Partner) -> Keys:
    """The keys for a partner's files. Raises WholefamilyError when our private key, or the partner's certificate, is missing."""
    certificate = certificates.of(settings, partner)
    if certificate is None:
        raise WholefamilyError(f"{partner.code} has sent an encrypted file, and there is no certificate in its partner file")
    return Keys(settings.secret_path(certificates.PRIVATE_KEY), certificate)


def decrypted(chunks: Iterable[bytes], opened_with: Keys) -> Generator[bytes, None, None]:
    """The content of an OpenPGP message, binary or armored, that is encrypted to us and signed by the partner.

    Raises UnreadableError, at the end at the latest, unless the message is whole, is encrypted to us and bears a signature that the
    partner's certificate verifies; nothing of the content may be kept then. Its rule is one of ``_RULES``, or ``expands_to_too_much``.
    Raises WholefamilyError when the fault is ours: a key that cannot be used, or a process that somebody has ended.
    Close it (``contextlib.closing``) if it is not read to its end.
    """
    source = iter(chunks)
    head = _head(source)
    if not _is_encrypted(head):
        raise parse.UnreadableError("not_decryptable")
    with _process(opened_with) as process:
        yield from _through(process, chain([opened_with.certificate.encode(), head], source))
        code = process.wait()
    if code != decrypting.VERIFIED:
        raise _error(code)


def _head(source: Iterator[bytes]) -> bytes:
    head = b""
    for chunk in source:
        head += chunk
        if len(head) >= _HEAD_BYTES:
            break
    return head


def _is_encrypted(head: bytes) -> bool:
    """Whether a message begins as an encrypted one does. The library would take one that is only signed."""
    if head.lstrip().startswith(_ARMOR):
        _, _, body = head.replace(b"\r\n", b"\n").partition(b"\n\n")
        try:
            head = base64.b64decode(body[:4], validate=True)
        except ValueError:
            return False
    first = head[0] if head else 0
    tag = first & 0x3F if first & 0x40 else (first >> 2) & 0x0F
    return bool(first & 0x80) and tag in _SESSION_KEYS


@contextmanager
def _process(opened_with: Keys) -> Iterator[subprocess.Popen[bytes]]:
    length = len(opened_with.certificate.encode())
    # -P: by its path it would see our modules as if they were its own.
    command = [sys.executable, "-P", decrypting.__file__, str(opened_with.private_key), str(length)]
    # Its errors may quote what it reads: the exit code says enough. What reads strangers' messages is given no secret of ours but the key.
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        env={name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ} | {"RUST_BACKTRACE": "0"},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _through(process: subprocess.Popen[bytes], source: Iterator[bytes]) -> Iterator[bytes]:
    """What the process writes, while it is fed: one thread does both, so that neither side waits for the other."""
    if process.stdin is None or process.stdout is None:
        raise ValueError("a process with pipes is expected")
    feed = _Feed(process.stdin, source)
    reading = process.stdout.fileno()
    expanded = 0
    with selectors.DefaultSelector() as selector:
        selector.register(reading, selectors.EVENT_READ)
        selector.register(process.stdin, selectors.EVENT_WRITE)
        while True:
            if feed.is_open and not feed.refill():
                selector.unregister(process.stdin)
                feed.close()
            ready = {key.fd for key, _ in selector.select()}
            if reading in ready:
                content = os.read(reading, _PIECE)
                if not content:
                    return
                expanded += len(content)
                if expanded > max(_FREE_BYTES, min(feed.taken * _MAX_RATIO, parse.MAX_EXPANDED)):
                    raise parse.UnreadableError("expands_to_too_much")
                yield content
            if len(ready) > (reading in ready):
                feed.write()


class _Feed:
    """The pipe into a process, which is written to as far as it goes without waiting."""

    def __init__(self, pipe: IO[bytes], source: Iterator[bytes]) -> None:
        os.set_blocking(pipe.fileno(), False)
        self._pipe = pipe
        self._source = source
        self._waiting = memoryview(b"")
        self.taken = 0

    @property
    def is_open(self) -> bool:
        return not self._pipe.closed

    def refill(self) -> bool:
        """Have something to write. False when there is no more."""
        if not self._waiting:
            self._waiting = memoryview(next(filter(None, self._source), b""))
            self.taken += len(self._waiting)
        return bool(self._waiting)

    def write(self) -> None:
        try:
            self._waiting = self._waiting[os.write(self._pipe.fileno(), self._waiting) :]
        except BrokenPipeError:  # the process has seen enough, and its exit code says why
            self._source = iter(())
            self._waiting = memoryview(b"")

    def close(self) -> None:
        self._pipe.close()


def _error(code: int) -> Exception:
    if rule := _RULES.get(code):
        return parse.UnreadableError(rule)
    if code == decrypting.KEY_UNUSABLE:
        return WholefamilyError(
            f"the secret {certificates.PRIVATE_KEY!r} is not an OpenPGP key with which we can decrypt: without passphrase, armored"
        )
    if code == decrypting.CERTIFICATE_UNUSABLE:
        return WholefamilyError("a partner's certificate is not an OpenPGP certificate: see `certificate` in its partner file")
    return WholefamilyError(f"the process that decrypts a partner's file has ended with {code}: run again")


__all__ = ["Keys", "decrypted", "keys"]

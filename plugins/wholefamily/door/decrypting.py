"""A program of its own: an OpenPGP message on standard input, its content on standard output, the verdict as the exit code.

``door/openpgp.py`` runs it by its path, so that it starts in 50 ms: it imports nothing of the project. Arguments: the file of our
private key, and the length of the sender's certificate in bytes, which comes first on standard input. Nothing is written to disk.
Sequoia holds back 25 MiB of content, in several copies: the process stays below 300 MiB whatever the size of the message.
"""

import os
import resource
import sys

from pysequoia import Cert, Tsk, decrypt_file

VERIFIED = 0
KEY_UNUSABLE, CERTIFICATE_UNUSABLE, NOT_DECRYPTABLE, COMPRESSED, NOT_SIGNED, WRONG_SIGNATURE = range(10, 16)

_MAX_MEMORY = 512 << 20  # bytes of address space
_MAX_SECONDS = 3600  # of processor time


def main(private_key: str, certificate_bytes: int) -> int:
    """Returns the verdict. What is written before it is known must be thrown away unless it is ``VERIFIED``."""
    # A message made to be slow or large ends this process, and nothing else.
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY, _MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_MAX_SECONDS, _MAX_SECONDS))
    try:
        sender = Cert.from_bytes(_read(certificate_bytes))
    except RuntimeError:
        return CERTIFICATE_UNUSABLE
    try:
        decryptor = Tsk.from_file(private_key).decryptor()
    except RuntimeError:
        return KEY_UNUSABLE
    signers: list[str] | None = None

    def certificates(key_ids: list[str]) -> list[Cert]:
        """Asked once the message was decrypted to its end, with the ids of the keys that have signed it."""
        nonlocal signers
        signers = key_ids
        return [sender]

    is_valid = is_compressed = False
    try:
        is_valid = bool(decrypt_file("/dev/stdin", "/dev/stdout", decryptor, certificates).valid_sigs)
    except BaseException as error:  # noqa: BLE001 - a panic of the library is no Exception
        # The library verifies no signature that stands inside of compressed data.
        is_compressed = "Unexpected message structure" in str(error)
    if is_compressed:
        return COMPRESSED
    if signers is None:
        return NOT_DECRYPTABLE
    if not signers:
        return NOT_SIGNED
    return VERIFIED if is_valid else WRONG_SIGNATURE


def _read(length: int) -> bytes:
    # Unbuffered: what comes after belongs to the library, which opens standard input anew.
    found = b""
    while len(found) < length and (piece := os.read(0, length - len(found))):
        found += piece
    return found


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], int(sys.argv[2])))

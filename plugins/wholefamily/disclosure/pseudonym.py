"""Keyed pseudonyms: they last for one recipient, one release and one kind, and nobody can make them without the key.

The construction is that of the page on disclosure: the first 128 bits of
HMAC-SHA-256(HMAC-SHA-256(master, recipient | release | kind), internal random id).
"""

import hashlib
import hmac
from typing import Literal
from uuid import UUID

from wholefamily.disclosure.policy import MIN_KEY_BYTES
from wholefamily.errors import WholefamilyError

Kind = Literal["person", "family", "link"]


class Pseudonyms:
    """The pseudonyms of one kind in one release to one recipient; the master key (``disclosure.custodian``) is not kept."""

    def __init__(self, master: bytes, recipient: str, release: str, kind: Kind) -> None:
        """Raises WholefamilyError when the master key is shorter than 32 bytes."""
        if len(master) < MIN_KEY_BYTES:
            raise WholefamilyError(f"a master key is too short: at least {MIN_KEY_BYTES} random bytes are needed")
        # A | in a part would let two different scopes have one key.
        if any("|" in part for part in (recipient, release, kind)):
            raise WholefamilyError("a recipient, release or kind with | in it cannot have pseudonyms of its own")
        self.key = hmac.digest(master, f"{recipient}|{release}|{kind}".encode(), hashlib.sha256)

    def of(self, internal_id: UUID) -> str:
        """The pseudonym of an internal id: 32 lower-case hex characters."""
        return hmac.digest(self.key, internal_id.bytes, hashlib.sha256)[:16].hex()

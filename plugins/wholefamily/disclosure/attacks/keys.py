"""Attack 17: key material, wherever something was written."""

import base64
import re
from collections.abc import Iterable, Iterator
from itertools import chain

from wholefamily.disclosure.attacks.model import Known, Outcome, ReleaseFolder, Scene, verdict

_PRIVATE_KEY = re.compile(rb"BEGIN [A-Z ]*PRIVATE KEY[A-Z ]*-----\s+[A-Za-z0-9+/=:]")
_SHORTEST = 16
"""Shorter secrets would be found by chance."""


def key_material(scene: Scene) -> Outcome:
    """Attack 17: a secret, or what pseudonyms are derived with, in the release, in what was written on the way, or in the software.

    The figure is how many places.
    """
    found = [*_private_keys(scene.release.files.items())]
    known = scene.known
    if known is not None:
        found += _secrets(scene.release, known)
    return verdict("17 key material", len(found), found, is_whole=known is not None, unseen=known.unseen if known else "")


def _private_keys(files: Iterable[tuple[str, bytes]]) -> Iterator[str]:
    for place, content in files:
        if _PRIVATE_KEY.search(content):
            yield f"a private key stands in {place}"


def _secrets(release: ReleaseFolder, known: Known) -> Iterator[str]:
    needles = {needle for secret in known.key_material for needle in _forms(secret)}
    for place, content in chain(release.files.items(), known.traces(), known.dumped(), known.repository()):
        if any(needle in content for needle in needles):
            yield f"a secret stands in {place}"


def _forms(secret: bytes) -> set[bytes]:
    """A secret as it is, and as somebody would write it out."""
    forms = {secret, secret.hex().encode(), base64.b64encode(secret), base64.urlsafe_b64encode(secret).rstrip(b"=")}
    # Lines are joined so in JSON, in a dump, and in JSON in a dump.
    forms |= {secret.replace(b"\n", joint) for joint in (rb"\n", rb"\\n")}
    if re.fullmatch(rb"([0-9a-f]{2}){16,}", secret):
        raw = bytes.fromhex(secret.decode())
        forms |= {raw, base64.b64encode(raw)}
    return {form for form in forms if len(form) >= _SHORTEST}

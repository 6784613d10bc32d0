"""The custodian of the releases' keys: a folder outside the warehouse, which only the steps of a release open, and which notes each use.

Each release has a random master key of its own, so that it can be destroyed with the release: from then on nobody can work out a
pseudonym of it, of whomever. (The ledger keeps which row was about whom: that has to be answered for as long as the law says.)
"""

import hashlib
import json
import os
import secrets
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from wholefamily.disclosure.policy import MIN_KEY_BYTES
from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings

USES = "uses.jsonl"
"""One line a use, appended; whoever answers for the keys reads it."""


@dataclass(frozen=True)
class Use:
    """Who uses a key, and what for."""

    by: str
    """The run of a DAG, or a person."""
    purpose: str


def make_folder(folder: Path) -> None:
    """Make the custodian's folder, which only its owner can read."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def make(settings: Settings, product: str, release: str, use: Use) -> bytes:
    """Make the key of a new release. Raises WholefamilyError when it has one already."""
    path = _path(settings, product, release)
    _note(settings, product, release, use, "make")
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        raise WholefamilyError(f"the custodian has a key of {product} {release} already: a key is never made twice") from None
    return _read(path, product, release)


def open_key(settings: Settings, product: str, release: str, use: Use) -> bytes:
    """The key of a release, once the use is noted. Raises WholefamilyError when it is missing, or short: nothing stands in for it."""
    path = _path(settings, product, release)
    _note(settings, product, release, use, "open")
    return _read(path, product, release)


def has_key(settings: Settings, product: str, release: str) -> bool:
    """Whether the custodian has the key of a release."""
    return _path(settings, product, release).exists()


def releases(settings: Settings, product: str) -> list[str]:
    """The releases of a product whose keys are kept, in order."""
    return sorted(path.stem.removeprefix(f"{product}_") for path in _folder(settings).glob(f"{product}_*.key"))


def destroy(settings: Settings, product: str, release: str, use: Use) -> None:
    """Destroy the key of a release for good; one that is gone already is as well."""
    path = _path(settings, product, release)
    _note(settings, product, release, use, "destroy")
    if path.exists():
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(path.stat().st_size))
            os.fsync(file.fileno())
        path.unlink()


def fingerprint(master: bytes) -> str:
    """What a certificate of destruction calls a key: nobody can work the key out from it."""
    return hashlib.sha256(b"wholefamily|" + master).hexdigest()


def _folder(settings: Settings) -> Path:
    folder = settings.custodian
    if not folder.is_dir():
        raise WholefamilyError(f"the custodian's folder {folder} is missing: set CUSTODIAN_DIR to it; `make demo` makes one for the demo")
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        raise WholefamilyError(f"the custodian's folder {folder} is open to others than its owner: chmod 700 it; no key is used until then")
    return folder


def _path(settings: Settings, product: str, release: str) -> Path:
    if "/" in product + release or ".." in product + release:
        raise WholefamilyError("a product or release with / in its name has no key")
    return _folder(settings) / f"{product}_{release}.key"


def _read(path: Path, product: str, release: str) -> bytes:
    try:
        master = path.read_bytes().strip()
    except FileNotFoundError:
        raise WholefamilyError(
            f"the custodian's key of {product} {release} is missing: expected in {path}; "
            "without it nothing can be said of the release's pseudonyms, and no other key is used"
        ) from None
    if len(master) < MIN_KEY_BYTES:
        raise WholefamilyError(f"the custodian's key of {product} {release} is too short: at least {MIN_KEY_BYTES} random bytes are needed")
    return master


def _note(settings: Settings, product: str, release: str, use: Use, action: str) -> None:
    line = {"at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "by": use.by, "action": action, "product": product, "release": release}
    content = json.dumps({**line, "purpose": use.purpose}) + "\n"
    with os.fdopen(os.open(_folder(settings) / USES, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())

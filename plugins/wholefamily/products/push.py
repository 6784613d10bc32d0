"""Writing a product to its recipient's SFTP account, whole or not at all (exchange.md section 6)."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from wholefamily.disclosure import ledger
from wholefamily.disclosure.ledger import Disclosure, File, Head, disclosure_id
from wholefamily.door.sftp import Account
from wholefamily.errors import WholefamilyError
from wholefamily.warehouse import Connection

MANIFEST = "manifest.json"


def enter(
    connection: Connection, what: Disclosure, period: str, approved_at: datetime, files: Sequence[File], plain: Mapping[str, str | None]
) -> bytes:
    """Enter the files and their manifest in the ledger; returns the manifest. ``plain`` as of ``manifest``.

    In the caller's transaction; once it has ended the caller calls ``anchor.write``.
    """
    for file in files:
        ledger.enter(connection, what, file)
    its_manifest = manifest(what, period, approved_at, files, plain, ledger.head(connection, what, approved_at))
    ledger.enter(connection, what, File(MANIFEST, its_manifest))
    return its_manifest


def manifest(
    what: Disclosure, period: str, approved_at: datetime, files: Sequence[File], plain: Mapping[str, str | None], head: Head
) -> bytes:
    """The manifest of a product: like that of a drop, plus who approved it, on which basis, and its entries in the ledger.

    ``plain`` has, by the name of an encrypted file, the hash of what is in it; ``head`` is the ledger's: the recipient can prove with it what
    stood in the ledger before.
    """
    listed = [
        {
            "path": file.name,
            "rows": file.n_rows,
            "sha256": file.sha256,
            **({"sha256_plain": plain[file.name]} if plain.get(file.name) else {}),
            "disclosure_id": str(disclosure_id(what, file.name)),
        }
        for file in files
    ]
    content: dict[str, Any] = {
        "schema_version": 1,
        "sender": "wholefamily",
        "recipient": what.recipient,
        "product": what.product,
        "release": what.release,
        "period": period,
        # The clock decides nothing: a release is produced when it is approved.
        "produced_at": f"{approved_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "marking": "OFFICIAL-SENSITIVE",
        "agreement": what.agreement,
        "gateway": what.gateway,
        "legal_basis": what.gateway,
        "approved_by": what.approved_by,
        "dialect": "canonical",
        "disclosure_id": str(disclosure_id(what, MANIFEST)),
        "ledger": head._asdict(),
        "files": listed,
    }
    return (json.dumps(content, indent=2) + "\n").encode()


def send(account: Account, folder: str, files: Sequence[File], its_manifest: bytes) -> dict[str, Any]:
    """Write the files, each under a temporary name and then renamed, read each back, and the manifest last.

    Returns the receipt: what was read back, which is all the receipt there is, as a recipient never sends. Writing the same again does
    no harm. Raises WholefamilyError when the folder already holds another manifest, or when what is read back is not what was
    written: then there is no manifest, and so no release.
    """
    if account.holds_other(f"{folder}/{MANIFEST}", its_manifest):
        raise WholefamilyError(f"{folder} holds another manifest: what has left does not change; release the next quarter instead")
    read_back = [
        _write(account, folder, name, content) for name, content in (*((f.name, f.content) for f in files), (MANIFEST, its_manifest))
    ]
    return {"folder": folder, "files": read_back}


def _write(account: Account, folder: str, name: str, content: bytes) -> dict[str, Any]:
    path = f"{folder}/{name}"
    account.write(path, content)
    there = account.read(path, len(content))
    if there != content:
        raise WholefamilyError(
            f"{path} is not there as it was written: ask the recipient whether the server's disk is full, then run again"
        )
    return {"path": name, "bytes": len(there), "sha256": hashlib.sha256(there).hexdigest()}

"""Encrypting a product to its recipient, signed by us, where the recipient's partner file has a certificate."""

import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from pysequoia import Cert, Tsk, encrypt

from wholefamily import certificates
from wholefamily.errors import WholefamilyError
from wholefamily.partners import Partner
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection

SUFFIX = ".gpg"


class Sealed(NamedTuple):
    """A file as it is sent: its name and content then, and the hash of what is in it (None where that is what is sent)."""

    name: str
    content: bytes
    sha256_plain: str | None = None


def sealed(
    connection: Connection, settings: Settings, partner: Partner, product: str, release: str, contents: Mapping[str, bytes]
) -> dict[str, Sealed]:
    """The files of a product as they are sent, by their names in clear; the same bytes each time until ``forget``.

    The caller commits before anything is sent. Raises WholefamilyError when our key or the partner's certificate cannot be used.
    """
    certificate = certificates.of(settings, partner)
    if certificate is None:
        return {name: Sealed(name, content) for name, content in contents.items()}
    scope = [product, release, partner.code]
    kept = {
        (str(name), str(plain)): bytes(content)
        for name, plain, content in connection.execute(
            "select file, plain_sha256, content from exchange.sealed where (product, release, recipient) = (%s, %s, %s)", scope
        )
    }
    found = {}
    for name, content in contents.items():
        plain = hashlib.sha256(content).hexdigest()
        if (name, plain) not in kept:
            kept[name, plain] = _encrypted(settings, partner, certificate, content)
            connection.execute(
                "insert into exchange.sealed (product, release, recipient, file, plain_sha256, content) values (%s, %s, %s, %s, %s, %s) "
                "on conflict (product, release, recipient, file) do update set (plain_sha256, content) = (excluded.plain_sha256, excluded.content)",
                [*scope, name, plain, kept[name, plain]],
            )
        found[name] = Sealed(name + SUFFIX, kept[name, plain], plain)
    return found


def forget(connection: Connection, partner: Partner, product: str, release: str) -> None:
    """Keep no sealed file of a product that has left whole."""
    connection.execute("delete from exchange.sealed where (product, release, recipient) = (%s, %s, %s)", [product, release, partner.code])


def _encrypted(settings: Settings, partner: Partner, certificate: str, content: bytes) -> bytes:
    try:
        signer = Tsk.from_file(str(settings.secret_path(certificates.PRIVATE_KEY))).signer()
        return bytes(encrypt(content, [Cert.from_bytes(certificate.encode())], signer, armor=False))
    except RuntimeError:  # its text is a stack trace
        raise WholefamilyError(
            f"{partner.code}: its certificate takes no encryption, or our secret {certificates.PRIVATE_KEY!r} no signature: "
            "nothing is sent in clear instead; ask the partner for a certificate in force"
        ) from None

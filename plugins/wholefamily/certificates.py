"""OpenPGP certificates as partner files hold them: written out, or filled in by the deployment."""

from typing import TYPE_CHECKING

from pysequoia import Cert, Tsk

from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings

if TYPE_CHECKING:  # partner files are read with what stands here
    from wholefamily.partners import Partner

OF_DEPLOYMENT = "${OPENPGP_CERTIFICATE}"
"""In a partner file: the certificate is the deployment's secret ``openpgp_<partner>.pub``."""

PRIVATE_KEY = "openpgp_private_key"
"""The secret that is our own key: with it we open what partners encrypt to us."""

_ARMOR = "-----BEGIN PGP PUBLIC KEY BLOCK-----"


def checked(text: str) -> str:
    """``text`` again. Raises ValueError unless it is one armored certificate that is not revoked, or ``OF_DEPLOYMENT``."""
    if text == OF_DEPLOYMENT:
        return text
    if not text.lstrip().startswith(_ARMOR):
        raise ValueError(f"the partner's public certificate is expected, {_ARMOR} in front, or {OF_DEPLOYMENT}")
    try:
        is_revoked = Cert.from_bytes(text.encode()).is_revoked
    except RuntimeError:  # its text is a stack trace
        raise ValueError("is not one whole OpenPGP certificate") from None
    if is_revoked:
        raise ValueError("is revoked: ask the partner for its new one")
    return text


def of(settings: Settings, partner: "Partner") -> str | None:
    """The partner's certificate, armored; None where its file has none. Raises WholefamilyError when the deployment's is missing."""
    return settings.secret(f"openpgp_{partner.code}.pub") if partner.certificate == OF_DEPLOYMENT else partner.certificate


def ours(settings: Settings) -> str:
    """Our own certificate, armored, for partners. Raises WholefamilyError when our private key is missing or cannot be used."""
    path = settings.secret_path(PRIVATE_KEY)
    try:
        return str(Tsk.from_file(str(path)).extract_certificate())
    except RuntimeError:
        raise WholefamilyError(f"{path} is not an OpenPGP private key: put ours there, armored and without passphrase") from None


__all__ = ["OF_DEPLOYMENT", "PRIVATE_KEY", "checked", "of", "ours"]

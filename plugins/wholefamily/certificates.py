"""OpenPGP certificates as partner files hold them: written out, or filled in by the deployment."""

from pysequoia import Cert

OF_DEPLOYMENT = "${OPENPGP_CERTIFICATE}"
"""In a partner file: the certificate is the deployment's secret ``openpgp_<partner>.pub``."""

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


__all__ = ["OF_DEPLOYMENT", "checked"]

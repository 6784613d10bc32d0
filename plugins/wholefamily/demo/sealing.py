"""How the invented senders encrypt and sign their files: each with its own key, to ours (made by ``demo.secrets``)."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from pysequoia import Cert, PySigner, Tsk, encrypt_file

from wholefamily import certificates
from wholefamily.partners import Partner


def seals(secrets: Path, partners: Mapping[str, Partner]) -> dict[str, Callable[[Path], Path]]:
    """For each sender whose certificate is the deployment's to fill in: what replaces a file of its by the encrypted, ``….gpg``.

    The others send plain files.
    """
    ours = Cert.from_file(str(secrets / f"{certificates.PRIVATE_KEY}.pub"))
    return {
        code: partial(_seal, Tsk.from_file(str(secrets / f"openpgp_{code}")).signer(), ours)
        for code, partner in partners.items()
        if partner.sends and partner.certificate == certificates.OF_DEPLOYMENT
    }


def _seal(signer: PySigner, recipient: Cert, path: Path) -> Path:
    sealed = path.with_name(path.name + ".gpg")
    encrypt_file(path, sealed, [recipient], signer, armor=False)
    path.unlink()
    return sealed

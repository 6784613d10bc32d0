"""Encrypted files that are not what they should be. The keys are made anew each time."""

import gzip
from dataclasses import replace

from pysequoia import Tsk, encrypt, sign
from tests.hostile.recipe import Drop, Fate, Recipe, no_file_taken, partly, refused_file, taken
from tests.hostile.recipe import file as one
from tests.hostile.rows import table

US, PARTNER, SOMEBODY = (Tsk.generate(name) for name in ("us", "sandwell", "somebody"))
CERTIFICATE = {"certificate": str(PARTNER.extract_certificate())}
PEOPLE = table("people", n=3).encode()


def _sealed(content: bytes = PEOPLE, by: Tsk | None = PARTNER, to: Tsk = US, *, armor: bool = False) -> bytes:
    return encrypt(content, [to.extract_certificate()], by.signer() if by else None, armor=armor)


def _alone(content: bytes, path: str = "people.csv.gpg") -> Drop:
    return Drop(files={path: content}, rows={path: 3})


def _refused(rule: str) -> Fate:
    return no_file_taken(refused_file("people", rule))


def _flipped(message: bytes, at: int) -> bytes:
    return message[:at] + bytes([message[at] ^ 1]) + message[at:][1:]


WELL = taken(one("people", 3, 3))
ALL = [
    Recipe("sealed_well", _alone(_sealed()), WELL, partner=CERTIFICATE),
    Recipe("sealed_and_packed_well", _alone(_sealed(gzip.compress(PEOPLE)), "people.csv.gz.gpg"), WELL, partner=CERTIFICATE),
    Recipe("sealed_in_armor", _alone(_sealed(armor=True)), WELL, partner=CERTIFICATE),
    Recipe("not_signed", _alone(_sealed(by=None)), _refused("not_signed"), partner=CERTIFICATE),
    Recipe("signed_by_somebody_else", _alone(_sealed(by=SOMEBODY)), _refused("wrong_signature"), partner=CERTIFICATE),
    Recipe("signed_by_us", _alone(_sealed(by=US)), _refused("wrong_signature"), partner=CERTIFICATE),
    Recipe("encrypted_to_somebody_else", _alone(_sealed(to=SOMEBODY)), _refused("not_decryptable"), partner=CERTIFICATE),
    Recipe("encrypted_to_the_sender", _alone(_sealed(to=PARTNER)), _refused("not_decryptable"), partner=CERTIFICATE),
    Recipe(
        "signed_and_not_encrypted", _alone(sign(PARTNER.signer(), PEOPLE, armor=False)), _refused("not_decryptable"), partner=CERTIFICATE
    ),
    Recipe("plain_text_named_gpg", _alone(PEOPLE), _refused("not_decryptable"), partner=CERTIFICATE),
    Recipe("nothing_named_gpg", _alone(b""), _refused("not_decryptable"), partner=CERTIFICATE),
    Recipe("message_torn", _alone(_sealed()[:-40]), _refused("not_decryptable"), partner=CERTIFICATE),
    Recipe("message_changed_in_the_middle", _alone(_flipped(_sealed(), 400)), _refused("not_decryptable"), partner=CERTIFICATE),
    Recipe("message_named_csv", _alone(_sealed(), "people.csv"), _refused("holds_nul"), partner=CERTIFICATE),
    Recipe("message_of_no_csv", _alone(_sealed(b"PK\3\4\0\0")), _refused("holds_nul"), partner=CERTIFICATE),
    Recipe("message_from_a_partner_without_a_certificate", _alone(_sealed()), _refused("no_certificate")),
    Recipe(
        "plain_from_a_partner_who_must_encrypt",
        _alone(PEOPLE, "people.csv"),
        _refused("encryption_required"),
        partner={**CERTIFICATE, "encryption": "required"},
    ),
    Recipe(
        "signature_of_a_long_file_wrong",
        Drop(
            files={"people.csv.gpg": _sealed(table("people", n=20_000).encode(), by=SOMEBODY), "consent.csv": table("consent", n=0)},
            rows={"people.csv.gpg": 20_000},
        ),
        partly(refused_file("people", "wrong_signature"), one("consent", 0, 0)),
        partner=CERTIFICATE,
    ),
]


RECIPES = [replace(recipe, is_judged=False) for recipe in ALL]

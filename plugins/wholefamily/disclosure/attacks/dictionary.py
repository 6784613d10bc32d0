"""Attack 2: all plausible identifiers and internal ids, hashed and salted by guess, against the pseudonyms."""

import functools
import hashlib
import hmac
import uuid
from collections.abc import Iterable, Iterator

from wholefamily.disclosure.attacks.columns import KEY
from wholefamily.disclosure.attacks.model import Outcome, ReleaseFolder, Scene, verdict

_HASHES = ("md5", "sha1", "sha256", "sha512", "blake2s")
_SALTS = ("", "None", "salt", "secret", "password", "changeme", "test", "key", "pepper", "wholefamily", "pseudonym_master_key", "0" * 32)
"""Keys and salts of those who forgot to set one; what the release says of itself comes on top."""
_N_NUMBERS = 20_000
"""Ids that count from 1 need no warehouse to be guessed."""


def dictionary(scene: Scene) -> Outcome:
    """Attack 2: keys of the release that are the unkeyed or weakly keyed hash of a known person's identifier, or of a running number."""
    keys = {value for table in scene.release.tables.values() for column in _key_columns(table.columns) for value in table[column].unique()}
    salts = [*dict.fromkeys((*_SALTS, *_told(scene.release)))]
    hits = keys & _hashed_numbers()
    people = scene.known.people if scene.known else ()
    for person in people:
        hits |= keys.intersection(_guesses(person.identifiers, salts))
    found = [f"{len(hits)} keys are guessed from identifiers, without the custodian's key"] if hits else []
    return verdict("2 dictionary", len(hits), found, is_whole=bool(people) or scene.known is not None)


def _key_columns(columns: Iterable[str]) -> list[str]:
    return [column for column in columns if column.endswith("_key")]


def _told(release: ReleaseFolder) -> Iterator[str]:
    """Words that stand in the release and could have been taken for a salt."""
    yield release.name
    for field in ("recipient", "release", "product", "agreement"):
        if word := release.manifest.get(field):
            yield str(word)


@functools.cache
def _hashed_numbers() -> frozenset[str]:
    numbers = [str(number).encode() for number in range(1, _N_NUMBERS)]
    return frozenset(hashlib.new(algorithm, number, usedforsecurity=False).hexdigest()[:32] for number in numbers for algorithm in _HASHES)


def _guesses(identifiers: Iterable[str], salts: list[str]) -> Iterator[str]:
    for spelling in dict.fromkeys(spelling for identifier in identifiers for spelling in _spellings(identifier)):
        if KEY.fullmatch(spelling.decode("latin-1")):
            yield spelling.decode()  # an id of ours told as it is
        for namespace in (uuid.NAMESPACE_DNS, uuid.NAMESPACE_OID, uuid.NAMESPACE_URL):
            yield uuid.uuid5(namespace, spelling.decode("latin-1")).hex
        for algorithm in _HASHES:
            for salt in map(str.encode, salts):
                for message in (salt + spelling, spelling + salt, salt + b"|" + spelling):
                    yield hashlib.new(algorithm, message, usedforsecurity=False).hexdigest()[:32]
                yield hmac.new(salt, spelling, algorithm).hexdigest()[:32]


def _spellings(identifier: str) -> Iterator[bytes]:
    for spelling in dict.fromkeys((identifier, identifier.upper(), identifier.lower(), identifier.replace("-", ""))):
        yield spelling.encode()
    if len(bare := identifier.replace("-", "")) == 32 and KEY.fullmatch(bare):
        yield bytes.fromhex(bare)

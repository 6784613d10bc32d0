"""Whom the pseudonyms of a release stand for: stored nowhere, worked out again from the registry and the custodian's key."""

from collections.abc import Collection
from typing import cast
from uuid import UUID

from wholefamily.disclosure.ledger import SubjectKind
from wholefamily.disclosure.pseudonym import Kind, Pseudonyms
from wholefamily.warehouse import Connection

_REGISTERED: dict[str, tuple[tuple[SubjectKind, str], ...]] = {
    "person": (("person", "select person_id from identity.person"),),
    "family": (("family", "select family_id from identity.family"), ("household", "select household_id from identity.household")),
}


def of(connection: Connection, pseudonyms: Pseudonyms, kind: Kind, keys: Collection[str]) -> dict[str, tuple[SubjectKind, UUID]]:
    """Those of ``keys`` (a set) that stand for somebody in the registry, and for whom."""
    found = {}
    for subject_kind, query in _REGISTERED[kind]:
        for (internal_id,) in connection.execute(query):
            if (key := pseudonyms.of(cast(UUID, internal_id))) in keys:
                found[key] = (subject_kind, cast(UUID, internal_id))
    return found

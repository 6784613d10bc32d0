"""What a deployment knows, for the attacks on whatever leaves it: whom it knows, its secrets, and all that it has written."""

from collections.abc import Collection, Sequence
from random import Random
from typing import cast
from uuid import UUID

from wholefamily.disclosure import canaries, traces
from wholefamily.disclosure.attacks import Known, KnownPerson
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection

N_PEOPLE = 1000


def known(
    connection: Connection, settings: Settings, *, persons: Sequence[UUID], areas: Collection[str], keys: Sequence[bytes] = ()
) -> Known:
    """What attacks are given about any product: ``persons`` are those whom it is about, ``areas`` may be told, ``keys`` are its own."""
    chosen = Random(len(persons)).sample(persons, min(N_PEOPLE, len(persons)))  # noqa: S311 - which ones does not matter
    planted = connection.execute(
        "select person_id from identity.person where lower(family_name) = lower(%s) limit %s", [canaries.NAME, N_PEOPLE]
    )
    return Known(
        areas=frozenset(areas),
        are_identifying=lambda words: _identifying(connection, words),
        people=_people(connection, chosen),
        canaries=_people(connection, [cast(UUID, person_id) for (person_id,) in planted.fetchall()]),
        key_material=[*keys, *traces.secrets_of(settings)],
        traces=lambda: traces.left_behind(settings),
        unseen=traces.unseen(settings),
        dumped=lambda: traces.dumped(connection),
        repository=lambda: traces.repository(settings),
    )


_IDENTIFIERS = """
select xref.person_id, xref.person_ref, record.nhs_number, record.upn, record.nino, record.pnc_id, record.uprn,
    concat_ws('|', lower(record.given_name), lower(record.family_name), record.date_of_birth),
    concat(lower(record.given_name), lower(record.family_name), to_char(record.date_of_birth, 'YYYYMMDD'))
from identity.person_xref as xref
left join identity.person_node as record using (partner_code, person_ref)
where xref.person_id = any(%s) order by 1, 2
"""


def _people(connection: Connection, persons: Sequence[UUID]) -> list[KnownPerson]:
    identifiers: dict[UUID, list[str]] = {id_: [str(id_)] for id_ in persons}
    for person_id, *found in connection.execute(_IDENTIFIERS, [list(persons)]):
        identifiers[cast(UUID, person_id)] += [str(value) for value in found if value]
    return [KnownPerson(tuple(dict.fromkeys(of_person))) for of_person in identifiers.values()]


# Pseudonyms are not ids of ours, nor is any other word the name or reference of anybody we know.
_IDENTIFYING = """
select (select count(*) from identity.person
        where replace(person_id::text, '-', '') = any(%(words)s) or lower(given_name) = any(%(words)s) or lower(family_name) = any(%(words)s)
            or lower(postcode) = any(%(words)s) or lower(address) = any(%(words)s))
    + (select count(*) from identity.family where replace(family_id::text, '-', '') = any(%(words)s))
    + (select count(*) from identity.household where replace(household_id::text, '-', '') = any(%(words)s))
    + (select count(*) from identity.person_xref where lower(person_ref) = any(%(words)s))
    + (select count(*) from identity.family_xref where lower(family_ref) = any(%(words)s))
"""


def _identifying(connection: Connection, words: Sequence[str]) -> int:
    row = connection.execute(_IDENTIFYING, {"words": [word.lower() for word in words]}).fetchone()
    return int(str(row[0])) if row else 0

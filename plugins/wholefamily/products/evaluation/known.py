"""What the warehouse knows of a release, for the attacks on it: whom its keys stand for, and what an intruder could hold."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import cast
from uuid import UUID

import polars as pl

from wholefamily import partners
from wholefamily.disclosure import custodian
from wholefamily.disclosure.attacks import Holding, Known, KnownPerson, ReleaseFolder
from wholefamily.disclosure.custodian import Use
from wholefamily.disclosure.policy import COUNTY
from wholefamily.disclosure.pseudonym import Kind, Pseudonyms
from wholefamily.disclosure.traces import left_behind, repository, secrets_of
from wholefamily.products.evaluation import cohort, subjects
from wholefamily.products.evaluation.assemble import family_values, person_values
from wholefamily.products.evaluation.columns import FAMILY_QUASI_IDENTIFIERS, PERSON_QUASI_IDENTIFIERS
from wholefamily.products.evaluation.store import PRODUCT, last_period
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection

_N_PEOPLE = 1000
"""And as many families."""
_SHARE_HELD = 0.2
_N_EARLIER = 4
"""Earlier releases that a release is put beside."""


def known(connection: Connection, settings: Settings, release: str, recipient: str, folder: ReleaseFolder, use: Use) -> Known:
    """All that the attacks on ``folder``, the files of the release, are given. Opens the keys of this and of earlier releases."""
    everyone = partners.load(settings.partners_dir)
    authorities = {code: partner for code, partner in everyone.items() if partner.kind == "authority"}
    master = custodian.open_key(settings, PRODUCT, release, use)
    keys = _Keys(master, recipient, release)
    families = cohort.read(connection, last_period(release), authorities)
    tables: dict[Kind, str] = {"person": "individuals", "family": "families"}
    ids: dict[Kind, dict[UUID, str]] = {}
    for kind, table in tables.items():
        told = subjects.of(connection, keys.of[kind], kind, set(folder.tables[table][f"{kind}_key"]))
        ids[kind] = {id_: key for key, (_, id_) in told.items()}
    gss_of = {code: str(partner.gss) for code, partner in authorities.items()}
    return Known(
        areas=frozenset({*gss_of.values(), COUNTY}),
        are_identifying=lambda words: _identifying(connection, words),
        people=[*_people(connection, sorted(families.persons)), *_families(connection, sorted(families.families))],
        same_in=dict(_elsewhere(settings, recipient, release, ids, keys, use)),
        n_elsewhere=_n_elsewhere(connection, release, recipient, list(ids["family"])),
        holding=_holding(families, gss_of, ids),
        key_material=[master, *keys.material, *secrets_of(settings)],
        traces=lambda: left_behind(settings),
        repository=repository,
    )


class _Keys:
    """The pseudonyms of a release by kind, and what these are derived with."""

    def __init__(self, master: bytes, recipient: str, release: str) -> None:
        self.of: dict[Kind, Pseudonyms] = {
            "person": Pseudonyms(master, recipient, release, "person"),
            "family": Pseudonyms(master, recipient, release, "family"),
        }
        self.master = master

    @property
    def material(self) -> list[bytes]:
        return [pseudonyms.key for pseudonyms in self.of.values()]


def _elsewhere(
    settings: Settings, recipient: str, release: str, ids: Mapping[Kind, Mapping[UUID, str]], keys: _Keys, use: Use
) -> Iterator[tuple[str, dict[str, str]]]:
    """The keys that the same people have in earlier releases, and would have if a second recipient had this one."""
    scopes = [("a release of the same people to another recipient", _Keys(keys.master, f"not_{recipient}", release))]
    earlier = [name for name in custodian.releases(settings, PRODUCT) if name < release][-_N_EARLIER:]
    scopes += [(name, _Keys(custodian.open_key(settings, PRODUCT, name, use), recipient, name)) for name in earlier]
    for name, there in scopes:
        yield name, {key: there.of[kind].of(id_) for kind, of_kind in ids.items() for id_, key in of_kind.items()}


def _n_elsewhere(connection: Connection, release: str, recipient: str, families: Sequence[UUID]) -> int:
    row = connection.execute(
        "select count(distinct subject_id) from exchange.disclosure_item inner join exchange.disclosure using (disclosure_id) "
        "where product = %s and release = %s and recipient <> %s and subject_kind in ('family', 'household') and subject_id = any(%s)",
        [PRODUCT, release, recipient, families],
    ).fetchone()
    return int(str(row[0])) if row else 0


def _holding(families: cohort.Cohort, gss_of: Mapping[str, str], ids: Mapping[Kind, Mapping[UUID, str]]) -> Holding:
    """A fifth of all families and their members, exactly; of the same families each time."""
    chosen = Random(len(families.families)).sample(sorted(families.families), -(-len(families.families) // int(1 / _SHARE_HELD)))  # noqa: S311 - no secret
    held = [families.families[id_] for id_ in chosen]
    people = [
        (*person_values(families, person, family, gss_of), number, ids["person"].get(person, ""))
        for number, family in enumerate(held)
        for person in family.roles
        if person in families.persons
    ]
    of_families = [(*family_values(family, gss_of), number, ids["family"].get(family.id, "")) for number, family in enumerate(held)]
    return Holding(_frame(PERSON_QUASI_IDENTIFIERS, people), _frame(FAMILY_QUASI_IDENTIFIERS, of_families))


def _frame(columns: Iterable[str], rows: Sequence[tuple[object, ...]]) -> pl.DataFrame:
    schema = {**dict.fromkeys(columns, pl.String), "family": pl.Int64, "key": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


_IDENTIFIERS = """
select xref.person_id, xref.person_ref, record.nhs_number, record.upn, record.nino, record.pnc_id, record.uprn,
    concat_ws('|', lower(record.given_name), lower(record.family_name), record.date_of_birth),
    concat(lower(record.given_name), lower(record.family_name), to_char(record.date_of_birth, 'YYYYMMDD'))
from identity.person_xref as xref
left join identity.person_node as record using (partner_code, person_ref)
where xref.person_id = any(%s) order by 1, 2
"""


def _people(connection: Connection, persons: Sequence[UUID]) -> list[KnownPerson]:
    chosen = Random(len(persons)).sample(persons, min(_N_PEOPLE, len(persons)))  # noqa: S311 - which ones does not matter
    identifiers: dict[UUID, list[str]] = {id_: [str(id_)] for id_ in chosen}
    for person_id, *found in connection.execute(_IDENTIFIERS, [chosen]):
        identifiers[cast(UUID, person_id)] += [str(value) for value in found if value]
    return [KnownPerson(tuple(dict.fromkeys(of_person))) for of_person in identifiers.values()]


def _families(connection: Connection, families: Sequence[UUID]) -> list[KnownPerson]:
    """What families are called, as a dictionary of their keys would have it."""
    chosen = Random(len(families)).sample(families, min(_N_PEOPLE, len(families)))  # noqa: S311
    names: dict[UUID, list[str]] = {id_: [str(id_)] for id_ in chosen}
    for family_id, ref in connection.execute("select family_id, family_ref from identity.family_xref where family_id = any(%s)", [chosen]):
        names[cast(UUID, family_id)].append(str(ref))
    return [KnownPerson(tuple(of_family)) for of_family in names.values()]


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


__all__ = ["known"]

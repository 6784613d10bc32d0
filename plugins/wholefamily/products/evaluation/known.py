"""What the warehouse knows of a release, for the attacks on it: whom its keys stand for, and what an intruder could hold."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import cast
from uuid import UUID

import polars as pl

from wholefamily import partners
from wholefamily.disclosure import custodian
from wholefamily.disclosure.attacks import Holding, Known, KnownPerson, ReleaseFolder, recipients
from wholefamily.disclosure.custodian import Use
from wholefamily.disclosure.policy import COUNTY
from wholefamily.disclosure.pseudonym import Kind, Pseudonyms
from wholefamily.products.evaluation import cohort, subjects
from wholefamily.products.evaluation.assemble import Release, family_values, person_values
from wholefamily.products.evaluation.columns import FAMILY_QUASI_IDENTIFIERS, PERSON_QUASI_IDENTIFIERS
from wholefamily.products.evaluation.store import PRODUCT, last_period
from wholefamily.products.known import N_PEOPLE
from wholefamily.products.known import known as of_any_product
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection

_SHARE_HELD = 0.2
_N_EARLIER = 4
"""Earlier releases that a release is put beside."""
FILE_OF: Mapping[Kind, str] = {"person": "individuals", "family": "families"}
"""The file in which each person, or family, is told once."""


def known(connection: Connection, settings: Settings, release: str, recipient: str, folder: ReleaseFolder, use: Use) -> Known:
    """All that the attacks on ``folder``, the files of the release, are given. Opens the keys of this and of earlier releases."""
    everyone = partners.load(settings.partners_dir)
    authorities = {code: partner for code, partner in everyone.items() if partner.kind == "authority"}
    master = custodian.open_key(settings, PRODUCT, release, use)
    keys = Keys(master, recipient, release)
    families = cohort.read(connection, last_period(release), authorities)
    ids: dict[Kind, dict[UUID, str]] = {}
    for kind, table in FILE_OF.items():
        told = subjects.of(connection, keys.of[kind], kind, set(folder.tables[table][f"{kind}_key"]))
        ids[kind] = {id_: key for key, (_, id_) in told.items()}
    gss_of = {code: str(partner.gss) for code, partner in authorities.items()}
    of_any = of_any_product(
        connection,
        settings,
        persons=sorted(families.persons),
        areas={*gss_of.values(), COUNTY},
        keys=[master, *(pseudonyms.key for pseudonyms in keys.of.values())],
    )
    return replace(
        of_any,
        people=[*of_any.people, *_families(connection, sorted(families.families))],
        same_in=dict(elsewhere(settings, recipient, release, ids, keys, use)),
        n_elsewhere=_n_elsewhere(connection, release, recipient, list(ids["family"])),
        holding=_holding(families, gss_of, ids),
    )


class Keys:
    """The pseudonyms of a release by kind, and what these are derived with."""

    def __init__(self, master: bytes, recipient: str, release: str) -> None:
        self.of: dict[Kind, Pseudonyms] = {
            "person": Pseudonyms(master, recipient, release, "person"),
            "family": Pseudonyms(master, recipient, release, "family"),
        }
        self.master = master


def elsewhere(
    settings: Settings, recipient: str, release: str, ids: Mapping[Kind, Mapping[UUID, str]], keys: Keys, use: Use
) -> Iterator[tuple[str, dict[str, str]]]:
    """The keys that the same people have in earlier releases, and would have if a second recipient had this one."""
    scopes = [("a release of the same people to another recipient", Keys(keys.master, f"not_{recipient}", release))]
    earlier = [name for name in custodian.releases(settings, PRODUCT) if name < release][-_N_EARLIER:]
    scopes += [(name, Keys(custodian.open_key(settings, PRODUCT, name, use), recipient, name)) for name in earlier]
    for name, there in scopes:
        yield name, {key: there.of[kind].of(id_) for kind, of_kind in ids.items() for id_, key in of_kind.items()}


def are_in_order(
    settings: Settings, recipient: str, release: str, built: Release, ids: Mapping[Kind, Sequence[UUID]], keys: Keys, use: Use
) -> bool:
    """Whether rows of a release that is built stand in an order like that of another one; ``ids`` are all that it could be about."""
    rows = {file: [row[f"{kind}_key"] for row in built.rows[file]] for kind, file in FILE_OF.items()}
    told = {kind: set(rows[file]) for kind, file in FILE_OF.items()}
    known_ids = {kind: {id_: key for id_ in ids[kind] if (key := keys.of[kind].of(id_)) in told[kind]} for kind in FILE_OF}
    others = elsewhere(settings, recipient, release, known_ids, keys, use)
    return any(recipients.are_in_order(of_file, there) for _, there in others for of_file in rows.values())


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


def _families(connection: Connection, families: Sequence[UUID]) -> list[KnownPerson]:
    """What families are called, as a dictionary of their keys would have it."""
    chosen = Random(len(families)).sample(families, min(N_PEOPLE, len(families)))  # noqa: S311 - which ones does not matter
    names: dict[UUID, list[str]] = {id_: [str(id_)] for id_ in chosen}
    for family_id, ref in connection.execute("select family_id, family_ref from identity.family_xref where family_id = any(%s)", [chosen]):
        names[cast(UUID, family_id)].append(str(ref))
    return [KnownPerson(tuple(of_family)) for of_family in names.values()]


__all__ = ["known"]

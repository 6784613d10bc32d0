"""A release of tables before it is published: build it, attack it, and say what it is to whoever must approve it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from psycopg.types.json import Jsonb

from wholefamily import partners
from wholefamily.disclosure import attacks
from wholefamily.disclosure.attacks import Known, Outcome, ReleaseFolder, Scene
from wholefamily.disclosure.attacks.tables import PAGE
from wholefamily.disclosure.tables import audit
from wholefamily.disclosure.tables.carry import carry_forward
from wholefamily.disclosure.tables.knowledge import Knowledge
from wholefamily.disclosure.tables.suppress import Given, protect
from wholefamily.disclosure.tables.table import CONTROL, At, Release, entry_of, read
from wholefamily.errors import WholefamilyError
from wholefamily.partners import Partner
from wholefamily.products.known import known
from wholefamily.products.published import count, page, store
from wholefamily.products.published.store import PRODUCT, last_period, warehouse
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection


def build(settings: Settings, release: str) -> None:
    """Count, carry forward and protect the tables of a quarter (``2026-Q3``), and keep their files in ``ops``.

    A release that has left stays as it is. Raises WholefamilyError when the quarter's last month is not built, a later release
    has left, or the tables cannot be protected.
    """
    last = last_period(release)
    authorities = {code: partner for code, partner in partners.load(settings.partners_dir).items() if partner.kind == "authority"}
    with warehouse(settings) as connection:
        if store.has_left(connection, release):
            return
        if connection.execute("select from ops.build where period = %s and fingerprint is not null", [last]).fetchone() is None:
            raise WholefamilyError(
                f"published tables {release} need the month {last}, which is not built: run build_warehouse for it first"
            )
        earlier = store.left_before(connection, release)
        files, figures = _protected(connection, release, count.count(connection, last, authorities), authorities, earlier)
        store.save(connection, release, earlier[-1] if earlier else None, files, figures)


def _protected(
    connection: Connection, release: str, counted: count.Counted, authorities: Mapping[str, Partner], earlier: Sequence[str]
) -> tuple[dict[str, bytes], dict[str, dict[tuple[str, ...], int]]]:
    shapes = count.shapes(authorities)
    figures_of = {name: store.figures(connection, name) for name in earlier}
    before = [read(name, store.files(connection, name)) for name in earlier]
    figures, carried = (
        carry_forward(shapes, counted, figures_of[earlier[-1]])
        if earlier
        else ({shape.file: {cell: counted[shape.file].get(cell, 0) for cell in shape.inner} for shape in shapes}, frozenset[At]())
    )
    given = Given(release, shapes, figures, carried, count.ruled_out(shapes, figures, authorities))
    protected = protect(given, before, figures_of)
    told = {file: table.to_csv() for file, table in protected.tables.items()}
    names = {code: partner.name for code, partner in authorities.items()}
    files = {
        **told,
        CONTROL: (json.dumps(control(protected, before), indent=1) + "\n").encode(),
        # From what is published, and from nothing else.
        PAGE: page.html(release, told, names).encode(),
    }
    return files, figures


def control(release: Release, before: Sequence[Release]) -> dict[str, Any]:
    """``disclosure_control.json``: what is hidden and how closely anybody can narrow it down, what a rule fixes, what was carried forward."""
    knowledge = Knowledge([*before, release])
    shapes = {file: table.shape for file, table in release.tables.items()}
    return {
        "hidden": [
            {**entry_of(shapes[leak.at[0]], leak.at[1]), "interval": list(knowledge.interval(leak.asked))}
            for leak in audit.hidden(knowledge, [release])
        ],
        "structural": [entry_of(shapes[file], cell) for file, cell in sorted(_structural(release))],
        "carried_forward": [entry_of(shapes[file], cell) for file, cell in sorted(release.carried)],
    }


def _structural(release: Release) -> set[At]:
    """The cells that a rule makes 0, and those that it leaves as the only ones of their row or column."""
    found = set(release.structural)
    for file, table in release.tables.items():
        for _, cells in table.shape.lines:
            possible = [cell for cell in cells if (file, cell) not in release.structural]
            if len(possible) == 1 < len(cells) and table.values[possible[0]] != 0:
                found.add((file, possible[0]))
    return found


def gate(settings: Settings, release: str) -> None:
    """Attack the files as they would be published, beside those that have left, and note that they withstood; no file is written.

    Raises WholefamilyError that names each attack that succeeded, and where.
    """
    with warehouse(settings) as connection:
        contents = store.files(connection, release)
        # Committed before the attacks: a release that fails must not stay passed.
        connection.execute("update ops.tables_release set gated_sha256 = null, attacks = null where release = %s", [release])
        connection.commit()
        earlier = [ReleaseFolder(name, store.files(connection, name)) for name in store.left_before(connection, release)]
        told = Jsonb(attacks.withstood(_attack(connection, settings, ReleaseFolder(release, contents), earlier)))
        connection.execute(
            "update ops.tables_release set gated_sha256 = %s, attacks = %s where release = %s",
            [store.content_sha256(contents), told, release],
        )


def attack(settings: Settings, release: ReleaseFolder, neighbours: Sequence[ReleaseFolder]) -> list[Outcome]:
    """Try every attack on the release in a folder, with the earlier ones beside it, and the warehouse's help where it is there."""
    try:
        with warehouse(settings) as connection:
            return _attack(connection, settings, release, neighbours)
    except WholefamilyError:
        return attacks.run(PRODUCT, Scene(release, None, tuple(neighbours)))


def _attack(connection: Connection, settings: Settings, release: ReleaseFolder, neighbours: Sequence[ReleaseFolder]) -> list[Outcome]:
    return attacks.run(PRODUCT, Scene(release, _known(connection, settings, last_period(release.name)), tuple(neighbours)))


def _known(connection: Connection, settings: Settings, last: str) -> Known:
    """What the deployment knows; of people, those of families on the programme, whom the tables count."""
    counted = connection.execute("select distinct person_id from marts.bridge_family_member where period = %s order by 1", [last])
    persons = [cast(UUID, person_id) for (person_id,) in counted.fetchall()]
    areas = [code for code, partner in partners.load(settings.partners_dir).items() if partner.kind == "authority"]
    return known(connection, settings, persons=persons, areas=areas)

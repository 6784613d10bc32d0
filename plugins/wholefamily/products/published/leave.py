"""Tables are published: only what the gate passed, only when a person approved it, and with every file in the ledger."""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from psycopg import sql
from psycopg.types.json import Jsonb

from wholefamily import lineage
from wholefamily.disclosure import anchor, approval, ledger
from wholefamily.disclosure.tables.facts import CRITERIA, FAMILIES, FILES, RESULTS
from wholefamily.disclosure.tables.table import CONTROL, read, shown
from wholefamily.errors import WholefamilyError
from wholefamily.products.published import store
from wholefamily.products.published.store import PRODUCT, warehouse
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection

ANYONE = "anyone"
_BASIS = "none is needed: statistics in which nobody can be found"


def publish(settings: Settings, release: str, dag_run_id: str) -> Path:
    """Write the release that the run's approver approved to ``HOME_DIR/published/<release>/`` and the schema ``published``.

    Returns the folder. The same release again is a no-op. Raises WholefamilyError when it is not approved, has changed since the
    gate, or the folder holds something else: what has been published does not change.
    """
    with warehouse(settings) as connection:
        approved_by, _ = approval.approver(connection, PRODUCT, release, dag_run_id)
        contents = _gated(connection, release)
        what = ledger.Disclosure(PRODUCT, release, ANYONE, _BASIS, _BASIS, approved_by)
        files = [_file(name, content) for name, content in contents.items()]
        is_new = not _is_in_ledger(connection, release, files)
        if is_new:
            for file in files:
                ledger.enter(connection, what, file)
            _fill_schema(connection, release, contents)
        # Entered first, committed last: nothing is published that could not be entered.
        folder = _write(settings.home_dir / "published", release, contents)
    anchor.write(settings)
    if is_new:
        _tell_lineage(settings, files)
    return folder


_MEMBERS = (("intermediate", "int_family_month"), ("marts", "bridge_family_member"), ("marts", "bridge_household_member"))
_READS = {
    FAMILIES: (*_MEMBERS, ("marts", "fct_household_eligibility")),
    CRITERIA: (*_MEMBERS, ("marts", "fct_household_criterion")),
    RESULTS: (_MEMBERS[0], ("marts", "fct_family_progress")),
}
"""The tables of the warehouse that each file counts."""


def _tell_lineage(settings: Settings, files: Sequence[ledger.File]) -> None:
    rows = {file.name: file.n_rows for file in files}
    names = {file: file.removesuffix(".csv") for file in _READS}
    lineage.emit(
        settings,
        [
            lineage.Step(
                f"release_published_tables.{names[file]}",
                [lineage.table(settings, schema, table) for schema, table in reads],
                [lineage.table(settings, "published", names[file], rows=rows[file])],
            )
            for file, reads in _READS.items()
        ],
    )


def _gated(connection: Connection, release: str) -> dict[str, bytes]:
    contents = store.files(connection, release)
    row = connection.execute("select gated_sha256, follows from ops.tables_release where release = %s for update", [release]).fetchone()
    passed, follows = row or (None, None)
    if passed != store.content_sha256(contents):
        raise WholefamilyError(
            f"published tables {release} have not passed the disclosure gate as they stand: run release_published_tables again"
        )
    # What has left since was no part of what was attacked.
    last = next(reversed([] if store.has_left(connection, release) else store.left_before(connection, release)), follows)
    if last != follows:
        raise WholefamilyError(
            f"published tables {release}: another release has left since they were built: run release_published_tables again"
        )
    return contents


def _file(name: str, content: bytes) -> ledger.File:
    if not name.endswith(".csv"):
        return ledger.File(name, content)
    heading, *rows = content.decode().splitlines()
    return ledger.File(name, content, len(rows), tuple(heading.split(",")))


def _is_in_ledger(connection: Connection, release: str, files: list[ledger.File]) -> bool:
    left = ledger.entries(connection, PRODUCT, release)
    if left and left != {file.name: (ANYONE, file.sha256) for file in files}:
        raise WholefamilyError(
            f"published tables {release} have been published with another content, and do not change: corrections go into the next release"
        )
    return bool(left)


def _fill_schema(connection: Connection, release: str, contents: Mapping[str, bytes]) -> None:
    told = read(release, contents)
    for file in FILES:
        table = told.tables[file]
        columns = sql.SQL(", ").join(map(sql.Identifier, ("release", *table.shape.dimensions, "value")))
        name = sql.Identifier("published", file.removesuffix(".csv"))
        with connection.cursor().copy(sql.SQL("copy {} ({}) from stdin").format(name, columns)) as copy:
            for cell in table.shape.cells:
                copy.write_row((release, *cell, shown(table.values[cell])))
    connection.execute(
        "insert into published.disclosure_control (release, control) values (%s, %s)", [release, Jsonb(json.loads(contents[CONTROL]))]
    )


def _write(root: Path, release: str, contents: Mapping[str, bytes]) -> Path:
    folder, unfinished = root / release, root / f".{release}.unfinished"
    if folder.exists():
        if {path.name: path.read_bytes() for path in folder.iterdir()} != contents:
            raise WholefamilyError(f"{folder} holds something else: what has been published does not change")
        return folder
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for name, content in contents.items():
        with (unfinished / name).open("wb") as file:
            file.write(content)
            os.fsync(file.fileno())
    unfinished.rename(folder)
    return folder

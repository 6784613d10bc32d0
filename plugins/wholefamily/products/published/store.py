"""A release of published tables in the warehouse: its files as anyone may have them, and the figures that they rest on."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import cast

from wholefamily.disclosure import ledger
from wholefamily.disclosure.tables.carry import Counts
from wholefamily.disclosure.tables.table import Cell
from wholefamily.errors import WholefamilyError
from wholefamily.products import releases
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection

PRODUCT = "published_tables"


def warehouse(settings: Settings) -> AbstractContextManager[Connection]:
    """A connection to the warehouse whose errors say what happened and quote no row."""
    return releases.warehouse(settings, "the release of published tables")


def last_period(release: str) -> str:
    """The last month of a release (``2026-09`` of ``2026-Q3``). Raises WholefamilyError for anything but a quarter."""
    return releases.last_period("published tables", release)


content_sha256 = releases.content_sha256


def left_before(connection: Connection, release: str) -> list[str]:
    """The releases that have left and come before this one, oldest first.

    Raises WholefamilyError when a later one has left: what it carried forward cannot be changed any more.
    """
    rows = connection.execute("select distinct release from exchange.disclosure where product = %s order by 1", [PRODUCT])
    left = [str(name) for (name,) in rows]
    if left and left[-1] > release:
        raise WholefamilyError(f"published tables {release}: {left[-1]} has left already, and tables go forward only")
    return [name for name in left if name < release]


def has_left(connection: Connection, release: str) -> bool:
    """Whether a release has left: then it does not change."""
    return bool(ledger.entries(connection, PRODUCT, release))


def save(connection: Connection, release: str, follows: str | None, files: Mapping[str, bytes], figures: Counts) -> None:
    """Put a release, which carries forward from ``follows``, in place of what was built before under its name; it has not passed the gate yet."""
    connection.execute("delete from ops.tables_release where release = %s", [release])
    connection.execute("insert into ops.tables_release (release, follows) values (%s, %s)", [release, follows])
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into ops.tables_file (release, file, content) values (%s, %s, %s)",
            [(release, file, content) for file, content in files.items()],
        )
        cursor.executemany(
            "insert into ops.tables_figure (release, file, cell, figure) values (%s, %s, %s, %s)",
            [(release, file, list(cell), figure) for file, cells in figures.items() for cell, figure in cells.items()],
        )


def files(connection: Connection, release: str) -> dict[str, bytes]:
    """The files of a release by name. Raises WholefamilyError when it was never built."""
    rows = cast(
        "Iterable[tuple[str, bytes]]",
        connection.execute("select file, content from ops.tables_file where release = %s order by file", [release]),
    )
    found = {file: bytes(content) for file, content in rows}
    if not found:
        raise WholefamilyError(f"published tables {release} are not built: run release_published_tables from its first task")
    return found


def figures(connection: Connection, release: str) -> dict[str, dict[Cell, int]]:
    """The figure that each inner cell of a release rests on, hidden or told."""
    rows = cast(
        "Iterable[tuple[str, list[str], int]]",
        connection.execute("select file, cell, figure from ops.tables_figure where release = %s", [release]),
    )
    found: dict[str, dict[Cell, int]] = {}
    for file, cell, figure in rows:
        found.setdefault(file, {})[tuple(cell)] = figure
    return found

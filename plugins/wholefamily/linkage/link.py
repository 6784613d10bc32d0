"""Linkage of some months, from the senders' records to persons, families and households, in one transaction."""

from collections.abc import Sequence

import psycopg

from wholefamily import lineage
from wholefamily.errors import WholefamilyError
from wholefamily.linkage import cluster, families, households, model, records, registry, score
from wholefamily.settings import Settings
from wholefamily.warehouse import Connection, connect

_ONE_AT_A_TIME = 814_201_6
_READS = (
    ("intermediate", "int_person_record"),
    ("intermediate", "int_linked_residence"),
    ("intermediate", "int_main_residence"),
    ("intermediate", "int_resident_home"),
    ("intermediate", "int_home_member"),
    ("staging", "stg_programme"),
)
_WRITES = ("person_xref", "family_xref", "household_member", "household_xref", "resident_home")
"""Of ``identity``, what others read."""


def link(settings: Settings, periods: Sequence[str]) -> None:
    """Link ``periods`` (``YYYY-MM``), whose staging models are built; a second call with nothing new changes nothing.

    Raises WholefamilyError when the database refuses a step; nothing of the run is kept then.
    """
    if not periods:
        return
    with connect(settings, application="wholefamily-link") as connection:
        try:
            _link(connection, periods)
        except psycopg.Error as error:
            # Its message may quote rows.
            raise WholefamilyError(
                f"linkage of {', '.join(periods)} failed: PostgreSQL says {error.sqlstate}; nothing was changed"
            ) from None
    read = [lineage.table(settings, schema, name) for schema, name in _READS]
    lineage.emit(settings, [lineage.Step("link", read, [lineage.table(settings, "identity", name) for name in _WRITES])])


def relink(connection: Connection) -> None:
    """Have what people have decided since count, in the caller's transaction; marks the months that show another person than before.

    Raises WholefamilyError when the database refuses a step; the caller's transaction is lost then.
    """
    try:
        _persons(connection, ())
    except psycopg.Error as error:
        raise WholefamilyError(f"linkage failed: PostgreSQL says {error.sqlstate}; nothing was changed") from None


def one_at_a_time(connection: Connection) -> None:
    """Wait for whoever links at the moment; held until the transaction ends."""
    connection.execute("select pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])


def _link(connection: Connection, periods: Sequence[str]) -> None:
    _persons(connection, periods)
    families.write(connection)
    connection.execute("analyze identity.person, identity.person_xref, identity.family_xref, identity.household_member")
    households.write(connection, periods)
    connection.execute("analyze identity.household_member, identity.household_xref")


def _persons(connection: Connection, periods: Sequence[str]) -> None:
    one_at_a_time(connection)
    # What this transaction writes has no statistics until it is analysed, and the planner would take each table for empty.
    if periods:
        records.store(connection, periods)
        connection.execute("analyze identity.person_record")
    current = model.load()
    score.write(connection, current)
    cluster.write(connection, accept=current.accept, review=current.review)
    connection.execute("analyze identity.cluster")
    registry.write(connection, periods)

"""Blocking and scoring of nodes as set operations on a database of Splink's: DuckDB in memory, or another in its place.

Nothing of it is written to a disk. All SQL here is common to DuckDB and Spark.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator
from splink.internals.database_api import DatabaseAPISubClass
from splink.internals.splink_dataframe import SplinkDataFrame

from wholefamily import settings as wholefamily_settings
from wholefamily.linkage.blocking import BLOCKING
from wholefamily.linkage.comparison import Parameters, comparisons

# Of a register all records are one source; of others, which may hold people twice, each record is its own.
PREPARED = """
    select
        node as unique_id, is_register, given, family, given_keys, family_keys, birth, sex, nhs_number, upn, pnc_id, nino, uprn, postcode, flat, house, street, locality,
        case when is_register then partner_code else concat(partner_code, '/', person_ref) end as register,
        case when given < family then concat(given, ' ', family) when given >= family then concat(family, ' ', given) end as names,
        substr(birth, 1, 4) as birth_year,
        case
            when substr(birth, 9, 2) < substr(birth, 6, 2) then concat(substr(birth, 1, 4), '-', substr(birth, 9, 2), '-', substr(birth, 6, 2))
            else birth
        end as birth_sorted,
        case when length(postcode) > 3 then substr(postcode, 1, length(postcode) - 3) end as outward
    from {nodes}
"""


class Backend(ABC):
    """A database that Splink can work on."""

    api: DatabaseAPISubClass
    at_once: int | None = None
    """Records that are scored with as many others at a time; all, if the database sees to its memory itself."""

    @abstractmethod
    def load(self, name: str, table: pa.Table) -> None:
        """Make ``table`` known by ``name``; it may be read from where it stands."""

    @abstractmethod
    def make(self, name: str, query: str) -> None:
        """Keep the result of ``query`` as table ``name``."""

    @abstractmethod
    def name(self, name: str, query: str) -> None:
        """Know ``query`` by ``name``, without keeping its result."""

    @abstractmethod
    def drop(self, name: str) -> None:
        """Free the memory of a table that was made."""

    @abstractmethod
    def hashed(self, column: str) -> str:
        """The expression of a hash of 64 bits."""

    @abstractmethod
    def fetch(self, query: str) -> pa.Table:
        """The result of ``query``."""

    @abstractmethod
    def close(self) -> None:
        """Free the memory."""


class InDuckDB(Backend):
    """DuckDB in this process's memory: what does not fit fails, and is never put on a disk."""

    at_once = 1_200_000

    def __init__(self) -> None:
        self._connection = duckdb.connect(":memory:", config={"temp_directory": "", "preserve_insertion_order": False})
        self.api = DuckDBAPI(self._connection)

    def load(self, name: str, table: pa.Table) -> None:
        self._connection.register(name, table)

    def make(self, name: str, query: str) -> None:
        self._connection.execute(f"create or replace table {name} as {query}")

    def name(self, name: str, query: str) -> None:
        self._connection.execute(f"create or replace view {name} as {query}")

    def drop(self, name: str) -> None:
        self._connection.execute(f"drop table {name}")

    def hashed(self, column: str) -> str:
        return f"hash({column})"

    def fetch(self, query: str) -> pa.Table:
        return self._connection.sql(query).to_arrow_table()

    def close(self) -> None:
        self._connection.close()


@contextmanager
def opened() -> Iterator[Backend]:
    """The database to link on, by ``LINKAGE_ENGINE``."""
    backend: Backend
    if wholefamily_settings.load().linkage_engine == "spark":
        from wholefamily.linkage.spark import InSpark

        backend = InSpark()
    else:
        backend = InDuckDB()
    try:
        yield backend
    finally:
        backend.close()


def settings(parameters: Parameters | None = None, prior: float = 1e-4, *, explained: bool = False) -> SettingsCreator:
    """Splink's settings: the comparisons and blocking rules of ``comparison``, with what was trained.

    ``explained``: scores come with the levels that they are made of; they take more memory.
    """
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=comparisons(parameters),
        blocking_rules_to_generate_predictions=[rule.condition() for rule in BLOCKING],
        probability_two_random_records_match=prior,
        max_iterations=50,
        retain_matching_columns=explained,
        retain_intermediate_calculation_columns=explained,
    )


def prepare(backend: Backend, nodes: pa.Table, name: str = "nodes") -> SplinkDataFrame:
    """Load ``nodes`` (of ``nodes.SCHEMA``) and derive what blocking and comparisons need."""
    backend.load(f"{name}_sent", nodes)
    backend.make(name, PREPARED.format(nodes=f"{name}_sent"))
    return registered(backend, name)


def registered(backend: Backend, name: str) -> SplinkDataFrame:
    """A table as Splink takes it."""
    return backend.api.register(name, dataset_display_name=name, table_name=f"{name}_prepared")


def linker(table: SplinkDataFrame, creator: SettingsCreator) -> Linker:
    """Splink's linker, silent: its log would quote SQL only, but says nothing that is asked for. Nor is it written for by checks that end there."""
    return Linker(table, creator, validate_settings=False, log_level=40)

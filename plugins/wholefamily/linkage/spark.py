"""Linkage on Spark, in the place of DuckDB, for more people than one machine's memory holds: Splink's own backend.

Which Spark, and with how much of everything, is Spark's own configuration (``SPARK_CONF_DIR``, ``spark-defaults.conf``); without any
it is all cores of this machine. Spark spills to disk what it cannot hold: that is encrypted here, with a key that dies with the
session, and nothing is checkpointed. PySpark is not installed by default.
"""

from pathlib import Path
from tempfile import mkdtemp

import pyarrow as pa

from wholefamily.errors import WholefamilyError
from wholefamily.linkage.engine import Backend


class InSpark(Backend):
    """A Spark session of its own, or the one that is open."""

    def __init__(self) -> None:
        try:
            from pyspark.sql import SparkSession  # type: ignore[import-not-found]  # it is optional
            from splink.backends.spark import SparkAPI, similarity_jar_location
        except ImportError as error:
            raise WholefamilyError(f"LINKAGE_ENGINE=spark needs {error.name}, which is not installed: pip install 'pyspark>=4'") from None
        self._session = (
            SparkSession.builder.appName("wholefamily-link")
            .config("spark.jars", similarity_jar_location())
            .config("spark.io.encryption.enabled", "true")
            .config("spark.sql.catalogImplementation", "in-memory")
            .config("spark.sql.warehouse.dir", Path(mkdtemp(prefix="spark-")).as_uri())
            .getOrCreate()
        )
        # Kept in memory, and on disk only encrypted; Splink's default would write files that are not.
        self.api = SparkAPI(spark_session=self._session, break_lineage_method="persist")  # type: ignore[no-untyped-call]  # Splink has none

    def load(self, name: str, table: pa.Table) -> None:
        self._session.createDataFrame(table).createOrReplaceTempView(name)

    def make(self, name: str, query: str) -> None:
        self._session.sql(query).persist().createOrReplaceTempView(name)

    def name(self, name: str, query: str) -> None:
        self._session.sql(query).createOrReplaceTempView(name)

    def drop(self, name: str) -> None:
        # What was worked out of it may yet be asked for: Spark lets go of what it needs no longer.
        self._session.catalog.dropTempView(name)

    def hashed(self, column: str) -> str:
        return f"xxhash64({column})"

    def fetch(self, query: str) -> pa.Table:
        return self._session.sql(query).toArrow()

    def close(self) -> None:
        # The session ends with the process.
        self._session.catalog.clearCache()

"""``python -m tests.integration.linkage.on_spark <file>``: score the nodes of an Arrow file on a small Spark, print the pairs as JSON."""

import json
import sys

import pyarrow as pa
from pyspark.sql import SparkSession  # type: ignore[import-not-found]  # it stands apart (Makefile)
from splink.backends.spark import similarity_jar_location

from wholefamily.linkage import model, scoring
from wholefamily.linkage.spark import InSpark


def main() -> None:
    """With Spark's defaults for a cluster most of the time would go into empty tasks."""
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.jars", similarity_jar_location())
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.io.encryption.enabled", "true")
        .getOrCreate()
    )
    with pa.ipc.open_file(sys.argv[1]) as file:
        pairs = scoring.score_on(InSpark(), file.read_all(), model.load())
    print(json.dumps(pairs.to_pylist()))  # noqa: T201
    session.stop()


if __name__ == "__main__":
    main()

"""Great Expectations: one checkpoint a file, one Data Docs site a drop, and no value of a row in either.

What keeps values out: results are asked for with no unexpected values at all (``partial_unexpected_count`` 0: they are not
even fetched), rows are indexed by ``_line`` only, our own queries select nothing but ``_line``, and nothing is rendered once
an expectation has raised, because PostgreSQL's errors may quote values.
"""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings
from wholefamily.validation.rules import Severity

if TYPE_CHECKING:
    from great_expectations.data_context import EphemeralDataContext

_RESULT_FORMAT = {
    "result_format": "BASIC",
    "unexpected_index_column_names": ["_line"],
    "return_unexpected_index_query": True,
    "exclude_unexpected_values": True,
    "include_unexpected_rows": False,
    "partial_unexpected_count": 0,
}


@dataclass(frozen=True)
class Finding:
    """What became of one expectation: the rule, how many rows broke it, and a query whose ``_line`` are all of those rows."""

    rule: str
    column: str
    severity: Severity
    n_failed: int
    query: str


@contextmanager
def open_context(settings: Settings, site: Path, title: str) -> Iterator["EphemeralDataContext"]:
    """A Great Expectations context of the warehouse that remembers nothing, with a Data Docs site in the folder ``site``."""
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
    import great_expectations as gx
    from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults, ProgressBarsConfig

    docs = {
        "class_name": "SiteBuilder",
        "site_name": title,
        "show_how_to_buttons": False,
        "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(site)},
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
    }
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        data_docs_sites={"drop": docs},
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    context = gx.get_context(mode="ephemeral", project_config=config)
    source = context.data_sources.add_postgres("warehouse", connection_string=settings.sqlalchemy_url())
    try:
        yield context
    finally:
        source.get_engine().dispose()


def run(context: "EphemeralDataContext", suite: Path, table: str, run_name: str) -> list[Finding]:
    """Judge ``landing.<table>`` by a committed suite. Returns a finding for each expectation, in the suite's order.

    Raises WholefamilyError when an expectation could not be judged.
    """
    from great_expectations.exceptions import GreatExpectationsError
    from sqlalchemy.exc import SQLAlchemyError

    try:
        return _run(context, suite, table, run_name)
    except (GreatExpectationsError, SQLAlchemyError, ConnectionError) as error:  # its text may quote a row
        raise WholefamilyError(f"landing.{table} could not be judged: {type(error).__name__}") from None


def _run(context: "EphemeralDataContext", suite: Path, table: str, run_name: str) -> list[Finding]:
    import great_expectations as gx

    from wholefamily.validation.lines import counting_only

    committed = json.loads(suite.read_text(encoding="utf-8"))
    asset = context.data_sources.get("warehouse").add_table_asset(table, table_name=table, schema_name="landing")
    expectations = context.suites.add(gx.ExpectationSuite(**counting_only(committed)))
    definition = gx.ValidationDefinition(name=table, data=asset.add_batch_definition_whole_table("file"), suite=expectations)
    context.validation_definitions.add(definition)
    checkpoint = context.checkpoints.add(gx.Checkpoint(name=table, validation_definitions=[definition], result_format=_RESULT_FORMAT))
    (result,) = checkpoint.run(run_id=gx.RunIdentifier(run_name=run_name)).run_results.values()
    return [_finding(table, each) for each in _in_order(expectations, result.results)]


def build_docs(context: "EphemeralDataContext", site: Path) -> None:
    """Write the Data Docs of what the context has judged, in place of what is in the folder ``site``."""
    shutil.rmtree(site, ignore_errors=True)
    context.build_data_docs()
    for animation in (site / "static" / "images").glob("*.gif"):  # of a tutorial: most of a site's size
        animation.unlink()


def _in_order(suite: Any, results: Sequence[Any]) -> list[Any]:
    order = [expectation.id for expectation in suite.expectations]
    if sorted(result.expectation_config.id for result in results) != sorted(order):
        raise WholefamilyError(f"suite {suite.name}: not every expectation has a result")
    return sorted(results, key=lambda result: order.index(result.expectation_config.id))


def _finding(table: str, result: Any) -> Finding:
    config = result.expectation_config
    outcome = result.result
    if "unexpected_rows_query" in config.kwargs:
        n_failed = outcome.get("observed_value")
        query = config.kwargs["unexpected_rows_query"].format(batch=f"landing.{table}")
    else:
        n_failed = outcome.get("unexpected_count", -1) or 0  # of no rows at all GX counts None
        query = outcome.get("unexpected_index_query", "").rstrip(";")
    meta = config.meta
    if n_failed is None or not query or result.success != (n_failed == 0):
        raise WholefamilyError(f"landing.{table}: {meta['rule']} {meta['column']} could not be judged".rstrip())
    return Finding(meta["rule"], meta["column"], meta["severity"], int(n_failed), query)

"""Great Expectations: one validation a file, and no value of a row in what it returns.

What keeps values out: results are asked for with no unexpected values at all (``partial_unexpected_count`` 0: they are not
even fetched), rows are indexed by ``_line`` only, our own queries select nothing but ``_line``, and nothing is rendered once
an expectation has raised, because PostgreSQL's errors may quote values.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings
from wholefamily.validation.docs import site_config
from wholefamily.validation.rules import Severity

if TYPE_CHECKING:
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.data_context import EphemeralDataContext

_FILES, _DROP = "landing", "drop"
_RESULT_FORMAT = {
    "result_format": "BASIC",
    "return_unexpected_index_query": True,
    "exclude_unexpected_values": True,
    "include_unexpected_rows": False,
    "partial_unexpected_count": 0,
}


@dataclass(frozen=True)
class Finding:
    """What became of one expectation: the rule, and whether it was met.

    Of a rule on rows: how many broke it, and a query for the index column of all of those. Of a rule on shares: those.
    """

    rule: str
    column: str
    severity: Severity
    is_met: bool
    n_failed: int = 0
    query: str = ""
    observed: Mapping[str, float] = field(default_factory=dict)


@contextmanager
def open_context(settings: Settings, site: Path, title: str) -> Iterator["EphemeralDataContext"]:
    """A Great Expectations context of the warehouse that remembers nothing, with a Data Docs site in the folder ``site``."""
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
    import great_expectations as gx
    from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults, ProgressBarsConfig

    from wholefamily.validation import expectations as _registered  # noqa: F401 - registers them

    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        data_docs_sites={"drop": site_config(site, title)},
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    context = gx.get_context(mode="ephemeral", project_config=config)
    url = settings.sqlalchemy_url("door")
    # The files' source looks into `landing` alone: GX needs no schema's name with each table.
    options = "-c search_path=landing -c work_mem=256MB"
    files = context.data_sources.add_postgres(_FILES, connection_string=url, kwargs={"connect_args": {"options": options}})
    drop = context.data_sources.add_postgres(_DROP, connection_string=url, create_temp_table=False)
    try:
        yield context
    finally:
        for source in (files, drop):
            source.get_engine().dispose()


def run_on_table(
    context: "EphemeralDataContext", suite: Path, table: str, run_name: str, parameters: Mapping[str, object]
) -> list[Finding]:
    """Judge ``landing.<table>`` by a committed suite. Returns a finding for each expectation, in the suite's order.

    ``parameters`` are the arguments that the suite leaves open. Raises WholefamilyError when an expectation could not be judged.
    """
    with _no_values(table):
        asset = context.data_sources.get(_FILES).add_table_asset(table, table_name=table)
        batch = asset.add_batch_definition_whole_table("file")
        return _run(context, suite, batch, "_line", run_name, parameters)


def run_on_query(context: "EphemeralDataContext", suite: Path, name: str, query: str, index: str, run_name: str) -> list[Finding]:
    """Judge the rows of a query by a committed suite, as ``run_on_table`` does; ``index`` is the column that names a row."""
    with _no_values(name):
        batch = context.data_sources.get(_DROP).add_query_asset(name, query=query).add_batch_definition("drop")
        return _run(context, suite, batch, index, run_name, {})


@contextmanager
def _no_values(name: str) -> Iterator[None]:
    from great_expectations.exceptions import GreatExpectationsError
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (GreatExpectationsError, SQLAlchemyError, ConnectionError) as error:  # its text may quote a row
        raise WholefamilyError(f"{_FILES}.{name} could not be judged: {type(error).__name__}") from None


def _run(
    context: "EphemeralDataContext", suite: Path, batch: "BatchDefinition[Any]", index: str, run_name: str, parameters: Mapping[str, object]
) -> list[Finding]:
    import great_expectations as gx

    name = batch.data_asset.name
    expectations = context.suites.add_or_update(gx.ExpectationSuite(**json.loads(suite.read_text(encoding="utf-8"))))
    definition = context.validation_definitions.add(gx.ValidationDefinition(name=name, data=batch, suite=expectations))
    result = definition.run(
        expectation_parameters=dict(parameters),
        result_format={**_RESULT_FORMAT, "unexpected_index_column_names": [index]},
        run_id=gx.RunIdentifier(run_name=run_name),
    )
    return [_finding(name, each) for each in _in_order(expectations, result.results)]


def _in_order(suite: Any, results: Sequence[Any]) -> list[Any]:
    order = {expectation.id: position for position, expectation in enumerate(suite.expectations)}
    if {result.expectation_config.id for result in results} != set(order) or len(results) != len(order):
        raise WholefamilyError(f"suite {suite.name}: not every expectation has a result")
    return sorted(results, key=lambda result: order[result.expectation_config.id])


def _finding(name: str, result: Any) -> Finding:
    meta, outcome = result.expectation_config.meta, result.result
    rule, column, severity, is_met = meta["rule"], meta["column"], meta["severity"], bool(result.success)
    if outcome.get("observed_value") is not None:
        return Finding(rule, column, severity, is_met, observed=outcome["observed_value"])
    n_failed = outcome.get("unexpected_count", -1) or 0  # of no rows at all GX counts None
    query = outcome.get("unexpected_index_query", "").rstrip(";")
    if not query or is_met != (n_failed == 0):
        raise WholefamilyError(f"{_FILES}.{name}: {rule} {column} could not be judged".rstrip())
    return Finding(rule, column, severity, is_met, int(n_failed), query)

"""Where data come from and go to, as OpenLineage events: from a partner's file by way of raw, staging and marts to a product.

Events go to ``HOME_DIR/lineage/events.jsonl``, one a line, or to where OpenLineage's own variables say (``OPENLINEAGE_URL``,
``OPENLINEAGE_CONFIG``, ``OPENLINEAGE__TRANSPORT__…``); ``OPENLINEAGE_DISABLED=true`` switches them off. They hold names of datasets
and columns, and counts of rows; never a value. What cannot be sent is logged: it stops nothing.
"""

import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from wholefamily.feeds import FEEDS
from wholefamily.periods import is_period
from wholefamily.settings import Settings
from wholefamily.warehouse import connect

if TYPE_CHECKING:
    from openlineage.client import OpenLineageClient
    from openlineage.client.event_v2 import InputDataset, OutputDataset

log = logging.getLogger(__name__)

NAMESPACE = "wholefamily"
_PRODUCER = "urn:wholefamily:pipeline"


@dataclass(frozen=True)
class Dataset:
    """A file, a folder or a table; ``rows`` is how many were read from it or written to it, where that is known."""

    namespace: str
    name: str
    columns: Mapping[str, str] = field(default_factory=dict)
    """Column -> type, empty where it is not known."""
    rows: int | None = None


@dataclass(frozen=True)
class Step:
    """A job that has run: what it read and what it wrote."""

    job: str
    inputs: Sequence[Dataset]
    outputs: Sequence[Dataset]


def table(settings: Settings, schema: str, name: str, columns: Mapping[str, str] | None = None, rows: int | None = None) -> Dataset:
    """A table of the warehouse, named as OpenLineage names PostgreSQL's."""
    host, port = settings.warehouse_address
    return Dataset(f"postgres://{host}:{port}", f"{settings.warehouse_db}.{schema}.{name}", columns or {}, rows)


def remote(partner: str, path: str, rows: int | None = None) -> Dataset:
    """A file on a partner's SFTP account, by its path from the account's root."""
    return Dataset(f"sftp://{partner}", path, rows=rows)


def emit_drop(settings: Settings, arrival_id: int) -> None:
    """From each accepted file of a decided drop to the table of its feed in ``raw``."""
    emit(settings, _drop_steps(settings, arrival_id))


def _drop_steps(settings: Settings, arrival_id: int) -> Iterator[Step]:
    with connect(settings, login="door", application="wholefamily-lineage") as connection:
        rows = connection.execute(
            "select file.partner_code, file.period, file.revision, file.feed, file.rows_received, file.rows_loaded "
            "from quality.arrival as arrival inner join quality.delivery_file as file on file.delivery_id = arrival.delivery_id "
            "where arrival.arrival_id = %s and file.status = 'accepted' order by file.feed",
            [arrival_id],
        ).fetchall()
    for partner, period, revision, feed, received, loaded in rows:
        folder = f"{period}/r{revision}" if is_period(period) else f"daily/{period}"
        source = remote(partner, f"outbound/{folder}/{feed}", received)
        yield Step(f"ingest_{partner}.{feed}", [source], [table(settings, "raw", feed, dict.fromkeys(FEEDS[feed].columns, "text"), loaded)])


def emit_models(settings: Settings, manifest: Any, results: Iterable[Any]) -> None:
    """From the tables that each dbt model has read to the model's own, for those that were built.

    ``manifest`` is dbt's manifest, and ``results`` are dbt's results of an invocation, one a node.
    """
    emit(settings, _model_steps(settings, manifest, results))


def _model_steps(settings: Settings, manifest: Any, results: Iterable[Any]) -> Iterator[Step]:
    for result in results:
        node = result.node
        if str(node.resource_type) not in {"model", "snapshot"} or str(result.status) != "success":
            continue
        columns = {name: str(column.data_type or "") for name, column in node.columns.items()}
        rows = (result.adapter_response or {}).get("rows_affected", -1)
        output = table(settings, node.schema, node.alias, columns, rows if rows >= 0 else None)
        inputs = [table(settings, schema, name) for schema, name in sorted(set(_parents(manifest, node)))]
        yield Step(f"dbt.{node.name}", inputs, [output])


def _parents(manifest: Any, node: Any) -> Iterator[tuple[str, str]]:
    """(schema, table) of what a node reads; what is built into a query, without a table of its own, is looked through."""
    for parent_id in node.depends_on.nodes:
        if parent_id in manifest.sources:
            source = manifest.sources[parent_id]
            yield source.schema, source.identifier
        elif manifest.nodes[parent_id].config.materialized == "ephemeral":
            yield from _parents(manifest, manifest.nodes[parent_id])
        else:
            yield manifest.nodes[parent_id].schema, manifest.nodes[parent_id].alias


def emit(settings: Settings, steps: Iterable[Step]) -> None:
    """Send an event for each step. Whatever goes wrong is logged, by its class alone, and stops nothing."""
    try:
        client = _client(settings)
        if client is None:
            return
        for step in steps:
            _emit(client, step)
        client.close(timeout=10)
    except Exception as error:  # noqa: BLE001 (lineage is told of what was done; it must never undo it)
        log.warning("lineage was not sent: %s", type(error).__name__)


def _client(settings: Settings) -> "OpenLineageClient | None":
    if os.environ.get("OPENLINEAGE_DISABLED", "").lower() in {"true", "1"}:
        return None
    from openlineage.client import OpenLineageClient
    from openlineage.client.transport.file import FileConfig, FileTransport

    own = {"OPENLINEAGE_URL", "OPENLINEAGE_CONFIG"}
    if any(value and (name in own or name.startswith("OPENLINEAGE__TRANSPORT")) for name, value in os.environ.items()):
        return OpenLineageClient()
    folder = settings.home_dir / "lineage"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return OpenLineageClient(transport=FileTransport(FileConfig(str(folder / "events.jsonl"), append=True)))


def _emit(client: "OpenLineageClient", step: Step) -> None:
    from openlineage.client.event_v2 import Job, Run, RunEvent, RunState
    from openlineage.client.uuid import generate_new_uuid

    client.emit(
        RunEvent(
            eventTime=datetime.now(UTC).isoformat(),
            eventType=RunState.COMPLETE,
            run=Run(runId=str(generate_new_uuid())),
            job=Job(namespace=NAMESPACE, name=step.job),
            inputs=[_input(dataset) for dataset in step.inputs],
            outputs=[_output(dataset) for dataset in step.outputs],
            producer=_PRODUCER,
        )
    )


def _input(dataset: Dataset) -> "InputDataset":
    from openlineage.client.event_v2 import InputDataset
    from openlineage.client.facet_v2 import input_statistics_input_dataset as statistics

    counts: dict[str, Any] = (
        {} if dataset.rows is None else {"inputStatistics": statistics.InputStatisticsInputDatasetFacet(rowCount=dataset.rows)}
    )
    return InputDataset(namespace=dataset.namespace, name=dataset.name, facets=_schema(dataset), inputFacets=counts)


def _output(dataset: Dataset) -> "OutputDataset":
    from openlineage.client.event_v2 import OutputDataset
    from openlineage.client.facet_v2 import output_statistics_output_dataset as statistics

    counts: dict[str, Any] = (
        {} if dataset.rows is None else {"outputStatistics": statistics.OutputStatisticsOutputDatasetFacet(rowCount=dataset.rows)}
    )
    return OutputDataset(namespace=dataset.namespace, name=dataset.name, facets=_schema(dataset), outputFacets=counts)


def _schema(dataset: Dataset) -> dict[str, Any]:
    from openlineage.client.facet_v2 import schema_dataset as schema

    if not dataset.columns:
        return {}
    fields = [schema.SchemaDatasetFacetFields(name=name, type=type_ or None) for name, type_ in dataset.columns.items()]
    return {"schema": schema.SchemaDatasetFacet(fields=fields)}


__all__ = ["NAMESPACE", "Dataset", "Step", "emit", "emit_drop", "emit_models", "remote", "table"]

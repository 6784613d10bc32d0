"""Our own expectations, for what GX has none of. Importing this module registers them, and imports GX (some ten seconds).

``expect_column_values_to_meet_condition`` is a column map expectation: GX counts what breaks all of those of a file, and of its
own, in one ``select``. None of them fetches a value of a row.
"""

from typing import Any, ClassVar

import sqlalchemy as sa
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.core.suite_parameters import SuiteParameterDict
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation, ColumnAggregateExpectation, ColumnMapExpectation
from great_expectations.expectations.metrics.column_aggregate_metric_provider import (
    ColumnAggregateMetricProvider,
    column_aggregate_partial,
)
from great_expectations.expectations.metrics.map_metric_provider import ColumnMapMetricProvider, column_condition_partial
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.query_metric_provider import QueryMetricProvider
from great_expectations.validator.metric_configuration import MetricConfiguration

_N_EMPTY = "column_values.nonnull.unexpected_count"


class ColumnValuesMeetCondition(ColumnMapMetricProvider):  # type: ignore[misc]  # GX has no types
    """The condition in SQL, as a part of GX's one query."""

    condition_metric_name = "column_values.meet_condition"
    condition_value_keys = ("condition", "as_at")

    @column_condition_partial(engine=SqlAlchemyExecutionEngine)  # type: ignore[untyped-decorator]  # GX has no types
    def _sqlalchemy(cls, _column: Any, condition: str, as_at: str | None, **_: Any) -> Any:  # noqa: N805 - GX makes it a class method
        return sa.literal_column(f"({condition.format(as_at=as_at)})")


class ExpectColumnValuesToMeetCondition(ColumnMapExpectation):  # type: ignore[misc]  # GX has no types
    """Expect ``condition``, in SQL, not to be false of any row whose ``column`` is filled; ``{as_at}`` in it is a day."""

    condition: str
    as_at: str | SuiteParameterDict | None = None

    map_metric: ClassVar[str] = ColumnValuesMeetCondition.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("condition", "as_at", "mostly")

    def get_validation_dependencies(self, *arguments: Any, **named: Any) -> Any:
        """As GX says, without the values that break the condition: we never look at them."""
        dependencies = super().get_validation_dependencies(*arguments, **named)
        dependencies.remove_metric_configuration(f"{self.map_metric}.unexpected_values")
        return dependencies


class QueryLines(QueryMetricProvider):  # type: ignore[misc]  # GX has no types
    """How many lines a query finds, and the query as it was run."""

    metric_name = "query.lines"
    value_keys = ("lines", "count", "people", "programme")

    @metric_value(engine=SqlAlchemyExecutionEngine)  # type: ignore[untyped-decorator]  # GX has no types
    def _sqlalchemy(
        cls,  # noqa: N805 - GX makes it a class method
        execution_engine: SqlAlchemyExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        **_: Any,
    ) -> tuple[int, str]:
        batch, _, _ = execution_engine.get_compute_domain(metric_domain_kwargs, domain_type=MetricDomainTypes.TABLE)
        table = batch if isinstance(batch, sa.Table) else f"({batch})"
        names = {"batch": table, "people": metric_value_kwargs["people"], "programme": metric_value_kwargs["programme"]}
        query = metric_value_kwargs["lines"].format(**names)
        counting = metric_value_kwargs["count"] or "select count(*) from ({lines}) as found"
        count = execution_engine.execute_query(sa.text(counting.format(**names, lines=query))).scalar()
        return int(count or 0), query


class ExpectQueryToFindNoLines(BatchExpectation):  # type: ignore[misc]  # GX has no types
    """Expect ``lines``, a query for the ``_line`` of each row that breaks a rule, to find none; ``count`` counts them for less.

    Of the files of a drop it is a query for the ``feed``.
    ``{batch}`` is the file's table; ``{people}`` and ``{programme}`` are what rows of it refer to.
    """

    lines: str
    count: str | None = None
    people: str | SuiteParameterDict | None = None
    programme: str | SuiteParameterDict | None = None

    metric_dependencies: ClassVar[tuple[str, ...]] = (QueryLines.metric_name, "table.row_count")
    success_keys: ClassVar[tuple[str, ...]] = QueryLines.value_keys
    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id", "row_condition", "condition_parser")

    def _validate(self, metrics: dict[str, Any], *_: Any, **__: Any) -> dict[str, Any]:
        n_found, query = metrics[QueryLines.metric_name]
        n_rows = metrics["table.row_count"]
        counts = {"element_count": n_rows, "unexpected_count": n_found, "unexpected_percent": 100 * n_found / n_rows if n_rows else 0}
        return {"success": n_found == 0, "result": {**counts, "unexpected_index_query": query}}


class ColumnCodeCounts(ColumnAggregateMetricProvider):  # type: ignore[misc]  # GX has no types
    """How many rows have each code, as a part of GX's one query."""

    metric_name = "column.code_counts"
    value_keys = ("codes",)

    @column_aggregate_partial(engine=SqlAlchemyExecutionEngine)  # type: ignore[untyped-decorator]  # GX has no types
    def _sqlalchemy(cls, column: Any, codes: list[str], **_: Any) -> Any:  # noqa: N805 - GX makes it a class method
        counts = ", ".join(f"count(*) filter (where {column.name} = '{code}')" for code in codes)
        return sa.literal_column(f"array[{counts}]::bigint[]")

    @classmethod
    def _get_evaluation_dependencies(cls, metric: MetricConfiguration, *arguments: Any, **named: Any) -> Any:
        """What the counts of broken conditions wait for: GX asks at once for what can be known at once."""
        same_time = "column_values.nonnull.condition"
        dependencies = super()._get_evaluation_dependencies(metric, *arguments, **named)
        return {**dependencies, same_time: MetricConfiguration(same_time, metric.metric_domain_kwargs)}


class ExpectColumnSharesToStay(ColumnAggregateExpectation):  # type: ignore[misc]  # GX has no types
    """Expect two kinds of share of the rows to be within ``most_points`` percentage points of ``last_shares``.

    They are the rows in which ``column`` is filled, named by an empty text, and those with each of ``codes``. Without
    ``last_shares`` it is met.
    """

    codes: list[str]
    last_shares: dict[str, float] | SuiteParameterDict | None = None
    most_points: float

    metric_dependencies: ClassVar[tuple[str, ...]] = (_N_EMPTY, ColumnCodeCounts.metric_name, "table.row_count")
    success_keys: ClassVar[tuple[str, ...]] = ("codes", "last_shares", "most_points")

    def _validate(self, metrics: dict[str, Any], *_: Any, **__: Any) -> dict[str, Any]:
        n_rows = metrics["table.row_count"] or 0
        counts = {"": n_rows - (metrics[_N_EMPTY] or 0), **dict(zip(self.codes, metrics[ColumnCodeCounts.metric_name], strict=True))}
        shares = {code: count / n_rows if n_rows else 0.0 for code, count in counts.items()}
        last = self._get_success_kwargs()["last_shares"] or {}
        # Rounded: a move of exactly so many points is none of more, whatever its last binary digit.
        moved = [code for code in last.keys() & shares.keys() if round(abs(shares[code] - last[code]) * 100, 6) > self.most_points]
        return {"success": not moved, "result": {"observed_value": shares}}


__all__ = ["ExpectColumnSharesToStay", "ExpectColumnValuesToMeetCondition", "ExpectQueryToFindNoLines"]

"""What one would do instead of ``validation``: the same suites, one expectation at a time, with complete results.

What GX has none of is asked as its own ``UnexpectedRowsExpectation``; rules over several files and shares are left out, which is to
its advantage.
"""

import json
import time
from pathlib import Path
from typing import Any

from bench import region
from wholefamily import door, feeds, periods, warehouse
from wholefamily.settings import Settings
from wholefamily.validation.suites import EXPECTATIONS, suite_name

_LEFT_OUT = {"expect_column_shares_to_stay", "expect_query_to_find_no_lines"}


def gx(settings: Settings) -> dict[str, dict[str, float]]:
    """Take in one sender's drop, and judge the files that have landed."""
    import great_expectations
    from great_expectations.expectations.core import UnexpectedRowsExpectation
    from great_expectations.expectations.registry import get_expectation_impl

    partner = region.senders(settings)[region.PLAIN_SENDER]
    door.collect(settings, partner, region.PERIOD)
    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    options = {"connect_args": {"options": "-c search_path=landing"}}
    source = context.data_sources.add_postgres("landing", connection_string=settings.sqlalchemy_url("door"), kwargs=options)
    as_at = periods.as_at(region.PERIOD).isoformat()
    figures = {"judge": {"rows": 0.0, "seconds": 0.0, "expectations": 0.0}}
    for table, feed, n_rows in _landed(settings):
        batch = source.add_table_asset(table, table_name=table).add_batch_definition_whole_table("file").get_batch()
        suite = json.loads(Path(EXPECTATIONS / f"{suite_name(feeds.feed(feed), 'authority')}.json").read_text(encoding="utf-8"))
        began = time.perf_counter()
        for each in suite["expectations"]:
            if each["type"] in _LEFT_OUT:
                continue
            query = _query(each["kwargs"], as_at)
            expectation = (
                UnexpectedRowsExpectation(unexpected_rows_query=query) if query else get_expectation_impl(each["type"])(**each["kwargs"])
            )
            batch.validate(expectation, result_format="COMPLETE")
            figures["judge"]["expectations"] += 1
        figures["judge"]["seconds"] += time.perf_counter() - began
        figures["judge"]["rows"] += n_rows
    return figures


def _query(kwargs: dict[str, Any], as_at: str) -> str | None:
    condition = kwargs.get("condition")
    if condition is None:
        return None
    return f"select * from {{batch}} where {kwargs['column']} is not null and not ({condition.format(as_at=as_at)})"  # noqa: S608 - ours


def _landed(settings: Settings) -> list[tuple[str, str, int]]:
    with warehouse.connect(settings) as connection:
        rows = connection.execute(
            "select format('d%s_%s', delivery_id, feed), feed, rows_received from quality.delivery_file where status = 'receiving' order by feed"
        ).fetchall()
    return [(str(table), str(feed), int(n_rows)) for table, feed, n_rows in rows]

"""Rows that are wrong: copies, impossible dates, unknown codes, dates to come, references to nobody. No truth rests on any of them."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from wholefamily.demo.region.people import streams
from wholefamily.feeds import Feed, SenderKind

_SHARE = 0.005
"""Of a file's rows; a file of fewer than 200 rows has none, so that one file seldom comes near the 5 % at which it is held."""


def wrong_rows(rows: pl.DataFrame, feed: Feed, kind: SenderKind, as_at: date, date_format: str, seed: int, errors: float) -> pl.DataFrame:
    """Copies of a few rows, all text, each broken in one way; the kinds of breakage take turns."""
    count = min(int(len(rows) * _SHARE * errors), 2_000)
    rng = streams(seed, f"wrong {feed.feed} {as_at}")
    chosen = rows.select(pl.all().gather(np.sort(rng.choice(len(rows), count, replace=False)))) if count else rows.head(0)
    some = chosen.select(
        pl.col(name).dt.to_string(date_format) if dtype == pl.Date else pl.col(name).cast(pl.String) for name, dtype in rows.schema.items()
    ).with_columns(n=pl.int_range(pl.len()) % 5)
    columns = feed.columns_from(kind)
    dates = [name for name, column in columns.items() if column.type == "date" and column.mandatory]
    codes = [name for name, column in columns.items() if column.allowed_codes(kind) and column.mandatory and name != "role"]
    changes = [_when(1, "person_ref", "NOBODY")] if feed.references_people else []
    if dates:
        changes.append(_when(2, dates[-1], "31/31/2026"))
    if dates and not columns[dates[-1]].may_be_future:
        changes.append(_when(3, dates[-1], (as_at + timedelta(days=45)).strftime(date_format)))
    if codes:
        changes.append(_when(4, codes[0], "ZZZ"))
    # several changes may name one column: one after the other
    for change in changes:
        some = some.with_columns(change)
    return some.drop("n")


def _when(turn: int, column: str, value: str) -> pl.Expr:
    return pl.when(pl.col("n") == turn).then(pl.lit(value)).otherwise(column).alias(column)

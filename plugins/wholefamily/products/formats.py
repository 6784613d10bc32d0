"""How tables are written that leave: every product's CSV and Parquet files come from here."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

import polars as pl

_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")


def neutral(value: str) -> str:
    """The value, with an apostrophe in front where a spreadsheet would run it (exchange.md section 5); its lines end in LF.

    Python's writer does not quote a lone CR, at which readers would begin another row.
    """
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{lines}" if value.startswith(_RUN_BY_SPREADSHEETS) else lines


def to_csv(columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """CSV in the canonical dialect, every value of it neutral."""
    columns = list(columns)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([neutral(row[column]) for column in columns])
    return text.getvalue().encode("utf-8")


def to_parquet(columns: Iterable[str], rows: Sequence[Mapping[str, str]]) -> bytes:
    """Parquet with the same columns and values as the CSV, all text; nothing in it says who wrote it, where or when."""
    content = io.BytesIO()
    table = pl.DataFrame({column: pl.Series([neutral(row[column]) for row in rows], dtype=pl.String) for column in columns})
    table.write_parquet(content, compression="zstd")
    return content.getvalue()

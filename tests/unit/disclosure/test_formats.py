"""Files that leave run nothing on the reader's machine, whatever somebody wrote into a name."""

import csv
import io
from pathlib import Path

import polars as pl
import pytest

from wholefamily.products.formats import to_csv, to_parquet
from wholefamily.settings import REPOSITORY


@pytest.mark.parametrize("value", ["=1+1", "+44", "-1", "@x", "\tx", "\rx", '=HYPERLINK("http://x","y")'])
def test_a_value_that_a_spreadsheet_would_run_is_neutralised(value: str) -> None:
    rows, expected = [{"a": value}], "'" + value.replace("\r", "\n")
    assert list(csv.reader(io.StringIO(to_csv(["a"], rows).decode(), newline=""))) == [["a"], [expected]]
    assert pl.read_parquet(io.BytesIO(to_parquet(["a"], rows)))["a"].to_list() == [expected]


def test_a_row_ends_nowhere_but_at_its_end() -> None:
    rows = [{"a": "one\rtwo", "b": "one\r\ntwo"}, {"a": "x", "b": "y"}]
    read = list(csv.reader(io.StringIO(to_csv(["a", "b"], rows).decode(), newline="")))
    assert read == [["a", "b"], ["one\ntwo", "one\ntwo"], ["x", "y"]]


@pytest.mark.parametrize("value", ["", "x=1", "O'Neill", "'", "Smith-Jones", 'said "so", and left'])
def test_any_other_value_stays_as_it_is(value: str) -> None:
    assert list(csv.DictReader(io.StringIO(to_csv(["a", "b"], [{"a": value, "b": "1"}]).decode(), newline=""))) == [{"a": value, "b": "1"}]


def test_no_product_writes_a_csv_of_its_own() -> None:
    folder = REPOSITORY / "plugins" / "wholefamily" / "products"
    writers = [path for path in folder.rglob("*.py") if "csv.writer" in path.read_text() or "csv.DictWriter" in path.read_text()]
    assert [path.relative_to(folder) for path in writers] == [Path("formats.py")]

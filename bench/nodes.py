"""The records that linkage is measured on: those of the whole region's senders, as nodes, made once and kept as Parquet."""

from pathlib import Path

import polars as pl
import pyarrow as pa
from pyarrow import parquet

from wholefamily import partners as partner_files
from wholefamily.demo.region import people_sent
from wholefamily.linkage import nodes
from wholefamily.settings import Settings

PERIOD = "2026-06"
_PIECE = 100_000


def of_region(households: int) -> Path:
    """The file of the nodes of a region of ``households``; the same seed gives the same nodes."""
    settings = Settings()
    path = settings.home_dir / "bench" / "nodes" / f"{households}.parquet"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        _write(settings, households, unfinished)
        unfinished.rename(path)
    return path


def _write(settings: Settings, households: int, path: Path) -> None:
    partners = {code: partner for code, partner in partner_files.load(settings.partners_dir).items() if partner.sends}
    n_nodes = 0
    with parquet.ParquetWriter(path, nodes.SCHEMA) as file:
        for sender, people in people_sent(partners, households=households, period=PERIOD, seed=1):
            latest = people.sort("resident_from", maintain_order=True).unique("person_ref", keep="last", maintain_order=True)
            for piece in latest.iter_slices(_PIECE):
                made = nodes.of_records(
                    {**row, "partner_code": sender, "is_register": partners[sender].kind == "authority"} for row in _text(piece).to_dicts()
                )
                numbers = pa.array(range(n_nodes, n_nodes + len(made)), pa.int64())
                file.write_table(made.set_column(0, nodes.SCHEMA.field("node"), numbers))
                n_nodes += len(made)


def _text(people: pl.DataFrame) -> pl.DataFrame:
    """All but dates as text, as senders write it."""
    return people.with_columns(pl.exclude(pl.Date).cast(pl.String))

"""The verbs ``dictionary``, ``lineage``, ``docs`` and ``charts`` of the command line: what partners send, and what the marts hold."""

import argparse
import shutil
from pathlib import Path

from wholefamily.settings import Settings


def add_write(parser: argparse.ArgumentParser, pages: str) -> None:
    """``--write``."""
    parser.add_argument("--write", action="store_true", help=f"write {pages} instead")


def dictionary(_: Settings, options: argparse.Namespace) -> int:
    """The dictionary of the feeds, and that of the marts."""
    from wholefamily import dictionary as feeds
    from wholefamily.catalogue import page as marts

    for path, text in ((feeds.PATH, feeds.markdown()), (marts.PATH, marts.markdown())):
        _out(path, text, write=options.write)
    return 0


def lineage(settings: Settings, options: argparse.Namespace) -> int:
    """Where each column of a mart comes from."""
    from wholefamily.catalogue import column_lineage, documents, lineage_page, properties

    with documents.throw_away(settings) as empty:
        described = documents.generate(empty, empty.home_dir / "dbt")
    text = lineage_page.markdown(properties.read(), column_lineage.read(described.manifest, described.catalog))
    _out(lineage_page.PATH, text, write=options.write)
    return 0


def docs(settings: Settings, _: argparse.Namespace) -> int:
    """dbt's own pages, as one file under HOME_DIR."""
    from wholefamily.catalogue import documents

    page = settings.home_dir / "dbt_docs" / "index.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    with documents.throw_away(settings) as empty:
        shutil.copyfile(documents.generate(empty, empty.home_dir / "dbt").page, page)
    print(page)
    return 0


def charts(settings: Settings, _: argparse.Namespace) -> int:
    """The metrics as a page of charts."""
    from wholefamily.catalogue import charts

    print(charts.write(settings))
    return 0


def _out(path: Path, text: str, *, write: bool) -> None:
    if write:
        path.write_text(text, encoding="utf-8")
    else:
        print(text, end="")

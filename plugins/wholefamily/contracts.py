"""Contracts that are files: partner files that can be read, and generated files that say what their sources say."""

import json
from collections.abc import Iterable
from pathlib import Path

from wholefamily import dictionary, partners
from wholefamily.catalogue import page
from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings
from wholefamily.validation.suites import EXPECTATIONS, suites


def broken(settings: Settings) -> list[str]:
    """Every broken contract, one a line, with what mends it; empty when all hold."""
    pages = ((dictionary.PATH, dictionary.markdown()), (page.PATH, page.markdown()))
    return [*_wrong_partners(settings.partners_dir), *_stale_suites(EXPECTATIONS), *_stale_pages(pages)]


def _wrong_partners(folder: Path) -> list[str]:
    try:
        partners.load(folder)
    except WholefamilyError as error:
        return str(error).splitlines()
    return []


def _stale_suites(folder: Path) -> list[str]:
    written = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}
    wanted = suites()
    stale = sorted(name for name in written.keys() | wanted.keys() if written.get(name) != wanted.get(name))
    return [f"expectations/ is stale ({', '.join(stale)}): run `python -m wholefamily.validation.suites`"] if stale else []


def _stale_pages(pages: Iterable[tuple[Path, str]]) -> list[str]:
    stale = [path.name for path, text in pages if not path.exists() or path.read_text(encoding="utf-8") != text]
    return [f"docs/{name} is stale: run `python -m wholefamily dictionary --write`" for name in stale]

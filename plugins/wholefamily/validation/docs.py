"""Data Docs of a drop: pages that can be read without a network, with counts and line numbers and no values."""

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from great_expectations.data_context import EphemeralDataContext

_STYLE = Path(__file__).with_name("data_docs.css")
_FROM_ELSEWHERE = re.compile(
    r'<script[^>]*\bsrc="https?://[^>]*>\s*</script>|<link[^>]*\bhref="https?://[^>]*>|<img[^>]*\bsrc="https?://[^>]*>'
    r"|url\('https?://[^')]*'\)"
)


def site_config(site: Path, title: str) -> dict[str, Any]:
    """Great Expectations' configuration of a site in the folder ``site``: what was found, and nothing about suites as such."""
    return {
        "class_name": "SiteBuilder",
        "site_name": title,
        "show_how_to_buttons": False,
        "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(site)},
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        "site_section_builders": {"expectations": "None", "profiling": "None"},
    }


def build_docs(context: "EphemeralDataContext", site: Path) -> None:
    """Write the Data Docs of what the context has judged, in place of what is in the folder ``site``.

    GX's pages ask several hosts for styles and scripts. A reader behind a firewall has neither, and nobody else need know
    that a drop is being looked at: those are taken out, and the pages have a style sheet of their own.
    """
    shutil.rmtree(site, ignore_errors=True)
    context.build_data_docs()
    for picture in (site / "static" / "images").glob("*.gif"):  # of a tutorial: most of a site's size
        picture.unlink()
    style = f"<style>{_STYLE.read_text(encoding='utf-8')}</style></head>"
    for page in site.rglob("*.html"):
        text = _FROM_ELSEWHERE.sub("", page.read_text(encoding="utf-8"))
        page.write_text(text.replace("</head>", style, 1), encoding="utf-8")


__all__ = ["build_docs", "site_config"]

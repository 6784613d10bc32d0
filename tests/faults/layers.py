"""The steps of a build, as the DAG has them."""

from typing import Any, cast

from wholefamily import build, linkage
from wholefamily.settings import Settings

LAYERS = ("staging", "link", "intermediate", "marts")


def run(settings: Settings, layer: str, period: str) -> None:
    """One step for one month."""
    if layer == "link":
        linkage.link(settings, [period])
    else:
        build.run_dbt(settings, cast("Any", layer), [period])

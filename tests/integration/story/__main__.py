"""``python -m tests.integration.story``: write docs/story.md anew."""

import tempfile
from pathlib import Path

from tests.conftest import TEMPLATE, server_with_template
from tests.integration.story.year import PAGE, page, year

with (
    tempfile.TemporaryDirectory() as folder,
    server_with_template(Path(folder)) as server,
    year(server, TEMPLATE, Path(folder, "year")) as village,
):
    text = page(village)
PAGE.write_text(text, encoding="utf-8")

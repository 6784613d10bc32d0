"""``python -m tests.integration.story``: write docs/story.md anew."""

import tempfile
from pathlib import Path

from tests.conftest import PostgresServer
from tests.integration.story.year import PAGE, page, year

from wholefamily import warehouse
from wholefamily.demo import postgres

with tempfile.TemporaryDirectory() as folder:
    server = PostgresServer(Path(folder))
    try:
        settings = server.settings("template", Path(folder, "template"))
        postgres.create_warehouse(server.admin_dsn, settings)
        warehouse.migrate(settings)
        with year(server, "template", Path(folder, "year")) as village:
            text = page(village)
    finally:
        postgres.stop(server.data)
PAGE.write_text(text, encoding="utf-8")

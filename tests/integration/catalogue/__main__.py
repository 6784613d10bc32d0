"""``python -m tests.integration.catalogue``: write docs/queries.md anew, with what the queries give of the four homes."""

import tempfile
from pathlib import Path

from tests.conftest import PostgresServer
from tests.integration.catalogue.homes import homes
from tests.integration.catalogue.test_queries import asked

from wholefamily import warehouse
from wholefamily.catalogue import queries
from wholefamily.demo import postgres

with tempfile.TemporaryDirectory() as folder:
    server = PostgresServer(Path(folder))
    try:
        settings = server.settings("template", Path(folder, "template"))
        postgres.create_warehouse(server.admin_dsn, settings)
        warehouse.migrate(settings)
        with homes(server, "template", Path(folder, "homes")) as village:
            text = queries.markdown(queries.read(), asked(server, village))
    finally:
        postgres.stop(server.data)
queries.PATH.write_text(text, encoding="utf-8")

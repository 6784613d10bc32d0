"""``python -m tests.integration.catalogue``: write docs/queries.md anew, with what the queries give of the four homes."""

import tempfile
from pathlib import Path

from tests.conftest import TEMPLATE, server_with_template
from tests.integration.catalogue.homes import homes
from tests.integration.catalogue.test_queries import asked

from wholefamily.catalogue import queries

with (
    tempfile.TemporaryDirectory() as folder,
    server_with_template(Path(folder)) as server,
    homes(server, TEMPLATE, Path(folder, "homes")) as village,
):
    text = queries.markdown(queries.read(), asked(server, village))
queries.PATH.write_text(text, encoding="utf-8")

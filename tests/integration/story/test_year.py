"""docs/story.md is what ``explain`` says."""

from pathlib import Path

from tests.conftest import PostgresServer
from tests.integration.story.year import PAGE, page, year


def test_the_page_is_what_explain_says(postgres_server: PostgresServer, warehouse_template: str, tmp_path: Path) -> None:
    with year(postgres_server, warehouse_template, tmp_path) as village:
        assert page(village) == PAGE.read_text(encoding="utf-8")

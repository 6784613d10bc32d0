"""docs/story.md is what ``explain`` says."""

from tests.integration.story.year import PAGE, page, year


def test_the_page_is_what_explain_says(postgres_server, warehouse_template, tmp_path) -> None:  # type: ignore[no-untyped-def]
    with year(postgres_server, warehouse_template, tmp_path) as village:
        assert page(village) == PAGE.read_text(encoding="utf-8")

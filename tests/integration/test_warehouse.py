"""Bringing a warehouse up to date."""

from wholefamily import warehouse as schemas
from wholefamily.feeds import FEEDS
from wholefamily.settings import Settings


def test_a_second_migration_changes_nothing(warehouse: Settings) -> None:
    assert schemas.migrate(warehouse) == []


def test_every_feed_has_a_raw_table_with_its_columns_as_text(warehouse: Settings) -> None:
    with schemas.connect(warehouse) as connection:
        found = {
            (str(table), str(column))
            for table, column in connection.execute(
                "select table_name, column_name from information_schema.columns where table_schema = 'raw' and data_type = 'text'"
            )
        }
    assert {(feed.feed, column) for feed in FEEDS.values() for column in feed.columns} <= found

"""Bringing a warehouse up to date."""

import pytest

from wholefamily import warehouse as schemas
from wholefamily.errors import WholefamilyError
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


def test_a_server_that_refuses_is_not_taken_for_none(warehouse: Settings) -> None:
    elsewhere = warehouse.model_copy(update={"warehouse_db": "nowhere"})
    refused = r'^the warehouse at 127\.0\.0\.1:\d+ refuses the connection: database "nowhere" does not exist$'
    with pytest.raises(WholefamilyError, match=refused), schemas.connect(elsewhere):
        pass

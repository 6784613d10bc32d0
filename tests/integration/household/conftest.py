"""One village for all tests of a module: written out there, built once."""

from collections.abc import Iterator

import pytest
from tests.integration.household.village import Village, empty_village


@pytest.fixture(scope="module")
def village(postgres_server, warehouse_template, tmp_path_factory) -> Iterator[Village]:  # type: ignore[no-untyped-def]
    """An empty village, for all tests of a module."""
    with empty_village(postgres_server, warehouse_template, tmp_path_factory.mktemp("village")) as village:
        yield village

"""The real door for each recipe: a warehouse of its own, the partners' real SFTP server, and what is left on disk at the end."""

from collections.abc import Iterator

import psycopg
import pytest
from tests.conftest import PostgresServer
from tests.hostile.recipe import Recipe
from tests.hostile.recipes.sealed import US
from tests.hostile.rows import WITHHELD
from tests.hostile.run import Run, meets_its_fate
from tests.integration.door.conftest import SftpHost, door_settings, sftp_host

from wholefamily.settings import Settings

__all__ = ["door_settings", "run", "sftp_host"]


@pytest.fixture(scope="module")
def server_without_traces(postgres_server: PostgresServer) -> Iterator[PostgresServer]:
    """After all recipes of a module: no file of the server, its write-ahead log and its own log included, holds what may never be stored."""
    yield postgres_server
    with psycopg.connect(postgres_server.admin_dsn, autocommit=True) as admin:
        admin.execute("checkpoint")
    paths = [path for path in postgres_server.data.rglob("*") if path.is_file()]
    log = postgres_server.data.with_name(postgres_server.data.name + ".log")
    assert [path.name for path in [*paths, log] if WITHHELD.encode() in path.read_bytes()] == []


@pytest.fixture
def run(door_settings: Settings, sftp_host: SftpHost, server_without_traces: PostgresServer) -> Run:
    """Takes a recipe through the door and asserts its fate."""

    (door_settings.home_dir / "secrets" / "openpgp_private_key").write_text(str(US))

    def through_the_door(recipe: Recipe) -> None:
        meets_its_fate(recipe, door_settings, sftp_host.root)

    return through_the_door

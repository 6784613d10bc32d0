"""A build that fails on a value says where, and repeats the value nowhere."""

from pathlib import Path

import pytest
from tests.conftest import PostgresServer
from tests.integration.test_build import accept

from wholefamily import build
from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings
from wholefamily.warehouse import connect

CANARY = "Zebedee-Quillfeather"


def test_a_value_that_staging_cannot_read_is_repeated_nowhere(
    warehouse: Settings, postgres_server: PostgresServer, capfd: pytest.CaptureFixture[str]
) -> None:
    accept(warehouse, "dudley", "2026-08")
    with connect(warehouse) as connection:
        connection.execute("create table raw.people_d1 partition of raw.people for values in (1)")
        connection.execute(
            "insert into raw.people (_delivery_id, _partner, _period, _revision, _line, _loaded_at, person_ref, date_of_birth) "
            "values (1, 'dudley', '2026-08', 1, 2, '2026-09-01', 'P1', %s)",
            [CANARY],
        )
    with pytest.raises(WholefamilyError, match="stg_people") as caught:
        build.run_dbt(warehouse, "staging", ["2026-08"])
    assert CANARY not in str(caught.value)
    assert CANARY not in "".join(capfd.readouterr())
    with connect(warehouse) as connection:
        assert connection.execute("select status from ops.dbt_node_run where unique_id = 'model.wholefamily.stg_people'").fetchone() == (
            "error",
        )
        assert CANARY not in str(connection.execute("select t::text from ops.dbt_node_run as t").fetchall())
    files = [path for path in warehouse.home_dir.rglob("*") if path.is_file()]
    server_log = Path(f"{postgres_server.data}.log")
    assert [path.name for path in [*files, server_log] if CANARY.encode() in path.read_bytes()] == []

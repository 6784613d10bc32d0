"""Every unit test of the dbt project, run on a warehouse in which all models exist and hold nothing.

They stand beside the models, in ``_unit_tests*.yml``, and are about one model each; what a rule means is told and tried in the spec files.
"""

import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import yaml
from psycopg import sql

from wholefamily import build

UNIT_TESTS = sorted(
    test["name"]
    for path in (build.PROJECT / "models").rglob("*.yml")
    for test in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("unit_tests", [])
)


@pytest.fixture(scope="module")
def outcomes(postgres_server, warehouse_template, tmp_path_factory) -> Iterator[dict[str, str]]:  # type: ignore[no-untyped-def]
    """What became of each unit test: its name, and empty or what differed."""
    from dbt.cli.main import dbtRunner

    home: Path = tmp_path_factory.mktemp("rules")
    name = f"rules_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_server.admin_dsn, autocommit=True) as admin:
        admin.execute(
            sql.SQL("create database {} template {} owner {}").format(*map(sql.Identifier, (name, warehouse_template, "wholefamily")))
        )
        arguments = ["build", "--project-dir", str(build.PROJECT), "--profiles-dir", str(build.PROJECT), "--target-path", str(home / "dbt")]
        arguments += ["--log-path", str(home / "dbt"), "--log-level", "none", "--exclude-resource-type", "test"]
        with build.dbt_environment(postgres_server.settings(name, home)):
            result = dbtRunner().invoke([*arguments, "--vars", json.dumps({"periods": []})]).result
        assert result is not None, "dbt could not read its project"
        yield {
            node.node.name: "" if node.status in {"success", "pass"} else f"{node.status}: {node.message}"
            for node in result
            if node.node.resource_type in {"unit_test", "model"}
        }
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.mark.parametrize("name", UNIT_TESTS)
def test_unit_test(outcomes: dict[str, str], name: str) -> None:
    assert outcomes[name] == ""

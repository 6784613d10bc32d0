"""The rules, each a paragraph: every unit test of the dbt project, run on a warehouse in which all models exist and hold nothing.

The paragraphs stand beside the models, in ``_unit_tests*.yml``: what is given, what follows, and in a line why.
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

RULES = sorted(
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


@pytest.mark.parametrize("rule", RULES)
def test_rule(outcomes: dict[str, str], rule: str) -> None:
    assert outcomes[rule] == ""


def test_there_is_a_rule_for_every_limb_of_tf_2012() -> None:
    assert {
        "proven_offence_disposed_of_within_twelve_months",
        "asb_intervention_overlaps_the_window",
        "three_fixed_exclusions_of_one_child",
        "place_because_excluded_or_no_roll",
        "fifteen_per_cent_unauthorised_absence_pooled",
        "benefit_by_a_match_not_older_than_62_days",
        "need_open_at_the_months_end",
    } <= set(RULES)

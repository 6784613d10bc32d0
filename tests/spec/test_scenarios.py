"""Every scenario of every rule, on real PostgreSQL: what partners sent, who is who by linkage, and what the marts say then.

All households stand in one village, which is built once.
"""

from collections.abc import Iterator

import pytest
from tests.integration.household.village import empty_village
from tests.spec import scenarios, sent
from tests.spec.marts import Marts
from tests.spec.scenarios import Scenario, Spec

from wholefamily import linkage

SPECS = scenarios.read()
SCENARIOS = [pytest.param(spec, scenario, id=f"{scenario.key}: {scenario.when}") for spec in SPECS for scenario in spec.scenarios]
_UNTESTED = ("--exclude-resource-type", "test", "unit_test")


@pytest.fixture(scope="module")
def marts(postgres_server, warehouse_template, tmp_path_factory) -> Iterator[Marts]:  # type: ignore[no-untyped-def]
    with empty_village(postgres_server, warehouse_template, tmp_path_factory.mktemp("specs")) as village:
        months = sent.send(village, [scenario for spec in SPECS for scenario in spec.scenarios])
        village.dbt("resource_type:seed", "tag:staging", "tag:linkage", *_UNTESTED, periods=months)
        linkage.link(village.settings, months)
        village.dbt("tag:household", "tag:criteria", "tag:progress", "tag:marts", *_UNTESTED, periods=months)
        # Were a person two, or two persons one, a scenario would say nothing about its rule.
        records = [{record.split("/")[1] for record in person} for person in village.persons()]
        assert [found for found in records if len(found) > 1] == []
        assert sorted(ref for found in records for ref in found) == sorted(
            {sent.ref(scenario, name) for spec in SPECS for scenario in spec.scenarios for name in scenario.people}
        )
        yield Marts(village)


@pytest.mark.parametrize(("spec", "scenario"), SCENARIOS)
def test_scenario(marts: Marts, spec: Spec, scenario: Scenario) -> None:
    assert marts.say(spec, scenario) == scenario.then

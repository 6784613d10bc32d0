"""The models and the naive oracle say the same of some hundred random households of each month; ``python -m tests.oracle`` asks more."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from tests.integration.household.village import Village, empty_village
from tests.oracle.claims import BOTH
from tests.oracle.rules import CRITERIA
from tests.oracle.run import Outcome, compare, explain

SEED = 1
N_CASES = 400
NewVillage = Callable[[], AbstractContextManager[Village]]


@pytest.fixture(scope="module")
def new_village(postgres_server, warehouse_template, tmp_path_factory) -> NewVillage:  # type: ignore[no-untyped-def]
    def make() -> AbstractContextManager[Village]:
        home: Path = tmp_path_factory.mktemp("oracle")
        return empty_village(postgres_server, warehouse_template, home)

    return make


@pytest.fixture(scope="module")
def outcome(new_village: NewVillage) -> Outcome:
    return compare(new_village, SEED, range(N_CASES))


def test_models_agree_with_the_oracle(outcome: Outcome, new_village: NewVillage) -> None:
    """Homes, limbs, criteria and eligibility of all frameworks, progress of families and of the comparison cohort, and claims."""
    if outcome.different:
        pytest.fail(explain(new_village, SEED, outcome), pytrace=False)


def test_evidence_leads_back_to_a_line_of_a_file(outcome: Outcome) -> None:
    assert outcome.astray == 0


def test_everything_occurs(outcome: Outcome) -> None:
    """Were a limb never met, or a result never reached, agreeing on it would mean nothing."""
    limbs = {
        f"{framework}/{criterion}/{limb}"
        for framework, criteria in CRITERIA.items()
        for criterion in criteria
        for limb in criteria[criterion]
    }
    verdicts = {f"{framework}/{verdict}" for framework in CRITERIA for verdict in ("eligible", "not_eligible")}
    states = ("pass", "fail", "neutral")
    results = {f"tf_2012/{measure}/{state}" for measure in ("education", "asb", "youth_offending") for state in states}
    results |= {f"tf_2012/{measure}/{state}" for measure in ("progress_to_work", "continuous_employment") for state in states}
    results |= {f"tf_2012/{measure}/not_evidenced" for measure in ("education", "progress_to_work", "continuous_employment")}
    results |= {f"tf_2015/{measure}/{state}" for measure in ("attendance", "crime_asb", "health") for state in states}
    results |= {f"sf_2022/{measure}/{state}" for measure in ("education", "health", "crime", "finance") for state in ("fail", "neutral")}
    results |= {"comparison/followed", "comparison/attached", "comparison/tf_2012/asb/pass", "comparison/tf_2015/health/pass"}
    claimed = {
        "crime_asb_education",
        BOTH,
        "continuous_employment",
        "valid",
        "already_claimed",
        "review",
        "claimed_elsewhere",
        "sustained_progress",
        "no_plan",
    }
    claimed |= {"stands", "regressed"}
    assert (limbs | verdicts | results | claimed) - outcome.seen.keys() == set()

"""What the marts say of a scenario's household, in the words in which the scenario says what it expects."""

from collections import defaultdict
from typing import Any

from tests.integration.household.village import Village
from tests.spec.scenarios import CLAIMS, NOT_KNOWN, Scenario, Spec
from tests.spec.sent import ref

from wholefamily import partners
from wholefamily.story import read
from wholefamily.story.known import judged
from wholefamily.story.words import joined
from wholefamily.warehouse import connect


class Marts:
    """The marts of all months, read once."""

    def __init__(self, village: Village) -> None:
        self._village = village
        self._homes = {
            (period, person): household
            for period, person, household in village.rows("select period, person_ref, household_id from identity.household_xref")
        }
        self._evidence: dict[tuple[Any, ...], set[tuple[str, str, str]]] = defaultdict(set)
        for *key, framework, criterion, person in village.rows(_EVIDENCE):
            self._evidence[tuple(key)].add((framework, criterion, person))
        self._met = set(
            village.rows("select period, household_id, framework_code, criterion_code from marts.fct_household_criterion where is_met")
        )
        self._eligible = {tuple(key): verdict for *key, verdict in village.rows(_ELIGIBLE)}
        self._progress = {tuple(key): result for *key, result in village.rows(_PROGRESS)}
        self._claims = {tuple(key): claim for *key, claim in village.rows(_CLAIMS)}

    def say(self, spec: Spec, scenario: Scenario) -> Any:
        """In the form of the scenario's ``then``."""
        if spec.chapter == "criteria":
            return self._of_limb(spec, scenario)
        if spec.chapter == "frameworks":
            found = self._eligible[scenario.month, self._home(scenario), spec.code]
            return {name: found[name] for name in scenario.then}
        family = (scenario.month, f"{scenario.key}-OURS")
        if spec.code in CLAIMS:
            return self._claims.get(family, "no claim")
        found = self._progress[*family, spec.code]
        return {name: NOT_KNOWN if found[name] is None else found[name] for name in scenario.then}

    def _of_limb(self, spec: Spec, scenario: Scenario) -> str:
        home = self._home(scenario)
        found = self._evidence[scenario.month, home, spec.code]
        if not found:
            return self._unmet(spec, scenario, home)
        names = {ref(scenario, name): name for name in scenario.people}
        whose = [name for person, name in names.items() if any(person == each for _, _, each in found)]
        if found != {(framework, criterion, ref(scenario, name)) for framework, criterion in spec.meets.items() for name in whose}:
            return f"met as {sorted((framework, criterion, names.get(person, person)) for framework, criterion, person in found)}"
        if missing := {pair for pair in spec.meets.items() if (scenario.month, home, *pair) not in self._met}:
            return f"evidence, but no criterion {sorted(missing)}"
        return f"met by {joined(whose)}"

    def _unmet(self, spec: Spec, scenario: Scenario, home: Any) -> str:
        """Not met, or not known: what a person is told by ``explain``."""
        known = partners.load(self._village.settings.partners_dir)
        with connect(self._village.settings) as connection:
            household = read.household(connection, home, [scenario.month], None)
        states = {
            limb.state
            for framework in household.frameworks
            for criterion in judged(household, known, scenario.month, framework).criteria
            for limb in criterion.limbs
            if limb.rule.limb_code == spec.code
        }
        return joined(sorted(states))

    def _home(self, scenario: Scenario) -> Any:
        homes = [self._homes.get((scenario.month, ref(scenario, name))) for name in scenario.household]
        return next(home for home in homes if home is not None)


_EVIDENCE = """
    select distinct period, household_id, limb_code, framework_code, criterion_code, person_ref
    from marts.fct_criterion_evidence inner join identity.person_xref using (person_id)
"""

_ELIGIBLE = """
    select period, household_id, framework_code, jsonb_build_object('eligible', is_eligible, 'met', n_criteria_met, 'stale', is_stale)
    from marts.fct_household_eligibility
"""

_PROGRESS = """
    select period, family_ref, measure_code,
        jsonb_build_object('result', result, 'before', baseline_value, 'now', current_value, 'why', reason)
    from marts.fct_family_progress inner join identity.family_xref using (family_id)
"""

_CLAIMS = """
    select period, family_ref, jsonb_build_object('route', route, 'pounds', amount_gbp, 'status', status)
    from marts.fct_result_claim inner join identity.family_xref using (family_id)
"""

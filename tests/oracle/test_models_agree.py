"""The models and the naive oracle say the same of some hundred random households, in months whose ends matter."""

from collections import defaultdict
from collections.abc import Iterator

import pytest
from tests.integration.household.village import Village, empty_village
from tests.oracle.limbs import Row, criteria_met, limbs_met
from tests.oracle.population import Household, households, name

from wholefamily import build, linkage
from wholefamily.periods import as_at

POLICE = "west_midlands_police"
AUTHORITIES = ["birmingham", "coventry", "dudley", "sandwell", "solihull", "walsall", "wolverhampton"]
# The ends of March, August and December are days on which a child reaches school age; in December a term ends too, and in
# February a window of twelve months is cut short.
PERIODS = ["2024-02", "2026-03", "2026-06", "2026-08", "2026-12"]
REGION: dict[str, list[Household]] = {period: households(seed, 70, AUTHORITIES, as_at(period)) for seed, period in enumerate(PERIODS, 1)}


def drops(region: list[Household]) -> dict[str, dict[str, list[Row]]]:
    """What every partner sends of these households: partner -> feed -> rows."""
    sent: dict[str, dict[str, list[Row]]] = {partner: defaultdict(list) for partner in [*AUTHORITIES, POLICE]}
    for household in region:
        for person in household.members:
            known: Row = {
                "person_ref": person.ref,
                "given_name": name(person.ref)[::-1].capitalize(),
                "family_name": name(person.ref).capitalize(),
                "date_of_birth": person.born.isoformat() if person.born else None,
            }
            home: Row = {"uprn": household.uprn, "address_class": "RD", "residence": "MAIN", "resident_from": "2020-01-01"}
            sent[household.partner]["people"].append(known | home)
            if person.is_away:
                sent[household.partner]["people"].append(known | {"residence": "AWAY", "resident_from": "2023-06-01"})
            police_rows = {"offences": person.rows.get("offences", []), "asb_interventions": person.rows.get("asb_interventions", [])}
            if any(police_rows.values()):
                sent[POLICE]["people"].append(known | home)
            for feed, rows in person.rows.items():
                partner = POLICE if feed in police_rows else household.partner
                sent[partner][feed] += [row | {"person_ref": person.ref} for row in rows]
    return sent


@pytest.fixture(scope="module")
def judged(postgres_server, warehouse_template, tmp_path_factory) -> Iterator[Village]:  # type: ignore[no-untyped-def]
    """A warehouse in which the months are built up to the criteria."""
    with empty_village(postgres_server, warehouse_template, tmp_path_factory.mktemp("oracle")) as village:
        for period, region in REGION.items():
            for partner, feeds in drops(region).items():
                village.send(partner, period, **feeds)
        build.run_dbt(village.settings, "staging", PERIODS)
        linkage.link(village.settings, PERIODS)
        build.run_dbt(village.settings, "intermediate", PERIODS)
        build.run_dbt(village.settings, "marts", PERIODS)
        yield village


@pytest.mark.parametrize("period", PERIODS)
def test_limbs_of_tf_2012(judged: Village, period: str) -> None:
    homes = judged.households(period)
    rows = judged.rows(
        "select household_id::text, array_agg(distinct limb_code) from marts.fct_criterion_evidence "
        "where framework_code = 'tf_2012' and period = %s group by household_id",
        period,
    )
    found = {household: set(limbs) for household, limbs in rows}
    different = {}
    for number, household in enumerate(REGION[period]):
        ids = {homes[f"{household.partner}/{person.ref}"] for person in household.members}
        assert len(ids) == 1, f"household {number} is {len(ids)} households"
        expected, actual = limbs_met(household.members, as_at(period)), found.get(ids.pop(), set())
        if expected != actual:
            different[f"household {number}"] = (f"missing {sorted(expected - actual)}", f"too many {sorted(actual - expected)}")
    assert different == {}


@pytest.mark.parametrize("period", PERIODS)
def test_criteria_and_eligibility_of_tf_2012(judged: Village, period: str) -> None:
    homes = judged.households(period)
    rows = judged.rows(
        "select household_id::text, n_criteria_met, is_eligible from marts.fct_household_eligibility "
        "where framework_code = 'tf_2012' and period = %s",
        period,
    )
    found = {household: (n, eligible) for household, n, eligible in rows}
    for household in REGION[period]:
        n = len(criteria_met(limbs_met(household.members, as_at(period))))
        assert found[homes[f"{household.partner}/{household.members[0].ref}"]] == (n, n >= 3)


def test_every_limb_occurs(judged: Village) -> None:
    """Were a limb never met here, agreeing on it would mean nothing."""
    met = {limb for period, region in REGION.items() for household in region for limb in limbs_met(household.members, as_at(period))}
    assert {"proven_offence", "asb_intervention", "exclusion", "excluded_placement", "not_on_roll", "unauthorised_absence"} <= met
    assert {"out_of_work_benefit", "mental_health", "substance_misuse", "under_18_conception"} <= met


def test_evidence_leads_back_to_a_line_of_a_file(judged: Village) -> None:
    """month/revision/feed:line is the line, header first, on which the sender wrote the person's row."""
    rows = judged.rows(
        "select evidence.source_partner, evidence.period, split_part(evidence.source_record, ':', 2)::integer, xref.person_ref "
        "from marts.fct_criterion_evidence as evidence inner join identity.person_xref as xref "
        "on evidence.person_id = xref.person_id and evidence.source_partner = xref.partner_code "
        "where evidence.framework_code = 'tf_2012' and evidence.source_record like evidence.period || '/r1/benefits:%%'"
    )
    sent = {period: drops(region) for period, region in REGION.items()}
    assert len(rows) > 20
    for partner, period, line, ref in rows:
        assert sent[period][partner]["benefits"][line - 2]["person_ref"] == ref

"""Rows that are never stored: exchange.md section 5."""

import pytest

from wholefamily.door.disclosure_rule import DisclosureRule
from wholefamily.feeds import feed

OFFENCES = ("person_ref", "role", "disposal")


@pytest.mark.parametrize("role", ["OFFENDER", "SUSPECT", "SUBJECT", "PERPETRATOR", " OFFENDER "])
def test_four_roles_may_be_disclosed(role: str) -> None:
    assert DisclosureRule(feed("offences"), "police", OFFENCES, frozenset()).withheld(["P1", role, "CAUTION"]) is None


@pytest.mark.parametrize("role", ["VICTIM", "WITNESS", "COMPLAINANT", "", " ", "offender", "Offender", "BYSTANDER", "OFFENDER VICTIM"])
def test_every_other_role_is_withheld(role: str) -> None:
    assert DisclosureRule(feed("offences"), "police", OFFENCES, frozenset()).withheld(["P1", role, "CAUTION"]) == "role"


@pytest.mark.parametrize(
    "disposal",
    [
        "COMMUNITY_RESOLUTION",
        "RESTORATIVE_JUSTICE",
        "CANNABIS_WARNING",
        "OUTCOME_22",
        "community resolution",
        " Restorative-Justice ",
        "outcome 22",
    ],
)
def test_an_informal_disposal_is_withheld_however_it_is_written(disposal: str) -> None:
    assert DisclosureRule(feed("offences"), "police", OFFENCES, frozenset()).withheld(["P1", "OFFENDER", disposal]) == "informal_disposal"


def test_a_person_of_the_police_is_kept_only_if_referred_to() -> None:
    rule = DisclosureRule(feed("people"), "police", ("given_name", "person_ref"), frozenset({"P1"}))
    assert rule.withheld(["Ann", "P1"]) is None
    assert rule.withheld(["Bob", "P2"]) == "no_kept_row"


@pytest.mark.parametrize("name", ["people", "programme", "asb_interventions", "support_needs"])
def test_the_rule_is_not_for_what_authorities_send(name: str) -> None:
    columns = tuple(feed(name).columns_from("authority"))
    assert not DisclosureRule(feed(name), "authority", columns, frozenset()).applies


@pytest.mark.parametrize("name", ["people", "offences", "asb_interventions", "asb_incidents", "domestic_abuse"])
def test_the_rule_is_for_what_the_police_send(name: str) -> None:
    columns = tuple(feed(name).columns_from("police"))
    assert DisclosureRule(feed(name), "police", columns, frozenset()).applies

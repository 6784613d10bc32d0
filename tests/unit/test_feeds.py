"""The feeds, against the pages of the exchange written out by hand."""

import pytest

from wholefamily.errors import WholefamilyError
from wholefamily.feeds import DISCLOSURE, FEEDS, feed

KEYS = {
    "people": "person_ref resident_from uprn address",
    "attendance": "person_ref school_urn academic_year term",
    "exclusions": "exclusion_ref",
    "school_places": "person_ref status from_date",
    "benefits": "person_ref benefit start_date",
    "asb_interventions": "intervention_ref person_ref",
    "support_needs": "person_ref need from_date",
    "work_outcomes": "person_ref outcome start_date",
    "programme": "family_ref person_ref attached_on",
    "consent": "person_ref scope effective_from decision",
    "interventions": "intervention_ref",
    "offences": "offence_ref person_ref role",
    "asb_incidents": "incident_ref person_ref role",
    "domestic_abuse": "incident_ref person_ref role",
    "missing_episodes": "person_ref from_date",
    "offender_management": "person_ref scheme from_date",
    "reoffending_rates": "area measured_on",
    "live_risks": "risk_ref person_ref",
}
AUTHORITY = (
    "people attendance exclusions school_places benefits asb_interventions support_needs work_outcomes programme consent interventions"
)
POLICE = "people offences asb_interventions asb_incidents missing_episodes domestic_abuse offender_management reoffending_rates live_risks"


def test_keys_are_those_that_partners_were_told() -> None:
    assert {name: " ".join(definition.key) for name, definition in FEEDS.items()} == KEYS


@pytest.mark.parametrize(("kind", "names"), [("authority", AUTHORITY), ("police", POLICE)])
def test_each_kind_of_sender_has_its_feeds(kind: str, names: str) -> None:
    assert {name for name, definition in FEEDS.items() if kind in definition.sent_by} == set(names.split())


def test_only_the_police_send_a_role_with_an_intervention_and_a_pnc_id() -> None:
    assert "role" not in feed("asb_interventions").columns_from("authority")
    assert "role" in feed("asb_interventions").mandatory_from("police")
    assert "pnc_id" not in feed("people").columns_from("authority")
    assert not {"upn", "nhs_number", "nino"} & set(feed("people").columns_from("police"))


def test_ethnicity_is_coded_as_each_sender_codes_it() -> None:
    ethnicity = feed("people").columns["ethnicity"]
    assert "WBRI" in (ethnicity.allowed_codes("authority") or ())
    assert "W1" in (ethnicity.allowed_codes("police") or ())
    assert "W1" not in (ethnicity.allowed_codes("authority") or ())


def test_local_codes_are_allowed_where_the_exchange_says_so() -> None:
    assert feed("benefits").columns["benefit"].allowed_codes("authority") is None
    assert feed("asb_interventions").columns["intervention"].allowed_codes("police") is None


def test_four_end_dates_may_lie_in_the_future_and_no_others() -> None:
    assert {name for definition in FEEDS.values() for name, column in definition.columns.items() if column.may_be_future} == {
        "end_date",
        "to_date",
        "resident_to",
        "effective_from",
    }


def test_only_four_roles_may_be_disclosed_and_four_disposals_are_informal() -> None:
    assert set(DISCLOSURE.disclosable_roles) == {"OFFENDER", "SUSPECT", "SUBJECT", "PERPETRATOR"}
    assert set(DISCLOSURE.informal_disposals) == {"COMMUNITY_RESOLUTION", "RESTORATIVE_JUSTICE", "CANNABIS_WARNING", "OUTCOME_22"}


def test_an_unknown_feed_is_named() -> None:
    with pytest.raises(WholefamilyError, match="horoscopes"):
        feed("horoscopes")

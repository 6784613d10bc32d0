"""Rows that are never stored: exchange.md section 5."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wholefamily.door.disclosure_rule import DisclosureRule
from wholefamily.door.received import Received
from wholefamily.door.records import Records
from wholefamily.door.sieve import Sieve
from wholefamily.feeds import feed
from wholefamily.partners import CANONICAL, Dialect

OFFENCES = ("person_ref", "role", "disposal")


@pytest.mark.parametrize("role", ["OFFENDER", "SUSPECT", "SUBJECT", "PERPETRATOR"])
def test_four_roles_may_be_disclosed(role: str) -> None:
    assert DisclosureRule(feed("offences"), "police", OFFENCES, frozenset()).withheld(["P1", role, "CAUTION"]) is None


@pytest.mark.parametrize(
    "role",
    [
        "VICTIM",
        "WITNESS",
        "COMPLAINANT",
        "victim",
        "",
        " ",
        "offender",
        "Offender",
        " OFFENDER ",
        "OFFENDER\u00a0",
        "\ufeffOFFENDER",
        "OFFENDER\n",
        '"OFFENDER"',
        "ОFFENDER",
        "BYSTANDER",
        "OFFENDER VICTIM",
    ],
)
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
        "Outcome22",
        "Community\u00a0Resolution\ufeff",
        "Community\tResolution",
        "COMMUNITY\u200b_RESOLUTION",
        "ＣＯＭＭＵＮＩＴＹ＿ＲＥＳＯＬＵＴＩＯＮ",
        "Cómmunity Résolution",
        "community resolution (adult)",
        "RESTORATIVE JUSTICE, CAUTION",
        '"CANNABIS_WARNING"',
        "CAUTION" + " " * 2000,
    ],
)
def test_an_informal_disposal_is_withheld_however_it_is_written(disposal: str) -> None:
    assert DisclosureRule(feed("offences"), "police", OFFENCES, frozenset()).withheld(["P1", "OFFENDER", disposal]) == "informal_disposal"


@pytest.mark.parametrize("disposal", ["CAUTION", "CONDITIONAL_CAUTION", "NFA", "", "CHARGED", "OUTCOME_2", "UNKNOWN"])
def test_every_other_disposal_is_left_to_the_row_rules(disposal: str) -> None:
    assert DisclosureRule(feed("offences"), "police", OFFENCES, frozenset()).withheld(["P1", "OFFENDER", disposal]) is None


_AROUND = st.text(st.sampled_from(" \t\n\u00a0\ufeff\u200b_-.'\"/"), max_size=3)


@given(role=st.one_of(st.text(), st.sampled_from(["OFFENDER", "VICTIM", "offender", "SUSPECT"])), before=_AROUND, after=_AROUND)
def test_whatever_stands_in_role_only_four_are_kept(role: str, before: str, after: str) -> None:
    sent = before + role + after
    kept = DisclosureRule(feed("offences"), "police", OFFENCES, frozenset()).withheld(["P1", sent, "CAUTION"]) is None
    assert kept == (sent in {"OFFENDER", "SUSPECT", "SUBJECT", "PERPETRATOR"})


@given(
    words=st.sampled_from([("community", "resolution"), ("restorative", "justice"), ("cannabis", "warning"), ("outcome", "22")]),
    case=st.sampled_from([str.upper, str.lower, str.title]),
    around=st.tuples(_AROUND, _AROUND, _AROUND),
)
def test_an_informal_disposal_is_known_through_what_stands_around_it(
    words: tuple[str, str], case: Callable[[str], str], around: tuple[str, str, str]
) -> None:
    sent = around[0] + case(words[0]) + around[1] + case(words[1]) + around[2]
    assert DisclosureRule(feed("offences"), "police", OFFENCES, frozenset()).withheld(["P1", "OFFENDER", sent]) == "informal_disposal"


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


_FIELDS = [
    "OFFENDER",
    "VICTIM",
    "suspect",
    "SUBJECT",
    "Täter",
    "V",
    '"OFFENDER"',
    '"VIC""TIM"',
    '"a\nb"',
    "\\",
    "\t",
    "",
    "\ufeffSUSPECT",
    "CAUTION",
    "OUTCOME_22",
]
_CODED = Dialect(codes={"role": {"Täter": "OFFENDER", "V": "VICTIM", "OFFENDER": "WITNESS"}})


@given(
    rows=st.lists(st.lists(st.sampled_from(_FIELDS), min_size=1, max_size=5), max_size=12),
    ending=st.sampled_from(["\n", "\r\n"]),
    is_coded=st.booleans(),
)
def test_whatever_is_sent_no_other_role_and_no_informal_disposal_is_stored(rows: list[list[str]], ending: str, is_coded: bool) -> None:  # noqa: FBT001
    found = Received("offences")
    records = Records([(ending.join(["h1,h2,h3", *map(",".join, rows)]) + ending).encode()], ",")
    records.header()
    sieve = Sieve(OFFENCES, feed("offences"), "police", _CODED if is_coded else CANONICAL, frozenset(), found)
    stored = b"".join(sieve.copy_text(records)).decode().split("\n")[:-1]
    assert {row.split("\t")[2] for row in stored} <= {"OFFENDER", "SUSPECT", "SUBJECT", "PERPETRATOR"}
    assert "OUTCOME_22" not in {row.split("\t")[3] for row in stored}
    assert len(stored) + found.withheld.total() + len(found.ragged) == found.n_rows
    if is_coded:
        assert not any(line.split("\t")[2] == "OFFENDER" for line in stored if "Täter" not in ",".join(map(",".join, rows)))

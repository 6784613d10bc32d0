"""Rows of every feed that break no rule, and how a recipe changes some of them. All data are invented."""

import csv
import io
from collections.abc import Sequence
from typing import Literal

from wholefamily.feeds import FEEDS

TAKEN = "Baker"
"""The family name in rows that break no rule: in no table where their drop is not taken, and never in a receipt."""
LOST = "Thistlewick"
"""A value of rows and files that are not taken: in no table and no receipt."""
WITHHELD = "Zanderquist"
"""A value of rows that may never be stored: in no file of the server, for not a moment."""

Kind = Literal["authority", "police"]
Row = dict[str, str]

_ADDRESS = {"uprn": "100070{n}", "address": "{n} Example Street", "postcode": "B1 1AA", "address_class": "RD", "residence": "MAIN"}
_NAME = {"person_ref": "P{n}", "given_name": "Ann", "middle_names": "", "family_name": TAKEN, "former_family_name": ""}
_SPELL = {"resident_from": "2020-01-01", "resident_to": "", "deceased_on": "", "protected": ""}
_BORN = {"date_of_birth": "1990-05-17", "sex": "2"}

PEOPLE: dict[Kind, Row] = {
    "authority": {**_NAME, **_BORN, "ethnicity": "WBRI", "upn": "", "nhs_number": "", "nino": "", **_ADDRESS, **_SPELL},
    "police": {**_NAME, **_BORN, "ethnicity": "W1", "pnc_id": "", **_ADDRESS, **_SPELL},
}
_ASB = {
    "intervention_ref": "A{n}",
    "person_ref": "P{n}",
    "intervention": "CBO",
    "ground": "ASB",
    "start_date": "2026-01-10",
    "end_date": "",
}

GOOD: dict[str, Row] = {
    "attendance": {
        "person_ref": "P{n}",
        "upn": "",
        "school_urn": "103500",
        "academic_year": "2025/26",
        "term": "SUM",
        "sessions_possible": "120",
        "sessions_authorised_absence": "4",
        "sessions_unauthorised_absence": "0",
    },
    "exclusions": {
        "exclusion_ref": "X{n}",
        "person_ref": "P{n}",
        "school_urn": "103500",
        "category": "SUSP",
        "start_date": "2026-03-02",
        "sessions": "4",
        "rescinded_on": "",
    },
    "school_places": {"person_ref": "P{n}", "status": "ON_ROLL", "because_excluded": "", "from_date": "2024-09-02", "to_date": ""},
    "benefits": {
        "person_ref": "P{n}",
        "nino": "",
        "benefit": "UC",
        "uc_conditionality": "SEARCHING",
        "start_date": "2025-04-01",
        "end_date": "",
        "matched_on": "2026-10-15",
    },
    "support_needs": {"person_ref": "P{n}", "need": "EARLY_HELP", "from_date": "2026-02-01", "to_date": ""},
    "work_outcomes": {"person_ref": "P{n}", "outcome": "EMPLOYED", "start_date": "2026-04-01", "end_date": "", "verified_on": "2026-10-01"},
    "programme": {
        "family_ref": "F{n}",
        "person_ref": "P{n}",
        "role": "ADULT",
        "attached_on": "2026-01-05",
        "joined_on": "",
        "left_on": "",
        "closed_on": "",
        "closure_reason": "",
        "framework": "tf_2012",
        "lead_practitioner": "K1",
        "notified_on": "",
        "assessed_on": "",
        "plan_on": "",
    },
    "consent": {"person_ref": "P{n}", "scope": "SUPPORT", "decision": "GIVEN", "effective_from": "2026-09-01"},
    "interventions": {
        "intervention_ref": "I{n}",
        "family_ref": "F{n}",
        "agency": "council",
        "intervention": "mentoring",
        "started_on": "2026-02-01",
        "ended_on": "",
        "outcome": "",
    },
    "offences": {
        "offence_ref": "O{n}",
        "person_ref": "P{n}",
        "role": "OFFENDER",
        "offence_class": "THEFT",
        "offence_date": "2026-05-01",
        "disposal": "CAUTION",
        "disposal_date": "2026-06-01",
        "retracted_on": "",
    },
    "asb_incidents": {
        "incident_ref": "N{n}",
        "person_ref": "P{n}",
        "role": "SUBJECT",
        "incident_type": "NUISANCE",
        "occurred_on": "2026-07-01",
    },
    "missing_episodes": {"person_ref": "P{n}", "from_date": "2026-07-01", "to_date": "2026-07-02"},
    "domestic_abuse": {"incident_ref": "D{n}", "person_ref": "P{n}", "role": "PERPETRATOR", "occurred_on": "2026-07-01"},
    "offender_management": {"person_ref": "P{n}", "scheme": "IOM", "from_date": "2026-01-01", "to_date": ""},
    "reoffending_rates": {
        "area": "Area {n}",
        "cohort_size": "240",
        "actual_rate": "30.5",
        "predicted_rate": "33",
        "measured_on": "2026-09-30",
    },
    "live_risks": {"risk_ref": "L{n}", "person_ref": "P{n}", "role": "SUSPECT", "risk": "MISSING", "occurred_at": "2026-10-30T08:00:00Z"},
}
# A column in which any text may stand, for the value that must not be found again.
_FREE = {
    "people": "family_name",
    "attendance": "school_urn",
    "exclusions": "school_urn",
    "benefits": "benefit",
    "asb_interventions": "intervention",
    "programme": "lead_practitioner",
    "interventions": "agency",
    "offences": "offence_class",
    "asb_incidents": "incident_ref",
    "domestic_abuse": "incident_ref",
    "live_risks": "risk_ref",
}


def good(feed: str, kind: Kind = "authority") -> Row:
    """A row of a feed that breaks no rule; ``{n}`` stands for its number."""
    if feed == "people":
        return PEOPLE[kind]
    if feed == "asb_interventions":
        return {**_ASB, "role": "SUBJECT"} if kind == "police" else _ASB
    return GOOD[feed]


class Bad(Row):
    """Changes that make a row one that is not taken."""


class Withheld(Row):
    """Changes that make a row one that may never be stored."""


def bad(**changes: str) -> Bad:
    """A row that breaks a rule by these values."""
    return Bad(changes)


def withheld(**changes: str) -> Withheld:
    """A row that is not for disclosure by these values."""
    return Withheld(changes)


def kept(**changes: str) -> Row:
    """A row that looks odd and breaks no rule."""
    return changes


def table(
    feed: str,
    *more: Row,
    n: int = 40,
    kind: Kind = "authority",
    columns: Sequence[str] | None = None,
    delimiter: str = ",",
) -> str:
    """The CSV of a feed: ``n`` good rows, on lines 2 to n + 1, then a row for each of ``more``: a good one with those changes.

    Rows are numbered from 1, so their persons are P1, P2 …
    """
    template = good(feed, kind)
    assert template.keys() == FEEDS[feed].columns_from(kind).keys()
    out = io.StringIO()
    # csv quotes a value that holds a character of its line ends.
    writer = csv.DictWriter(out, columns or list(template), extrasaction="ignore", delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    for number, changes in enumerate([*([{}] * n), *more], start=1):
        row = {name: value.format(n=number) for name, value in template.items()}
        writer.writerow({**row, **_marked(feed, changes), **changes})
    return out.getvalue().replace("\r\n", "\n")


def _marked(feed: str, changes: Row) -> Row:
    if feed not in _FREE or not isinstance(changes, Bad | Withheld):
        return {}
    return {_FREE[feed]: LOST if isinstance(changes, Bad) else WITHHELD}

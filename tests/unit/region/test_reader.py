"""A reader of the drops who is never wrong about who is who must find the truth: households and criteria, month by month.

Everything here is worked out row by row from the files themselves, by readings.md and domain.md 1.1 to 1.3.
"""

import calendar
import csv
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

POLICE = "west_midlands_police"
AUTHORITIES = ("birmingham", "coventry", "dudley", "sandwell", "solihull", "walsall", "wolverhampton")
TERMS = {"2026-07": ("2025/26", date(2025, 9, 1), date(2026, 7, 31)), "2026-10": ("2025/26", date(2025, 9, 1), date(2026, 7, 31))}
"""The academic year that holds the three completed terms, their first day and their last."""
NEVER_PROVEN = {"CHARGED", "ACQUITTED", "QUASHED", "NFA", "COMMUNITY_RESOLUTION", "RESTORATIVE_JUSTICE", "CANNABIS_WARNING", "OUTCOME_22"}
NOT_COMPARABLE = {"DISPERSAL", "WARNING_LETTER", "CPN", "CLOSURE_ORDER", "PARENTING_CONTRACT"}
LOCAL = {"MENTAL_HEALTH", "SUBSTANCE_MISUSE", "LONG_TERM_CONDITION", "DOMESTIC_ABUSE_HEALTH", "UNDER_18_CONCEPTION"}


def age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def of_school_age(born: date, on: date) -> bool:
    turns_16_in = born.year + 16 + (born.month >= 9)
    fridays = [week[calendar.FRIDAY] for week in calendar.monthcalendar(turns_16_in, 6) if week[calendar.FRIDAY]]
    return age(born, on) >= 5 and on <= date(turns_16_in, 6, fridays[-1])


class Month:
    """What the drops of a month say, person by person."""

    def __init__(self, drops: Any, period: str) -> None:
        self.drops, self.period = drops, period
        year, month = map(int, period.split("-"))
        self.as_at = date(year, month, calendar.monthrange(year, month)[1])
        self.year_before = date(year - 1, month, calendar.monthrange(year - 1, month)[1])
        with (drops.root / "truth" / "persons.csv").open() as file:
            self.who = {(row["partner_code"], row["person_ref"]): row["true_person_id"] for row in csv.DictReader(file)}
        self.born: dict[str, date] = {}
        self.homes: dict[str, set[str]] = defaultdict(set)
        self.elsewhere: set[str] = set()
        self._read_people()

    def rows(self, sender: str, feed: str) -> list[tuple[str, dict[str, Any]]]:
        """A feed's good rows with the person's true id, dates as dates."""
        found = []
        for row in self.drops.good(sender, self.period, feed):
            dated = {name: self._value(sender, name, value) for name, value in row.items()}
            found.append((self.who[sender, row["person_ref"]], dated))
        return found

    def _value(self, sender: str, name: str, value: str) -> Any:
        is_date = name.endswith(("_on", "_date", "_from", "_to")) or name == "date_of_birth"
        return (self.drops.day(sender, value) if value else None) if is_date else value

    def all_rows(self, feed: str) -> list[tuple[str, dict[str, Any]]]:
        return [row for sender in AUTHORITIES for row in self.rows(sender, feed)]

    def is_open(self, start: date, end: date | None) -> bool:
        return start <= self.as_at and (end is None or end >= self.as_at)

    def _read_people(self) -> None:
        dead = set()
        for person, row in self.all_rows("people"):
            if row["date_of_birth"]:
                self.born[person] = row["date_of_birth"]
            if row["deceased_on"] and row["deceased_on"] < self.as_at.replace(day=1):
                dead.add(person)
            if self.is_open(row["resident_from"], row["resident_to"]):
                if row["residence"] in ("", "MAIN") and row["address_class"] in ("", "RD"):
                    self.homes[row["uprn"] or row["address"] + row["postcode"]].add(person)
                elif row["residence"] in ("AWAY", "PLACEMENT"):
                    self.elsewhere.add(person)
        self.homes = {home: people - dead for home, people in self.homes.items() if people - dead}  # type: ignore[assignment]

    def met(self) -> dict[str, set[tuple[str, str]]]:
        """Person -> criteria and limbs."""
        found: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for person, limb in [*self._crime(), *self._education(), *self._work_and_needs()]:
            if person not in self.elsewhere:
                found[person].add(limb)
        return found

    def _crime(self) -> list[tuple[str, tuple[str, str]]]:
        found = []
        for person, row in self.rows(POLICE, "offences"):
            recent = row["disposal_date"] and self.year_before < row["disposal_date"] <= self.as_at
            born = self.born.get(person)
            if not recent or row["retracted_on"] or row["role"] != "OFFENDER" or row["disposal"] in NEVER_PROVEN or born is None:
                continue
            if age(born, self.as_at) < 18 and age(born, row["offence_date"]) >= 10:
                found.append((person, ("crime_asb", "proven_offence")))
        measures = self.all_rows("asb_interventions") + [
            (person, row) for person, row in self.rows(POLICE, "asb_interventions") if row["role"] == "SUBJECT"
        ]
        for person, row in measures:
            tenancy = row["intervention"] in {"NSP", "POSSESSION_ORDER", "EVICTION"}
            ground = row["ground"] == "ASB" if tenancy else row["ground"] != "ARREARS"
            overlaps = row["end_date"] is None or row["end_date"] > self.year_before
            if row["intervention"] not in NOT_COMPARABLE and ground and overlaps:
                found.append((person, ("crime_asb", "asb_intervention")))
        return found

    def _education(self) -> list[tuple[str, tuple[str, str]]]:
        found = [*self._excluded(), *self._places(), *self._absent()]
        return [
            (person, ("education", limb)) for person, limb in found if person in self.born and of_school_age(self.born[person], self.as_at)
        ]

    def _excluded(self) -> list[tuple[str, str]]:
        _, first, last = TERMS[self.period]
        standing = [
            (person, row) for person, row in self.all_rows("exclusions") if row["rescinded_on"] is None and row["start_date"] >= first
        ]
        suspended = Counter(person for person, row in standing if row["category"] in {"SUSP", "FIXD"} and row["start_date"] <= last)
        expelled = [person for person, row in standing if row["category"] == "PERM"]
        return [(person, "exclusion") for person in [*expelled, *(person for person, count in suspended.items() if count >= 3)]]

    def _places(self) -> list[tuple[str, str]]:
        now = [(person, row) for person, row in self.all_rows("school_places") if self.is_open(row["from_date"], row["to_date"])]
        placed = [person for person, row in now if row["status"] in {"PRU", "ALTERNATIVE_PROVISION"} and row["because_excluded"] == "Y"]
        nowhere = [person for person, row in now if row["status"] == "NOT_ON_ROLL"]
        return [(person, "excluded_placement") for person in placed] + [(person, "not_on_roll") for person in nowhere]

    def _absent(self) -> list[tuple[str, str]]:
        possible, missed = Counter[str](), Counter[str]()
        for person, row in self.all_rows("attendance"):
            if row["academic_year"] == TERMS[self.period][0]:
                possible[person] += int(row["sessions_possible"])
                missed[person] += int(row["sessions_unauthorised_absence"])
        return [
            (person, "unauthorised_absence") for person in possible if possible[person] and 100 * missed[person] >= 15 * possible[person]
        ]

    def _work_and_needs(self) -> list[tuple[str, tuple[str, str]]]:
        found = []
        for person, row in self.all_rows("benefits"):
            out_of_work = row["benefit"] in {"JSA", "ESA", "IS", "IB", "SDA", "CA"} or (
                row["benefit"] == "UC" and row["uc_conditionality"] in {"SEARCHING", "PREPARING", "PLANNING", "NO_REQUIREMENTS"}
            )
            fresh = row["matched_on"] >= self.as_at - timedelta(days=62) and self.is_open(row["start_date"], row["end_date"])
            if out_of_work and fresh and person in self.born and age(self.born[person], self.as_at) >= 18:
                found.append((person, ("work", "out_of_work_benefit")))
        for person, row in self.all_rows("support_needs"):
            if row["need"] in LOCAL and self.is_open(row["from_date"], row["to_date"]):
                found.append((person, ("local", row["need"].lower())))
        return found


def truth(root: Path, name: str, period: str) -> list[dict[str, str]]:
    with (root / "truth" / f"{name}.csv").open() as file:
        return [row for row in csv.DictReader(file) if row["period"] == period]


@pytest.mark.parametrize("period", ["2026-07", "2026-10"])
def test_a_reader_who_links_without_error_finds_the_truth(drops: Any, period: str) -> None:
    month = Month(drops, period)
    hard = {row["true_household_id"] for row in truth(drops.root, "eligibility", period) if row["is_hard_case"] == "true"}
    residents: dict[str, set[str]] = defaultdict(set)
    for row in truth(drops.root, "residence", period):
        if row["true_household_id"]:
            residents[row["true_household_id"]].add(row["true_person_id"])
    easy = {home: people for home, people in residents.items() if home not in hard}
    assert len(easy) > 0.85 * len(residents)

    read = {frozenset(people) for people in month.homes.values()}
    assert [home for home, people in easy.items() if frozenset(people) not in read] == []

    expected: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in truth(drops.root, "criteria", period):
        if row["is_met"] == "true":
            expected[row["true_household_id"]].add((row["criterion_code"], row["limb_code"]))
    met = month.met()
    for home, people in easy.items():
        assert set().union(*(met[person] for person in people)) == expected[home], home
    limbs = {limb for limbs in expected.values() for limb in limbs}
    assert len(limbs) >= 11, "every limb of tf_2012 but the rarest needs occurs"


def test_eligibility_counts_criteria_not_limbs(drops: Any) -> None:
    met = defaultdict(set)
    for row in truth(drops.root, "criteria", "2026-10"):
        if row["is_met"] == "true":
            met[row["true_household_id"]].add(row["criterion_code"])
    rows = truth(drops.root, "eligibility", "2026-10")
    assert len(rows) > 1900
    for row in rows:
        count = len(met[row["true_household_id"]])
        assert (int(row["n_criteria_met"]), row["is_eligible"] == "true") == (count, count >= 3)
    on = [row["is_eligible"] == "true" for row in rows if row["is_on_programme"] == "true"]
    off = [row["is_eligible"] == "true" for row in rows if row["is_on_programme"] == "false"]
    assert len(on) > 200
    assert sum(on) / len(on) > 0.3
    assert 0.005 < sum(off) / len(off) < 0.05


def test_hard_cases_are_seeded(drops: Any) -> None:
    with (drops.root / "truth" / "hard_cases.csv").open() as file:
        numbers = {int(row["case"]) for row in csv.DictReader(file)}
    assert {2, 3, 4, 5, 6, 8, 9, 10, 13, 20, 21, 22, 23, 24, 27, 28, 29, 30} <= numbers

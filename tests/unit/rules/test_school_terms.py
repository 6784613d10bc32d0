"""The national school terms are those of the absence census: they follow Easter, and leave no day out (domain.md 4.2)."""

import csv
from datetime import date, timedelta
from itertools import pairwise

from dateutil.easter import easter

from wholefamily.build import PROJECT

with (PROJECT / "seeds" / "rules" / "school_term.csv").open(encoding="utf-8", newline="") as file:
    TERMS = [row for row in csv.DictReader(file) if not row["authority_code"]]


def test_spring_ends_on_easter_sunday_of_every_year() -> None:
    ends = {term["ends_on"] for term in TERMS if term["term"] == "SPR"}
    assert ends == {easter(year).isoformat() for year in range(2010, 2042)}


def test_a_school_year_begins_in_august_and_ends_in_july() -> None:
    of_year = {(term["academic_year"], term["term"]): (term["starts_on"], term["ends_on"]) for term in TERMS}
    for year in range(2009, 2041):
        name = f"{year}/{(year + 1) % 100:02d}"
        assert of_year[name, "AUT"] == (f"{year}-08-01", f"{year}-12-31")
        assert of_year[name, "SUM"][1] == f"{year + 1}-07-31"


def test_each_day_is_in_one_term() -> None:
    days = sorted((date.fromisoformat(term["starts_on"]), date.fromisoformat(term["ends_on"])) for term in TERMS)
    assert all(last + timedelta(days=1) == first for (_, last), (first, _) in pairwise(days))

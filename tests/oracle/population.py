"""Random households, many of whose dates and figures lie on a boundary of a rule or a day or a session beside it."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from tests.oracle.limbs import Person, Row, last_terms

_POLICE = {"offences", "asb_interventions"}
_LETTERS = "bcdfghjklmnprstvw"


@dataclass
class Household:
    """People at one address of one authority."""

    partner: str
    uprn: str
    members: list[Person]


def households(seed: int, n: int, partners: list[str], as_at: date) -> list[Household]:
    """``n`` households, the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311
    made = []
    for number in range(n):
        members = [person(rng, f"{seed}h{number}p{k}", as_at) for k in range(rng.randint(1, 4))]
        made.append(Household(partners[number % len(partners)], str(100_000_000_000 + seed * 10_000 + number), members))
    return made


def name(ref: str) -> str:
    """A name of letters only that nobody else of the population has."""
    return "".join(_LETTERS[int(c)] + "ao"[k % 2] if c.isdigit() else {"h": "Ka", "p": "zu"}[c] for k, c in enumerate(ref))


def person(rng: random.Random, ref: str, as_at: date) -> Person:
    """A person near a birthday that matters, and a handful of rows."""
    years = rng.choice([5, 10, 14, 15, 16, 16, 18, 18, 18, 35])
    born = (
        near(rng, as_at, as_at + relativedelta(years=-years))
        if years != 35
        else as_at + relativedelta(years=-35, days=-rng.randint(0, 3000))
    )
    made = Person(ref, born if rng.random() > 0.05 else None, is_away=rng.random() < 0.05)
    for feed, row in _ROWS.items():
        for k in range(rng.choice([0, 0, 1, 1, 2, 4] if feed in {"exclusions", "attendance"} else [0, 0, 0, 1, 2])):
            if made.born is not None or feed not in _POLICE:
                made.rows.setdefault(feed, []).append(row(rng, made, as_at, k))
    if attended := made.rows.get("attendance"):
        # One row a school and term is the key of the feed.
        made.rows["attendance"] = list({(row["school_urn"], row["academic_year"], row["term"]): row for row in attended}.values())
    return made


def near(rng: random.Random, as_at: date, *days: date, spread: int = 1) -> date:
    """One of these days, or a day beside it, but none after ``as_at``."""
    return min(as_at, rng.choice(days) + timedelta(days=rng.randint(-spread, spread)))


def maybe(rng: random.Random, share: float, value: str) -> str | None:
    """The value, in this share of cases."""
    return value if rng.random() < share else None


def offence(rng: random.Random, who: Person, as_at: date, k: int) -> Row:
    assert who.born is not None
    committed = near(rng, as_at, who.born + relativedelta(years=10), as_at + relativedelta(months=-12), as_at + relativedelta(months=-14))
    disposed = near(rng, as_at, as_at + relativedelta(months=-12), as_at, as_at + relativedelta(months=-3))
    return {
        "offence_ref": f"o-{who.ref}-{k}",
        "role": rng.choice(["OFFENDER", "OFFENDER", "SUSPECT"]),
        "offence_class": "theft",
        "offence_date": committed.isoformat(),
        "disposal": rng.choice(["YOUTH_CAUTION", "REPRIMAND", "FINE", "PND", "CHARGED", "ACQUITTED", "NFA"]),
        "disposal_date": maybe(rng, 0.9, disposed.isoformat()),
        "retracted_on": maybe(rng, 0.1, as_at.isoformat()),
    }


def asb_intervention(rng: random.Random, who: Person, as_at: date, k: int) -> Row:
    begun = near(rng, as_at, as_at, as_at + relativedelta(months=-12), as_at + relativedelta(months=-20))
    last = max(begun, as_at + relativedelta(months=-12) + timedelta(days=rng.randint(-1, 1)))
    return {
        "intervention_ref": f"a-{who.ref}-{k}",
        "role": "SUBJECT",
        "intervention": rng.choice(["ABC", "CBO", "NSP", "EVICTION", "WARNING_LETTER", "CPN", "HOUSING_INJUNCTION", "LOCAL_AGREEMENT"]),
        "ground": rng.choice(["ASB", "ARREARS", "OTHER", None]),
        "start_date": begun.isoformat(),
        "end_date": maybe(rng, 0.8, last.isoformat()),
    }


def exclusion(rng: random.Random, who: Person, as_at: date, k: int) -> Row:
    terms = last_terms(as_at, 3)
    begun = near(rng, as_at, terms[0][1], terms[1][1], terms[2][1], terms[2][2], as_at)
    return {
        "exclusion_ref": f"x-{who.ref}-{k}",
        "school_urn": "104000",
        "category": rng.choice(["SUSP", "SUSP", "FIXD", "FIXD", "LNCH"]) if rng.random() < 0.95 else "PERM",
        "start_date": begun.isoformat(),
        "rescinded_on": maybe(rng, 0.1, as_at.isoformat()),
    }


def school_place(rng: random.Random, who: Person, as_at: date, k: int) -> Row:
    return {
        "status": rng.choice(["ON_ROLL", "PRU", "ALTERNATIVE_PROVISION", "NOT_ON_ROLL", "ELECTIVE_HOME_EDUCATION", "AWAITING_PLACE"]),
        "because_excluded": rng.choice(["Y", "N", None]),
        "from_date": near(rng, as_at, as_at, as_at + relativedelta(months=-5)).isoformat(),
        "to_date": maybe(rng, 0.4, (as_at + timedelta(days=rng.randint(-1, 1))).isoformat()),
    }


def attendance(rng: random.Random, who: Person, as_at: date, k: int) -> Row:
    terms = last_terms(as_at + relativedelta(months=4), 6)
    year, term = rng.choice(terms)[0].split()
    possible = rng.choice([0, 20, 40, 100])
    return {
        "school_urn": rng.choice(["104000", "104001"]),
        "academic_year": year,
        "term": term,
        "sessions_possible": str(possible),
        "sessions_authorised_absence": "0",
        "sessions_unauthorised_absence": str(max(0, possible * 15 // 100 + rng.randint(-1, 1)) if possible else 0),
    }


def benefit(rng: random.Random, who: Person, as_at: date, k: int) -> Row:
    return {
        "benefit": rng.choice(["JSA", "ESA", "UC", "UC", "CA", "HB"]),
        "uc_conditionality": rng.choice(["SEARCHING", "PLANNING", "NO_REQUIREMENTS", "WORKING_ENOUGH", "LIGHT_TOUCH", None]),
        "start_date": (as_at + relativedelta(months=-8, days=-k)).isoformat(),
        "end_date": maybe(rng, 0.3, (as_at + timedelta(days=rng.randint(-1, 1))).isoformat()),
        "matched_on": near(rng, as_at, as_at - timedelta(days=62), as_at - timedelta(days=20)).isoformat(),
    }


def need(rng: random.Random, who: Person, as_at: date, k: int) -> Row:
    return {
        "need": rng.choice(["MENTAL_HEALTH", "SUBSTANCE_MISUSE", "UNDER_18_CONCEPTION", "HOUSING", "EARLY_YEARS", "LOOKED_AFTER"]),
        "from_date": near(rng, as_at, as_at, as_at + relativedelta(months=-5)).isoformat(),
        "to_date": maybe(rng, 0.5, (as_at + timedelta(days=rng.randint(-1, 1))).isoformat()),
    }


_ROWS: dict[str, Callable[[random.Random, Person, date, int], Row]] = {
    "offences": offence,
    "asb_interventions": asb_intervention,
    "exclusions": exclusion,
    "school_places": school_place,
    "attendance": attendance,
    "benefits": benefit,
    "support_needs": need,
}

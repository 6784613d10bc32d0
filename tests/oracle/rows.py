"""Random rows of each feed, many of whose dates and figures lie on a boundary of a rule, or a day or a session beside it."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tests.oracle.limbs import last_terms
from tests.oracle.people import Row, months_before


@dataclass(frozen=True)
class About:
    """Whom and which month a row is about, and when the person's family was attached."""

    ref: str
    born: date | None
    as_at: date
    attached: date


def near(rng: random.Random, as_at: date, *days: date, spread: int = 1) -> date:
    """One of these days, or a day beside it, but none after ``as_at``."""
    return min(as_at, rng.choice(days) + timedelta(days=rng.randint(-spread, spread)))


def maybe(rng: random.Random, share: float, value: str) -> str | None:
    """The value, in this share of cases."""
    return value if rng.random() < share else None


def event_days(who: About) -> list[date]:
    """The days at which the windows before attachment and to the month's end begin and end."""
    return [who.as_at, months_before(who.as_at, 6), months_before(who.as_at, 5), who.attached, months_before(who.attached, 6)]


def birthdays(who: About) -> list[date]:
    """The tenth and the eighteenth birthday, as far as they are past."""
    if who.born is None:
        return []
    return [day for years in (10, 18) if (day := months_before(who.born, -12 * years)) < who.as_at]


def offence(rng: random.Random, who: About, k: int) -> Row:
    committed = near(rng, who.as_at, *event_days(who), *birthdays(who), months_before(who.as_at, 12), months_before(who.as_at, 14))
    disposed = near(rng, who.as_at, who.as_at, months_before(who.as_at, 12), months_before(who.as_at, 3), committed)
    return {
        "offence_ref": f"o-{who.ref}-{k}",
        "role": rng.choice(["OFFENDER", "OFFENDER", "SUSPECT"]),
        "offence_class": "theft",
        "offence_date": committed.isoformat(),
        "disposal": rng.choice(["YOUTH_CAUTION", "REPRIMAND", "FINE", "PND", "CUSTODY", "CHARGED", "ACQUITTED", "QUASHED", "NFA"]),
        "disposal_date": maybe(rng, 0.9, max(committed, disposed).isoformat()),
        "retracted_on": maybe(rng, 0.1, who.as_at.isoformat()),
    }


def asb_incident(rng: random.Random, who: About, k: int) -> Row:
    # Brothers and sisters may have had a part in one incident.
    ref, day = (f"i-{who.ref}-{k}", near(rng, who.as_at, *event_days(who))) if k else (f"i-{who.ref[:-1]}", who.as_at)
    return {"incident_ref": ref, "role": "SUSPECT", "incident_type": "NUISANCE", "occurred_on": day.isoformat()}


def asb_intervention(rng: random.Random, who: About, k: int) -> Row:
    begun = near(rng, who.as_at, who.as_at, months_before(who.as_at, 12), months_before(who.as_at, 20))
    last = max(begun, months_before(who.as_at, 12) + timedelta(days=rng.randint(-1, 1)))
    return {
        "intervention_ref": f"a-{who.ref}-{k}",
        "role": "SUBJECT",
        "intervention": rng.choice(
            ["ABC", "CBO", "NSP", "NSP", "EVICTION", "WARNING_LETTER", "CPN", "HOUSING_INJUNCTION", "LOCAL_AGREEMENT"]
        ),
        "ground": rng.choice(["ASB", "ASB", "ARREARS", "OTHER", None]),
        "start_date": begun.isoformat(),
        "end_date": maybe(rng, 0.8, last.isoformat()),
    }


def abuse(rng: random.Random, who: About, k: int) -> Row:
    day = near(rng, who.as_at, who.as_at, months_before(who.as_at, 12), months_before(who.as_at, 2))
    return {
        "incident_ref": f"d-{who.ref}-{k}",
        "role": rng.choice(["PERPETRATOR", "PERPETRATOR", "SUSPECT"]),
        "occurred_on": day.isoformat(),
    }


def missing(rng: random.Random, who: About, k: int) -> Row:
    begun = near(rng, who.as_at, who.as_at, months_before(who.as_at, 12), months_before(who.as_at, 13))
    found = max(begun, months_before(who.as_at, 12) + timedelta(days=rng.randint(-1, 1)))
    return {"from_date": (begun - timedelta(days=7 * k)).isoformat(), "to_date": maybe(rng, 0.9, found.isoformat())}


def exclusion(rng: random.Random, who: About, k: int) -> Row:
    terms = last_terms(who.as_at, 3)
    begun = near(rng, who.as_at, terms[0][1], terms[1][1], terms[1][1], terms[2][1], terms[2][2], who.as_at)
    return {
        "exclusion_ref": f"x-{who.ref}-{k}",
        "school_urn": "104000",
        "category": rng.choice(["SUSP", "SUSP", "FIXD", "FIXD", "LNCH"]) if rng.random() < 0.95 else "PERM",
        "start_date": begun.isoformat(),
        "rescinded_on": maybe(rng, 0.1, who.as_at.isoformat()),
    }


def school_place(rng: random.Random, who: About, k: int) -> Row:
    return {
        "status": rng.choice(["ON_ROLL", "PRU", "ALTERNATIVE_PROVISION", "NOT_ON_ROLL", "ELECTIVE_HOME_EDUCATION", "AWAITING_PLACE"]),
        "because_excluded": rng.choice(["Y", "N", None]),
        "from_date": near(rng, who.as_at, who.as_at, months_before(who.as_at, 5)).isoformat(),
        "to_date": maybe(rng, 0.4, (who.as_at + timedelta(days=rng.randint(-1, 1))).isoformat()),
    }


def attendance(rng: random.Random, who: About, k: int) -> Row:
    """One row of a school and term; figures at 10 and 15 per cent without leave, and at 10 and 15 in all."""
    year, term = rng.choice(last_terms(months_before(who.as_at, -4), 6))[0].split()
    possible = rng.choice([0, 20, 40, 100, 130])
    missed = max(0, possible * rng.choice([10, 15, 15]) // 100 + rng.randint(-1, 1)) if possible else 0
    with_leave = rng.choice([0, 0, missed // 2, missed])
    return {
        "school_urn": rng.choice(["104000", "104001"]),
        "academic_year": year,
        "term": term,
        "sessions_possible": str(possible),
        "sessions_authorised_absence": str(with_leave),
        "sessions_unauthorised_absence": str(missed - with_leave),
    }


def benefit(rng: random.Random, who: About, k: int) -> Row:
    as_at = who.as_at
    begun = min(as_at, rng.choice([months_before(as_at, 8 + k), months_before(who.attached, 3 + k), as_at - timedelta(days=120 + k)]))
    moves = [as_at, as_at, who.attached, as_at - timedelta(weeks=13), as_at - timedelta(weeks=30), as_at - timedelta(weeks=4)]
    ended = max(begun, rng.choice(moves) + timedelta(days=rng.randint(-1, 1)))
    return {
        "benefit": rng.choice(["JSA", "ESA", "UC", "UC", "CA", "HB"]),
        "uc_conditionality": rng.choice(["SEARCHING", "PLANNING", "NO_REQUIREMENTS", "WORKING_ENOUGH", "LIGHT_TOUCH", None]),
        "start_date": begun.isoformat(),
        "end_date": maybe(rng, 0.5, ended.isoformat()),
        "matched_on": near(rng, as_at, as_at - timedelta(days=62), as_at - timedelta(days=20)).isoformat(),
    }


def work_outcome(rng: random.Random, who: About, k: int) -> Row:
    as_at = who.as_at
    is_job = rng.random() < 0.7
    weeks = [as_at - timedelta(days=7 * n - 1) for n in (13, 13, 26, 30)]
    begun = near(rng, as_at, *(weeks if is_job else [as_at, months_before(as_at, 6), months_before(as_at, 3)]))
    ended = max(begun, rng.choice([as_at, as_at, as_at - timedelta(weeks=4)]) + timedelta(days=rng.randint(-1, 1)))
    return {
        "outcome": "EMPLOYED" if is_job else rng.choice(["WORK_PROGRAMME_VOLUNTEER", "ESF_ATTACHED"]),
        "start_date": begun.isoformat(),
        "end_date": maybe(rng, 0.3, ended.isoformat()),
        "verified_on": maybe(rng, 0.85, as_at.isoformat()),
    }


NEEDS = [
    "MENTAL_HEALTH",
    "SUBSTANCE_MISUSE",
    "LONG_TERM_CONDITION",
    "DOMESTIC_ABUSE_HEALTH",
    "UNDER_18_CONCEPTION",
    "EARLY_YEARS",
    "FAMILY_RELATIONSHIPS",
    "EXPLOITATION",
    "HOUSING",
    "FINANCE",
    "DOMESTIC_ABUSE",
    "CHILD_IN_NEED",
    "CHILD_PROTECTION",
    "LOOKED_AFTER",
    "EARLY_HELP",
]


def need(rng: random.Random, who: About, k: int) -> Row:
    return {
        "need": rng.choice(NEEDS),
        "from_date": near(rng, who.as_at, who.as_at, months_before(who.as_at, 5)).isoformat(),
        "to_date": maybe(rng, 0.5, (who.as_at + timedelta(days=rng.randint(-1, 1))).isoformat()),
    }


# How many rows of a feed somebody has.
_FEW, _MANY = [0, 0, 0, 1, 2], [0, 0, 1, 1, 2, 4]
FEEDS: dict[str, tuple[Callable[[random.Random, About, int], Row], list[int]]] = {
    "offences": (offence, _FEW),
    "asb_incidents": (asb_incident, [0, 0, 0, 2, 5]),
    "asb_interventions": (asb_intervention, _FEW),
    "domestic_abuse": (abuse, [0, 0, 0, 0, 0, 1]),
    "missing_episodes": (missing, [0, 0, 0, 0, 0, 1]),
    "exclusions": (exclusion, _MANY),
    "school_places": (school_place, _FEW),
    "attendance": (attendance, _MANY),
    "benefits": (benefit, _FEW),
    "work_outcomes": (work_outcome, _FEW),
    "support_needs": (need, [0, 0, 0, 1, 1, 3]),
}
POLICE_FEEDS = {"offences", "asb_incidents", "asb_interventions", "domestic_abuse", "missing_episodes"}
KEYS = {
    "attendance": ("school_urn", "academic_year", "term"),
    "school_places": ("status", "from_date"),
    "benefits": ("benefit", "start_date"),
    "work_outcomes": ("outcome", "start_date"),
    "support_needs": ("need", "from_date"),
    "missing_episodes": ("from_date",),
}


def rows_of(rng: random.Random, who: About, feeds: Iterable[str]) -> dict[str, list[Row]]:
    """Rows of these feeds about a person, each key of a feed once."""
    made = {}
    for feed in feeds:
        make, shares = FEEDS[feed]
        rows = [make(rng, who, k) for k in range(rng.choice(shares))]
        if feed in KEYS:
            rows = list({tuple(row[column] for column in KEYS[feed]): row for row in rows}.values())
        if rows:
            made[feed] = rows
    return made

"""The rules of the three frameworks as the published text has them: which limbs make which criterion, and how many are needed.

Written from the text (the readings of the criteria and needs of 2012, 2015 and 2022), not from the warehouse's rule rows.
"""

from dataclasses import dataclass
from datetime import date

PROVEN = {
    "CUSTODY",
    "SUSPENDED_SENTENCE",
    "COMMUNITY_SENTENCE",
    "REFERRAL_ORDER",
    "FINE",
    "DISCHARGE",
    "COMPENSATION",
    "REPRIMAND",
    "FINAL_WARNING",
    "CAUTION",
    "CONDITIONAL_CAUTION",
    "YOUTH_CAUTION",
    "YOUTH_CONDITIONAL_CAUTION",
    "PND",
}
NOT_COMPARABLE = {"DISPERSAL", "WARNING_LETTER", "CPN", "CLOSURE_ORDER", "PARENTING_CONTRACT"}
ON_ASB_GROUND = {"NSP", "POSSESSION_ORDER", "EVICTION"}
OUT_OF_WORK = {"JSA", "ESA", "IS", "IB", "SDA", "CA"}
OUT_OF_WORK_REGIMES = {"SEARCHING", "PREPARING", "PLANNING", "NO_REQUIREMENTS"}
FRESH_DAYS = 62

_CRIME = ["proven_offence", "asb_intervention"]
_SCHOOL = ["exclusion", "excluded_placement", "not_on_roll", "unauthorised_absence"]
_HEALTH = ["mental_health", "substance_misuse", "long_term_condition", "domestic_abuse_health", "under_18_conception"]
CRITERIA: dict[str, dict[str, list[str]]] = {
    "tf_2012": {"crime_asb": _CRIME, "education": _SCHOOL, "work": ["out_of_work_benefit"], "local": _HEALTH},
    "tf_2015": {
        "crime_asb": [*_CRIME, "parent_offence"],
        "attendance": [*_SCHOOL, "low_attendance"],
        "children_help": ["child_in_need", "child_protection", "early_help", "early_years"],
        "work_finance": ["out_of_work_benefit", "finance"],
        "domestic_abuse": ["domestic_abuse", "domestic_abuse_incident"],
        "health": _HEALTH,
    },
    "sf_2022": {
        "education": [*_SCHOOL, "low_attendance"],
        "early_years": ["early_years"],
        "health": ["mental_health", "long_term_condition"],
        "substance": ["substance_misuse"],
        "relationships": ["family_relationships"],
        "safeguarding": ["child_in_need", "child_protection", "exploitation", "missing_episode"],
        "crime": _CRIME,
        "domestic_abuse": ["domestic_abuse", "domestic_abuse_incident"],
        "housing": ["housing", "possession_notice"],
        "finance": ["out_of_work_benefit", "finance"],
    },
}
REQUIRED = {"tf_2012": 3, "tf_2015": 2, "sf_2022": 3}
NEEDS_CHILD = {"tf_2015", "sf_2022"}
TAKES_EXPECTANT = {"sf_2022"}


@dataclass(frozen=True)
class OwnLimb:
    """A limb that an authority has chosen for a criterion: its own limbs take the place of the general ones while they hold."""

    authority: str
    framework: str
    criterion: str
    limb: str
    percent: int | None = None
    first: date | None = None
    last: date | None = None


# Invented choices: another local filter, a stricter and a milder share of absence, one that begins on and one that ends before a month's end.
OWN_LIMBS = [
    OwnLimb("solihull", "tf_2012", "local", "housing"),
    OwnLimb("solihull", "tf_2012", "local", "finance"),
    OwnLimb("walsall", "tf_2012", "education", "unauthorised_absence", percent=10, first=date(2024, 3, 31)),
    OwnLimb("walsall", "tf_2015", "attendance", "low_attendance", percent=85, last=date(2026, 8, 30)),
    OwnLimb("wolverhampton", "sf_2022", "housing", "housing", first=date(2026, 12, 31)),
]
DEFAULT_PERCENT = {"unauthorised_absence": 15, "low_attendance": 90}


def in_force(framework: str, authority: str, as_at: date) -> dict[str, tuple[str, int | None]]:
    """The limbs of a framework for an authority: limb -> (criterion, percent)."""
    limbs = {}
    for criterion, general in CRITERIA[framework].items():
        own = [
            limb
            for limb in OWN_LIMBS
            if (limb.authority, limb.framework, limb.criterion) == (authority, framework, criterion)
            and (limb.first or as_at) <= as_at <= (limb.last or as_at)
        ]
        chosen = {limb.limb: limb.percent for limb in own} if own else {limb: DEFAULT_PERCENT.get(limb) for limb in general}
        limbs.update({limb: (criterion, percent) for limb, percent in chosen.items()})
    return limbs


# An authority's own months for which a need must have stayed closed: months in a row are rare here.
OWN_SUSTAINED = {"coventry": 1, "dudley": 1, "sandwell": 1, "solihull": 0, "walsall": 0}


def sustained_months(framework: str, authority: str) -> int:
    """For how many months a need must have stayed closed; not asked by the first framework."""
    assert framework in NEEDS_CHILD
    return OWN_SUSTAINED.get(authority, 6)

"""Claims of families of the first framework, naively: which route each month would support, and which one is paid."""

from dataclasses import dataclass
from datetime import date

from tests.oracle.progress import Measured, Result

BOTH = "crime_asb_education+progress_to_work"
# Pounds by start year: crime, anti-social behaviour and education; on top of it progress to work; or continuous employment.
AMOUNTS = {1: (700, 100, 800), 2: (1400, 200, 1600), 3: (2100, 300, 2400)}


@dataclass(frozen=True)
class Claim:
    """A claim as it stands in one month."""

    route: str
    amount: int
    status: str


def start_year(attached: date) -> int:
    """The year of the programme, from April to March, in which a family started; later ones are paid as the third."""
    return 1 if attached < date(2013, 4, 1) else 2 if attached < date(2014, 4, 1) else 3


def route_of(results: dict[str, Result]) -> str | None:
    """The route that a family's results support: every relevant measure passes together, and neutral alone is paid to nobody."""
    relevant = [results[measure].result for measure in ("education", "asb", "youth_offending")]
    behaves = "pass" in relevant and not {"fail", "not_evidenced"} & set(relevant)
    if behaves and results["progress_to_work"].result == "pass":
        return BOTH
    if results["continuous_employment"].result == "pass":
        return "continuous_employment"
    return "crime_asb_education" if behaves else None


def amount(route: str, attached: date) -> int:
    """What a route is worth."""
    behaviour, way_to_work, employment = AMOUNTS[start_year(attached)]
    return {"crime_asb_education": behaviour, BOTH: behaviour + way_to_work, "continuous_employment": employment}[route]


def claims(months: list[tuple[str, list[tuple[Measured, dict[str, Result]]]]]) -> dict[tuple[str, str], Claim]:
    """The claims of families that may share children, over the months, oldest first: (month, family) -> claim.

    The first month that supports a claim has the valid one; a family that shares a child with one that has claimed before
    it (on the same month: that was attached before it) has none.
    """
    routes = [
        (period, measured.attached, measured, results, route)
        for period, families in months
        for measured, results in families
        if (route := route_of(results))
    ]
    first: dict[str, tuple[str, date, set[str]]] = {}
    for period, attached, measured, _, _ in sorted(routes, key=lambda found: found[:2]):
        children = {person.ref for person, role in measured.members if role == "CHILD"}
        first.setdefault(measured.family.ref, (period, attached, children))
    made = {}
    for period, attached, measured, results, route in routes:
        mine = first[measured.family.ref]
        is_elsewhere = any(other[:2] < mine[:2] and other[2] & mine[2] for other in first.values())
        is_review = route != "continuous_employment" and any(result.is_review for result in results.values())
        status = "claimed_elsewhere" if is_elsewhere else "already_claimed" if period > mine[0] else "review" if is_review else "valid"
        made[period, measured.family.ref] = Claim(route, amount(route, attached) if status in {"valid", "review"} else 0, status)
    return made

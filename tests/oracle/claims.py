"""Claims, naively: which route each month would support, which one is paid, and whether it still holds later."""

from dataclasses import dataclass
from datetime import date

from tests.oracle import rules
from tests.oracle.progress import Measured, Result

BOTH = "crime_asb_education+progress_to_work"
LATER_FROM = {"tf_2015": date(2015, 4, 1), "sf_2022": date(2021, 4, 1)}
# Pounds by start year: crime, anti-social behaviour and education; on top of it progress to work; or continuous employment.
AMOUNTS = {1: (700, 100, 800), 2: (1400, 200, 1600), 3: (2100, 300, 2400)}


@dataclass(frozen=True)
class Claim:
    """A claim as it stands in one month."""

    route: str
    amount: int | None
    status: str


def start_year(attached: date) -> int:
    """The year of the programme, from April to March, in which a family started; later ones are paid as the third."""
    return 1 if attached < date(2013, 4, 1) else 2 if attached < date(2014, 4, 1) else 3


def route_of(measured: Measured, results: dict[str, Result]) -> str | None:
    """The route that a family's results support: every relevant measure passes together, and neutral alone is paid to nobody."""
    if measured.framework != "tf_2012":
        return later_route(measured, results)
    relevant = [results[measure].result for measure in ("education", "asb", "youth_offending")]
    behaves = "pass" in relevant and not {"fail", "not_evidenced"} & set(relevant)
    if behaves and results["progress_to_work"].result == "pass":
        return BOTH
    if results["continuous_employment"].result == "pass":
        return "continuous_employment"
    return "crime_asb_education" if behaves else None


def later_route(measured: Measured, results: dict[str, Result]) -> str | None:
    """Under the later frameworks, of families with as many needs as make eligible: all of them; in 2015 continuous work instead."""
    needs = [result for measure, result in results.items() if measure != "continuous_employment"]
    n_identified = sum(result.is_applicable for result in needs)
    if n_identified < rules.REQUIRED[measured.framework]:
        return None
    if "continuous_employment" in results and results["continuous_employment"].result == "pass":
        return "continuous_employment"
    found = {result.result for result in needs}
    return "sustained_progress" if "pass" in found and not found & {"fail", "not_evidenced"} else None


def amount(route: str, framework: str, attached: date) -> int | None:
    """What a route is worth; nobody knows what was paid to families attached before their framework began."""
    if framework != "tf_2012":
        return 800 if attached >= LATER_FROM[framework] else None
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
        if (route := route_of(measured, results))
    ]
    first: dict[str, tuple[str, date, set[str], str]] = {}
    for period, attached, measured, _, route in sorted(routes, key=lambda found: found[:2]):
        if is_claimable(measured, route, attached):
            children = {person.ref for person, role in measured.members if role == "CHILD"}
            first.setdefault(measured.ref, (period, attached, children, measured.framework))
    made = {}
    for period, attached, measured, results, route in routes:
        mine = first.get(measured.ref)
        is_elsewhere = mine is not None and any(
            other[:2] < mine[:2] and other[2] & mine[2] and other[3] == mine[3] for other in first.values()
        )
        is_review = route != "continuous_employment" and any(result.is_review for result in results.values())
        if is_elsewhere:
            status = "claimed_elsewhere"
        elif mine and period > mine[0]:
            status = "already_claimed"
        elif not is_claimable(measured, route, attached):
            status = "no_plan"
        else:
            status = "review" if is_review else "valid"
        worth = amount(route, measured.framework, attached) if status in {"valid", "review"} else 0
        made[period, measured.ref] = Claim(route, worth, status)
    return made


def is_claimable(measured: Measured, route: str, attached: date) -> bool:
    """The later frameworks pay for families with a lead practitioner, an assessment and a plan."""
    return measured.has_plan or measured.framework == "tf_2012" or amount(route, measured.framework, attached) is None


def standing(claim: Claim, results: dict[str, Result] | None) -> str:
    """Whether what was claimed holds in a later month, by the measures that it rests on; to have volunteered is not undone."""
    if results is None:
        return "not_measured"
    if claim.route == "continuous_employment":
        found = {results["continuous_employment"].result}
    elif claim.route == "sustained_progress":
        found = {result.result for measure, result in results.items() if measure != "continuous_employment"}
    else:
        found = {results[measure].result for measure in ("education", "asb", "youth_offending")}
    if "fail" in found:
        return "regressed"
    return "stands" if "pass" in found and "not_evidenced" not in found else "not_evidenced"

"""Several months of a household: how it stood in the first, and what changed from each to the next."""

from collections.abc import Iterable, Mapping, Sequence

from wholefamily.story import month, words
from wholefamily.story.known import Criterion, Judged
from wholefamily.story.lines import Labels, entry, fact
from wholefamily.story.read import Household

Month = Mapping[str, Judged]
"""What each framework says of the household in a month; empty where nobody lived there."""


def lines(household: Household, judged: Mapping[str, Month], labels: Labels) -> list[str]:
    """The months in order; what changed is marked by ``*``."""
    shown = household.months
    told = [f"From {shown[0]} to {shown[-1]}, month by month; * = changed since the month before"]
    before: str | None = None
    for period in shown:
        told += ["", period]
        if not judged[period]:
            told += entry("*" if before else "", "nobody lives in this household", 2)
        elif before is None:
            told += _standing(judged[period])
        else:
            changed = _changed(household, judged, labels, before, period)
            told += changed or entry("", "nothing changed", 2)
        for row in (row for row in household.corrections if row.period == period):
            told += entry("corrected", month.correction(row, household), 2)
        before = period if judged[period] else before
    return told


def _standing(judged: Month) -> list[str]:
    told: list[str] = []
    for code, of in judged.items():
        told += entry(code, month.verdict(of), 2, 8)
        for state in ("met", "not known"):
            codes = [criterion.criterion_code for criterion in of.criteria if criterion.state == state]
            told += entry("", f"{state}: {', '.join(codes)}", 2, 8) if codes else []
    return told


def _changed(household: Household, judged: Mapping[str, Month], labels: Labels, before: str, now: str) -> list[str]:
    told = _members(household, labels, before, now)
    told += _corrected_files(household, now)
    for code, of in judged[now].items():
        if code in judged[before]:
            told += _framework(judged[before][code], of, labels)
    return told + _families(household, before, now)


def _members(household: Household, labels: Labels, before: str, now: str) -> list[str]:
    was = {row.person_id: row for row in household.members if row.period == before}
    is_now = {row.person_id: row for row in household.members if row.period == now}
    said = [f"{labels[person_id]} moved in" for person_id in is_now if person_id not in was]
    said += [f"{labels[person_id]} no longer lives there" for person_id in was if person_id not in is_now]
    for person_id in (person_id for person_id in is_now if person_id in was):
        if was[person_id].is_minor and is_now[person_id].is_minor is False:
            said.append(f"{labels[person_id]} is 18")
        if was[person_id].is_away != is_now[person_id].is_away:
            said.append(f"{labels[person_id]} is {'away' if is_now[person_id].is_away else 'back'}")
    return _starred(said)


def _corrected_files(household: Household, now: str) -> list[str]:
    """Files of a revision that replaced an earlier one, of those who know a member."""
    senders = {partner for period, partner in household.senders if period == now}
    files = sorted(
        (row.partner_code, row.source_period, row.revision, row.feed)
        for row in household.feeds.values()
        if row.period == now and row.partner_code in senders and row.revision > 1 and not row.is_stale
    )
    if not files:
        return []
    drops: dict[str, list[str]] = {}
    for partner, period, revision, feed in files:
        drops.setdefault(f"{partner}/{period}/r{revision}", []).append(feed)
    return [line for drop, feeds in drops.items() for line in entry("", f"a corrected drop stands: {drop} ({', '.join(feeds)})", 2)]


def _framework(was: Judged, now: Judged, labels: Labels) -> list[str]:
    code = now.framework.framework_code
    told: list[str] = []
    if (was.state, was.eligibility.is_eligible) != (now.state, now.eligibility.is_eligible):
        told += _starred([f"{code}: {was.state.upper()} -> {month.verdict(now)}"])
    former = {criterion.criterion_code: criterion for criterion in was.criteria}
    for criterion in now.criteria:
        told += _criterion(code, former.get(criterion.criterion_code), criterion, labels)
    return told


def _criterion(code: str, was: Criterion | None, now: Criterion, labels: Labels) -> list[str]:
    if was is None:
        return _starred([f"{code} {now.criterion_code}: a new criterion, {now.state.upper()}"])
    told: list[str] = []
    if was.state != now.state:
        told += _starred([f"{code} {now.criterion_code}: {was.state.upper()} -> {now.state.upper()}"])
    former, found = {row.fact: row for row in was.evidence}, {row.fact: row for row in now.evidence}
    told += [line for key in found if key not in former for line in entry("+", _because(code, now, fact(found[key], labels)), 6)]
    told += [line for key in former if key not in found for line in entry("-", _because(code, now, fact(former[key], labels)), 6)]
    if now.state == "not known" and was.gaps != now.gaps:
        told += [line for gap in now.gaps for line in entry("?", gap, 6)]
    rules, former_rules = ({limb.rule.rule_version for limb in of.limbs} for of in (now, was))
    told += [line for rule in sorted(rules - former_rules) for line in entry("rule", f"{rule} now holds", 6)]
    told += [line for rule in sorted(former_rules - rules) for line in entry("rule", f"{rule} holds no more", 6)]
    return told


def _because(code: str, criterion: Criterion, said: str) -> str:
    return f"{code} {criterion.criterion_code}: {said}"


def _families(household: Household, before: str, now: str) -> list[str]:
    said = []
    on_programme = [any(row.is_on_programme for row in household.eligibility.values() if row.period == period) for period in (before, now)]
    if on_programme[0] != on_programme[1]:
        said.append("on the programme" if on_programme[1] else "no longer on the programme")
    was = {(row.family_id, row.framework_code, row.measure_code): row for row in household.progress if row.period == before}
    for measure in (row for row in household.progress if row.period == now):
        former = was.get((measure.family_id, measure.framework_code, measure.measure_code))
        if former is None or (former.result, former.reason) != (measure.result, measure.reason):
            since = f"{_said(former.result)} -> " if former else ""
            counts = f"before {_number(measure.baseline_value)}, now {_number(measure.current_value)}"
            said.append(f"progress, {measure.measure_code}: {since}{_said(measure.result)}, {words.reason(measure.reason)} ({counts})")
    claimed = {(row.family_id, row.framework_code, row.status) for row in household.claims if row.period == before}
    for claim in (row for row in household.claims if row.period == now):
        if (claim.family_id, claim.framework_code, claim.status) not in claimed:
            said.append(f"claim, {claim.route}: {words.claim(claim.status)}")
    return _starred(said)


def _said(result: str) -> str:
    return result.replace("_", " ").upper()


def _number(value: int | None) -> str:
    return "not known" if value is None else str(value)


def _starred(said: Iterable[str] | Sequence[str]) -> list[str]:
    return [line for text in said for line in entry("*", text, 2)]

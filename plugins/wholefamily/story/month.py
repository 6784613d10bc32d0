"""One month of a household in full: who, and of each framework each criterion with its evidence and its rule."""

from collections.abc import Sequence

from wholefamily.periods import as_at
from wholefamily.story import words
from wholefamily.story.known import Criterion, Judged, Limb
from wholefamily.story.lines import Labels, entry
from wholefamily.story.read import Household
from wholefamily.story.rows import Correction, Evidence, Framework

_MARKS = {"met": "yes", "not met": "no", "not known": "?"}


def heading(household: Household, period: str, labels: Labels) -> list[str]:
    """Which household, where, who lives there, who knows them, and whether it is on the programme."""
    of_month = [row for row in household.eligibility.values() if row.period == period]
    senders = sorted(partner for month, partner in household.senders if month == period)
    families = [family for family in household.families if family.period == period]
    on_programme = "yes" if any(row.is_on_programme for row in of_month) else "no"
    lines = [f"Household {household.household_id} in {period}, as at {as_at(period)}", ""]
    lines += entry("authority", ", ".join(sorted({row.authority_code for row in of_month})), 2, 12)
    for row in (member for member in household.members if member.period == period):
        age = "age not known: counts only where age does not matter" if row.is_minor is None else "under 18" if row.is_minor else "adult"
        away = "; away: what is known of them does not count" if row.is_away else ""
        elsewhere = "" if row.is_main_residence else "; placed elsewhere: what is known of them does not count"
        lines += entry(labels[row.person_id], f"{age}{away}{elsewhere}; {row.person_id}", 2, 12)
    lines += entry("known by", ", ".join(senders) or "no sender", 2, 12)
    lines += entry("programme", on_programme, 2, 12)
    for family in families:
        closed = f", closed {family.closed_date}" if family.closed_date else ""
        where = "" if family.n_here == family.n_members else f", {family.n_here} of {family.n_members} members live here"
        dates = f"{family.framework_code} with {family.partner_code}, attached {family.attached_date}{closed}{where}"
        lines += entry("", f"family {family.family_id}: {dates}", 2, 12)
    return lines


def framework(judged: Judged, labels: Labels, period: str) -> list[str]:
    """What a framework says: eligible or not and why, then each criterion."""
    lines = ["", f"{judged.framework.framework_code}  {judged.framework.name}"]
    lines += entry("", verdict(judged), 2)
    rule = judged.framework
    lines += entry("", f"rule{words.unverified(rule.is_verified)}: {_asked(rule)}; source: {rule.source}", 2)
    for criterion in judged.criteria:
        lines += ["", *_criterion(criterion, labels, period)]
    return lines


def verdict(judged: Judged) -> str:
    """Eligible, not eligible or not known, how many of how many, and what is missing."""
    row = judged.eligibility
    n_open = sum(criterion.state == "not known" for criterion in judged.criteria)
    counted = f"{row.n_criteria_met} of {len(judged.criteria)} criteria met, {row.n_required} needed"
    if n_open:
        counted += f"; {n_open} not known"
    if not judged.lacks_whom_it_is_for:
        state = "NOT KNOWN WHETHER ELIGIBLE" if judged.state == "not known" else judged.state.upper()
        return f"{state}: {counted}"
    whom = "dependent child or expectant parent" if judged.framework.accepts_expectant_parent else "dependent child"
    if judged.state == "not known":
        return f"NOT KNOWN WHETHER ELIGIBLE: {counted}; no {whom} is known, but: {'; '.join(judged.whom_gaps)}"
    return f"NOT ELIGIBLE: {counted}, but no {whom} lives there"


def _asked(rule: Framework) -> str:
    whom = " and a dependent child or expectant parent" if rule.accepts_expectant_parent else " and a dependent child"
    return f"{rule.n_required} criteria{whom if rule.requires_dependent_child else ''}"


def _criterion(criterion: Criterion, labels: Labels, period: str) -> list[str]:
    met = sorted({limb.rule.limb_code for limb in criterion.limbs if limb.state == "met"})
    by = f" by {words.joined(met)}" if met else ""
    lines = [f"  {criterion.criterion_code}: {criterion.state.upper()}{by}"]
    for gap in criterion.gaps:
        lines += entry("?", gap, 4, 3)
    sources = list(dict.fromkeys(limb.rule.source for limb in criterion.limbs))
    if len(sources) == 1:
        lines += entry("", f"source: {sources[0]}", 4)
    for limb in criterion.limbs:
        lines += _limb(limb, labels, period, with_source=len(sources) > 1)
    return lines


def _limb(limb: Limb, labels: Labels, period: str, *, with_source: bool) -> list[str]:
    rule = limb.rule
    figures = words.figures(words.parameters_of(rule.parameter), as_at(period))
    source = f"; source: {rule.source}" if with_source else ""
    lines = entry(_MARKS[limb.state], rule.description, 4, 3)
    lines += entry("", f"rule {rule.rule_version}{words.unverified(rule.is_verified)}{f': {figures}' if figures else ''}{source}", 9)
    for row in limb.evidence:
        lines += entry("-", _evidence(row, labels, period), 9)
    return lines


def _evidence(row: Evidence, labels: Labels, period: str) -> str:
    month, revision, *_ = [*row.source_record.split("/"), ""]
    text = f"{row.event_date}, {labels[row.person_id]}: {row.source_partner}, {row.source_feed}, {row.source_record}"
    if revision.startswith("r") and revision != "r1":
        text += "; a corrected drop"
    return text if month == period else f"{text}; nothing newer came"


def families(household: Household, period: str) -> list[str]:
    """The measures of the families that live here, with reason and rule, and what may be claimed for them."""
    lines: list[str] = []
    for family in (family for family in household.families if family.period == period):
        lines += ["", f"Family {family.family_id}: progress"]
        measures = [row for row in household.progress if (row.period, row.family_id) == (period, family.family_id)]
        if not measures:
            lines += entry("", "no measures are kept of it under these frameworks", 2)
        for row in measures:
            before = "not known" if row.baseline_value is None else row.baseline_value
            now = "not known" if row.current_value is None else row.current_value
            result = row.result.replace("_", " ").upper()
            lines += entry("", f"{row.measure_code}: {result}, {words.reason(row.reason)} (before {before}, now {now})", 2)
            figures = words.figures(row.parameters)
            rule = f"rule {row.framework_code}/{row.measure_code}{words.unverified(row.is_verified)}{f': {figures}' if figures else ''}"
            lines += entry("", f"{rule}; source: {row.source}", 4)
        for claim in (row for row in household.claims if (row.period, row.family_id) == (period, family.family_id)):
            unverified = words.unverified(claim.is_verified or not claim.amount_gbp)
            amount = "amount not known" if claim.amount_gbp is None else f"£{claim.amount_gbp:,}{unverified}"
            lines += entry("claim", f"{claim.route}: {words.claim(claim.status)}; {amount}; evidence {claim.evidence_hash or 'none'}", 2)
        for held in (row for row in household.standings if (row.period, row.family_id) == (period, family.family_id)):
            fails = f" ({held.failed_measures})" if held.failed_measures else ""
            lines += entry("claimed", f"in {held.claimed_period}, {held.route}: {words.standing(held.standing)}{fails}", 2)
    return lines


def corrections(rows: Sequence[Correction], household: Household, period: str) -> list[str]:
    """What was believed of this month before it was corrected."""
    found = [row for row in rows if row.period == period]
    if not found:
        return []
    lines = ["", "Corrected since this month was first built"]
    for row in found:
        lines += entry("*", correction(row, household), 2)
    return lines


def correction(row: Correction, household: Household) -> str:
    """What a correction changed, when it became known, and which files of those who know a member are others since."""
    now = "the household is no longer one" if row.is_met is None else "met" if row.is_met else "not met"
    was = "met" if row.was_met else "not met"
    drops = _drops(row, household)
    cause = "new since then: " + "; ".join(f"{drop} ({', '.join(feeds)})" for drop, feeds in drops.items())
    if not drops:
        cause = "by no file of a sender who knows a member: by linkage, a rule or another month"
    return f"{row.framework_code} {row.criterion_code}: {was} until {row.known_until:%Y-%m-%d %H:%M}, since then {now}; {cause}"


def _drops(row: Correction, household: Household) -> dict[str, list[str]]:
    """Of the files that differ, those that this criterion of this household could rest on, by drop: feeds."""
    criterion = (row.framework_code, row.criterion_code)
    feeds = {"people", *(rule.feed for rule in household.rules if (rule.framework_code, rule.criterion_code) == criterion)}
    drops: dict[str, list[str]] = {}
    for file in filter(None, (row.caused_by or "").split(", ")):
        drop, _, feed = file.rpartition("/")
        if feed in feeds and (row.period, drop.partition("/")[0]) in household.senders:
            drops.setdefault(drop, []).append(feed)
    return drops

"""Met, not met, or not known: what is not in a file that did not come, or was matched too long ago, is not known, and never "not met"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from wholefamily.feeds import FEEDS
from wholefamily.partners import Partner
from wholefamily.periods import as_at
from wholefamily.story.read import Household
from wholefamily.story.rows import Eligibility, Evidence, Framework, Rule

State = Literal["met", "not met", "not known"]
Gaps = tuple[str, ...]
"""What is missing or old, in words, one sender's feed each; none: everything came."""


@dataclass(frozen=True)
class Limb:
    """A limb of a criterion in a month."""

    rule: Rule
    evidence: tuple[Evidence, ...]
    gaps: Gaps

    @property
    def state(self) -> State:
        """Evidence is evidence, however old; none is something only where all that could hold it came, and tells."""
        if self.evidence:
            return "met"
        return "not known" if self.gaps else "not met"


@dataclass(frozen=True)
class Criterion:
    """A criterion in a month: met when any limb is."""

    criterion_code: str
    limbs: tuple[Limb, ...]

    @property
    def state(self) -> State:
        """Not known as soon as one limb is not, unless another is met."""
        states = {limb.state for limb in self.limbs}
        if "met" in states:
            return "met"
        return "not known" if "not known" in states else "not met"

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Of all limbs."""
        return tuple(row for limb in self.limbs for row in limb.evidence)

    @property
    def gaps(self) -> Gaps:
        """Of all limbs, each once."""
        return tuple(dict.fromkeys(gap for limb in self.limbs for gap in limb.gaps))


@dataclass(frozen=True)
class Judged:
    """A household under a framework in a month."""

    framework: Framework
    eligibility: Eligibility
    criteria: tuple[Criterion, ...]
    whom_gaps: Gaps
    """What keeps anybody from knowing whether a dependent child, or an expectant parent, lives there."""

    @property
    def lacks_whom_it_is_for(self) -> bool:
        """Whether it meets enough and is not eligible all the same: there is no one whom the framework is for."""
        return self.eligibility.n_criteria_met >= self.eligibility.n_required and not self.eligibility.is_eligible

    @property
    def state(self) -> Literal["eligible", "not eligible", "not known"]:
        """Not known where what is not known would make it eligible."""
        if self.eligibility.is_eligible:
            return "eligible"
        if self.lacks_whom_it_is_for:
            return "not known" if self.whom_gaps else "not eligible"
        n_open = sum(criterion.state == "not known" for criterion in self.criteria)
        return "not known" if self.eligibility.n_criteria_met + n_open >= self.eligibility.n_required else "not eligible"


def judged(household: Household, partners: Mapping[str, Partner], period: str, framework: Framework) -> Judged:
    """What a framework says of a household in a month that knows it."""
    eligibility = household.eligibility[period, framework.framework_code]
    feeds = _Feeds(household, partners, period)
    rules = in_force(household.rules, framework.framework_code, eligibility.authority_code, period)
    evidence = [row for row in household.evidence if (row.period, row.framework_code) == (period, framework.framework_code)]
    stale = [row for row in household.stale_matches if (row.period, row.framework_code) == (period, framework.framework_code)]
    limbs: dict[str, list[Limb]] = {}
    for rule in rules:
        found = tuple(row for row in evidence if row.rule_version == rule.rule_version)
        too_old = [row.gap for row in stale if row.rule_version == rule.rule_version]
        limbs.setdefault(rule.criterion_code, []).append(Limb(rule, found, (*feeds.gaps(rule.feed), *too_old)))
    whom = ["school_places", "benefits", *(["support_needs"] if framework.accepts_expectant_parent else [])]
    return Judged(
        framework,
        eligibility,
        tuple(Criterion(code, tuple(of)) for code, of in limbs.items()),
        # Whose child is whose is judged by these; only frameworks for families with one ask.
        tuple(dict.fromkeys(gap for feed in whom for gap in feeds.gaps(feed))) if framework.requires_dependent_child else (),
    )


def in_force(rules: Sequence[Rule], framework: str, authority: str, period: str) -> list[Rule]:
    """The limbs that hold for an authority at a month's end: its own limbs of a criterion take the place of the general ones."""
    day = as_at(period)
    valid = [
        rule
        for rule in rules
        if rule.framework_code == framework
        and rule.authority_code in {"", authority}
        and (rule.valid_from is None or rule.valid_from <= day)
        and (rule.valid_to is None or day <= rule.valid_to)
    ]
    own = {rule.criterion_code for rule in valid if rule.authority_code}
    return [rule for rule in valid if bool(rule.authority_code) == (rule.criterion_code in own)]


class _Feeds:
    """What came of a month from those who could know something of a household."""

    def __init__(self, household: Household, partners: Mapping[str, Partner], period: str) -> None:
        self._household = household
        self._partners = partners
        self._period = period
        self._senders = sorted(partner for month, partner in household.senders if month == period)

    def gaps(self, feed: str) -> Gaps:
        """Why a fact that is in no file of ``feed`` may still be one. The members themselves are known from ``people``."""
        return tuple(dict.fromkeys([*self._gaps_of("people"), *self._gaps_of(feed)]))

    def _gaps_of(self, feed: str) -> list[str]:
        asked = [code for code in self._senders if self._could_send(code, feed)]
        if not asked:
            # Nobody who knows a member sends this. That nobody else knows one is known only if the others' files came.
            asked = [code for code in sorted(self._partners) if self._could_send(code, feed)]
        return [gap for code in asked if (gap := self._gap(code, feed))]

    def _could_send(self, code: str, feed: str) -> bool:
        if (self._period, code, feed) in self._household.feeds:
            return True
        return code in self._partners and self._partners[code].kind in FEEDS[feed].sent_by

    def _gap(self, code: str, feed: str) -> str | None:
        file = self._household.feeds.get((self._period, code, feed))
        if file is not None:
            return f"{feed} of {code}: nothing newer than {file.source_period}" if file.is_stale else None
        if code in self._partners and feed not in self._partners[code].feeds:
            return f"{feed} of {code}: not in what it sends"
        return f"{feed} of {code}: never came"

"""The rows that a story is told from, as the marts have them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True)
class Framework:
    """A framework of the programme."""

    framework_code: str
    name: str
    n_required: int
    requires_dependent_child: bool
    accepts_expectant_parent: bool
    is_verified: bool
    source: str


@dataclass(frozen=True)
class Rule:
    """A limb of a criterion, in one version; ``feed`` is what it is judged by."""

    framework_code: str
    criterion_code: str
    limb_code: str
    authority_code: str
    description: str
    parameter: str
    source: str
    is_verified: bool
    valid_from: date | None
    valid_to: date | None
    rule_version: str
    feed: str


@dataclass(frozen=True)
class Eligibility:
    """What a framework makes of the household in a month."""

    period: str
    framework_code: str
    authority_code: str
    n_criteria_met: int
    n_required: int
    is_eligible: bool
    is_on_programme: bool


@dataclass(frozen=True)
class Evidence:
    """A line of a sender's file that makes a limb met."""

    period: str
    framework_code: str
    criterion_code: str
    limb_code: str
    person_id: UUID
    event_date: date
    source_partner: str
    source_feed: str
    source_record: str
    rule_version: str

    @property
    def fact(self) -> tuple[str, str, date, UUID, str, str]:
        """What it says, in whichever month and on whichever line it was sent."""
        return self.criterion_code, self.limb_code, self.event_date, self.person_id, self.source_partner, self.source_feed


@dataclass(frozen=True)
class StaleMatch:
    """A line that has a member on a benefit which counts, by a match from before ``fresh_from``: too old to tell."""

    period: str
    framework_code: str
    rule_version: str
    source_partner: str
    source_record: str
    matched_on: date
    fresh_from: date

    @property
    def gap(self) -> str:
        """Why something may be met that no evidence shows."""
        return (
            f"benefits of {self.source_partner}: one stands open that was last matched on {self.matched_on}, too long ago to tell "
            f"({self.source_record}); a match since {self.fresh_from} would"
        )


@dataclass(frozen=True)
class Member:
    """A member of the household in a month; ``is_minor`` is None where the date of birth is not known."""

    period: str
    person_id: UUID
    is_minor: bool | None
    is_away: bool
    is_main_residence: bool


@dataclass(frozen=True)
class FeedMonth:
    """The file of a sender's feed that a month was built from."""

    period: str
    partner_code: str
    feed: str
    source_period: str
    revision: int
    is_stale: bool


@dataclass(frozen=True)
class Family:
    """A family that lives, or partly lives, in the household in a month; its dates are those of its latest episode."""

    period: str
    family_id: UUID
    partner_code: str
    framework_code: str
    attached_date: date
    closed_date: date | None
    n_here: int
    n_members: int


@dataclass(frozen=True)
class Progress:
    """A measure of a family in a month, with its rule; ``parameters`` are the figures of the rule that are set."""

    period: str
    framework_code: str
    family_id: UUID
    measure_code: str
    baseline_value: int | None
    current_value: int | None
    result: str
    reason: str
    parameters: dict[str, int]
    is_verified: bool
    source: str


@dataclass(frozen=True)
class Claim:
    """A result of a family in a month; ``is_verified`` is about the amount."""

    period: str
    framework_code: str
    family_id: UUID
    route: str
    amount_gbp: int | None
    status: str
    evidence_hash: str | None
    is_verified: bool


@dataclass(frozen=True)
class Standing:
    """Whether a claim of an earlier month holds in a month; ``failed_measures`` are those that fail then, by comma."""

    period: str
    framework_code: str
    family_id: UUID
    claimed_period: str
    route: str
    standing: str
    failed_measures: str | None


@dataclass(frozen=True)
class Correction:
    """What later knowledge changed in a month that had been built before; ``is_met`` is None where linkage has ended the household."""

    period: str
    framework_code: str
    criterion_code: str
    was_met: bool
    is_met: bool | None
    known_until: datetime
    caused_by: str | None

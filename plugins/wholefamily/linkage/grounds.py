"""What linkage made of a pair, and why: its score among its rivals, what keeps the two apart, and what a person is asked."""

from dataclasses import dataclass
from typing import NamedTuple

from wholefamily.linkage.model import Model
from wholefamily.linkage.vetoes import Record, conflict
from wholefamily.warehouse import Connection

Ref = tuple[str, str]
"""``partner_code, person_ref`` of a record."""

MOST_RIVALS = 5
"""Rivals that are named; the least probable of more are counted."""

IN_WORDS = {
    "uncertain": "it is neither sure enough that they are one person, nor that they are two",
    "several_people_fit": "several people of one sender fit about equally well",
    "two_nhs_numbers": "they have two valid NHS numbers",
    "two_upns": "they have two valid UPNs",
    "two_pnc_ids": "they have two PNC ids",
    "two_records_of_one_register": "one of them, or a record it is linked with, stands beside the other in one duplicate-free register",
    "different_given_name_and_birth": "their given names differ, and so do their birthdays, or one of them has a twin",
    "twins_of_similar_names": "the name is as like a twin's as its own",
    "protected_person": "one of them is protected, and those are linked within one sender only",
    "too_many_records": "they would be one person of more records than anybody has",
    "decided_different": "somebody has decided that they, or records they are linked with, are different people",
}
"""Reasons of ``identity.link_review`` and of vetoes, as a person reads them."""


class Rival(NamedTuple):
    """Another record of the sender of one of the two, which fits the other of them as well."""

    fits: Ref
    rival: Ref
    probability: float
    is_linked: bool


@dataclass(frozen=True)
class Grounds:
    """What the warehouse holds of a pair. ``veto`` is what keeps the two apart whatever their score, None also of two that are one."""

    is_one: bool
    probability: float | None
    basis: str | None
    asked_because: str | None
    answer: str | None
    rivals: tuple[Rival, ...]
    veto: str | None

    def lines(self, model: Model) -> list[str]:
        """As text, without anything that the records say."""
        lines = [f"{'scored':<14}{self._scored()}", *self._rival_lines()]
        if not self.is_one:
            lines.append(f"{'against it':<14}{in_words(self.veto) if self.veto else 'nothing, whatever the score'}")
        return [*lines, f"{'outcome':<14}linked as {'one person' if self.is_one else 'two persons'}", f"{'asked':<14}{self._asked(model)}"]

    def _scored(self) -> str:
        if self.probability is None:
            return "not at all: too little in common, or no rule brings the two together"
        return f"{probability(self.probability)} ({self.basis})" + (", with rivals" if self.rivals else "")

    def _rival_lines(self) -> list[str]:
        if not self.rivals:
            return [f"{'rivals':<14}none: no other record of either sender fits"]
        lines = [
            f"{' '.join(one.rival)} fits {' '.join(one.fits)} too: {probability(one.probability)}{', and is linked with it' if one.is_linked else ''}"
            for one in self.rivals[:MOST_RIVALS]
        ]
        if (more := len(self.rivals) - MOST_RIVALS) > 0:
            lines.append(f"and {more} less probable")
        return [f"{'rivals' if number == 0 else '':<14}{line}" for number, line in enumerate(lines)]

    def _asked(self, model: Model) -> str:
        if self.asked_because:
            answered = "" if self.answer == "open" else f"; a person has answered: {self.answer}"
            return f"because {in_words(self.asked_because)} ({self.asked_because}; asked from {model.review:g}, linked from {model.accept:g}){answered}"
        if self.is_one:
            return "no: they are linked already"
        if self.probability is None or self.probability < model.review:
            return f"no: a person is asked from {model.review:g} on"
        return "no: other records took the place of one of them"


def probability(value: float) -> str:
    """A probability of four places; none that is rounded to certainty."""
    return "less than 0.0001" if value < 0.0001 else "more than 0.9999" if value > 0.9999 else f"{value:.4f}"


def in_words(reason: str) -> str:
    """A reason as a person reads it."""
    return IN_WORDS.get(reason, reason)


def of_pair(connection: Connection, a: Ref, b: Ref) -> Grounds:
    """What the warehouse holds of two records that have been linked."""
    first, second = sorted((a, b))
    is_one, match, basis, reason, status = connection.execute(_OUTCOME, [*first, *second]).fetchall()[0]
    rivals = [
        Rival(fits, (partner, person_ref), theirs, is_linked)
        for fits, other in ((a, b), (b, a))
        for partner, person_ref, theirs, is_linked in connection.execute(
            _RIVALS, {"fits": fits[0], "fits_ref": fits[1], "of": other[0], "of_ref": other[1]}
        )
    ]
    rivals.sort(key=lambda one: -one.probability)
    veto = None if is_one else conflict(_person(connection, a), _person(connection, b))
    return Grounds(bool(is_one), match, basis, reason, status, tuple(rivals), veto)


def _person(connection: Connection, ref: Ref) -> list[Record]:
    return [Record(*row) for row in connection.execute(_RECORDS, list(ref))]


_OUTCOME = """
    with pair (partner_code_a, person_ref_a, partner_code_b, person_ref_b) as (values (%s::text, %s::text, %s::text, %s::text))
    select of_a.person_id = of_b.person_id, score.match_probability, score.match_basis, review.reason, review.status
    from pair
    left join identity.person_xref as of_a on (of_a.partner_code, of_a.person_ref) = (pair.partner_code_a, pair.person_ref_a)
    left join identity.person_xref as of_b on (of_b.partner_code, of_b.person_ref) = (pair.partner_code_b, pair.person_ref_b)
    left join identity.score as score using (partner_code_a, person_ref_a, partner_code_b, person_ref_b)
    left join identity.link_review as review using (partner_code_a, person_ref_a, partner_code_b, person_ref_b)
"""

# As scores are settled: of a register every other record competes, of the police's those with another PNC id.
_RIVALS = """
    with scored as (
        select partner_code_b as partner_code, person_ref_b as person_ref, match_probability from identity.score
        where (partner_code_a, person_ref_a) = (%(fits)s, %(fits_ref)s)
        union all
        select partner_code_a, person_ref_a, match_probability from identity.score
        where (partner_code_b, person_ref_b) = (%(fits)s, %(fits_ref)s)
    )
    select scored.partner_code, scored.person_ref, scored.match_probability, coalesce(theirs.person_id = ours.person_id, false)
    from scored
    inner join identity.person_node as other on (other.partner_code, other.person_ref) = (%(of)s, %(of_ref)s)
    inner join identity.person_node as rival
        on (rival.partner_code, rival.person_ref) = (scored.partner_code, scored.person_ref)
        and rival.partner_code = other.partner_code and rival.person_ref <> other.person_ref
        and (rival.is_register or rival.pnc_id <> other.pnc_id)
    left join identity.person_xref as theirs on (theirs.partner_code, theirs.person_ref) = (scored.partner_code, scored.person_ref)
    left join identity.person_xref as ours on (ours.partner_code, ours.person_ref) = (%(fits)s, %(fits_ref)s)
    order by scored.match_probability desc, scored.person_ref
"""

# All records of the person that a record is of, as clustering looks at them.
_RECORDS = """
    select
        node.node, node.partner_code, node.is_register, node.given_key, node.date_of_birth,
        node.nhs_number, node.upn, node.pnc_id, node.is_protected,
        array(
            select other.given_key
            from identity.twin as twin
            inner join identity.person_node as other on (other.partner_code, other.person_ref) = (twin.partner_code, twin.twin_ref)
            where (twin.partner_code, twin.person_ref) = (node.partner_code, node.person_ref)
            order by other.given_key
        )
    from identity.person_xref as known
    inner join identity.person_xref as xref using (person_id)
    inner join identity.person_node as node on (node.partner_code, node.person_ref) = (xref.partner_code, xref.person_ref)
    where (known.partner_code, known.person_ref) = (%s, %s)
"""

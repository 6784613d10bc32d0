"""What keeps records apart that a score would join: vetoes, of which only a person may set some aside (linkage.md)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from jellyfish import damerau_levenshtein_distance, jaro_winkler_similarity

MOST_RECORDS = 25
"""Records of one person; the police may hold several. A larger cluster is a mistake somewhere."""

_SIMILAR = 0.9
"""Jaro-Winkler similarity from which two given names may be one, written differently. One letter's difference is always similar."""

_NO_CLOSER = 0.05
"""How much more like its own name than like its twin's a name must be, to be its own."""


@dataclass(frozen=True, slots=True)
class Record:
    """A sender's record of a person, as far as clustering looks at it. A register holds nobody twice; the police may.

    ``twins`` are the given names of others of its register with its family name, birthday and address.
    """

    node: int
    partner_code: str
    is_register: bool
    given_key: str | None = None
    date_of_birth: date | None = None
    nhs_number: str | None = None
    upn: str | None = None
    pnc_id: str | None = None
    is_protected: bool = False
    twins: Sequence[str] = ()


def conflict(left: Sequence[Record], right: Sequence[Record]) -> str | None:
    """Why the records of two clusters cannot all be one person, or None. What is in one cluster already is not judged again."""
    if len(left) + len(right) > MOST_RECORDS:
        return "too_many_records"
    if {record.partner_code for record in left if record.is_register} & {record.partner_code for record in right}:
        return "two_records_of_one_register"
    if reason := contradicting_identifiers(left, right):
        return reason
    # Protected persons are linked within one partner only (readings.md 45).
    records = [*left, *right]
    if any(record.is_protected for record in records) and len({record.partner_code for record in records}) > 1:
        return "protected_person"
    for a, b in product(left, right):
        if reason := _two_people(a, b):
            return reason
    return None


def contradicting_identifiers(left: Sequence[Record], right: Sequence[Record]) -> str | None:
    """Which kind of valid identifier says that two clusters are two people, or None.

    A cluster may hold two of a kind when a person has said so: then either of them fits it.
    """
    for reason, identifier in _IDENTIFIERS.items():
        ours = {value for record in left if (value := identifier(record))}
        if not ours:
            continue
        theirs = {value for record in right if (value := identifier(record))}
        if theirs and not (ours <= theirs or theirs <= ours):
            return reason
    return None


def _permanent_upn(record: Record) -> str | None:
    # A temporary UPN ends in a letter and gives way to the permanent one: no contradiction (domain.md 8.12).
    return record.upn if record.upn and record.upn[-1].isdigit() else None


_IDENTIFIERS: dict[str, Callable[[Record], str | None]] = {
    "two_nhs_numbers": lambda record: record.nhs_number,
    "two_upns": _permanent_upn,
    "two_pnc_ids": lambda record: record.pnc_id,
}


def _two_people(a: Record, b: Record) -> str | None:
    """Brothers and sisters, not one person: given names differ, and so do the birthdays, or one of the two has a twin."""
    if a.given_key is None or b.given_key is None or a.given_key == b.given_key:
        return None
    is_similar = _are_similar(a.given_key, b.given_key)
    if a.twins or b.twins:
        if not is_similar:
            return "different_given_name_and_birth"
        # Aisha and Aysha: one letter apart, and each as like the other's twin as the other.
        return "twins_of_similar_names" if _is_as_like_a_twin(a, b) or _is_as_like_a_twin(b, a) else None
    if a.date_of_birth is None or b.date_of_birth is None or a.date_of_birth == b.date_of_birth:
        return None
    # A slip of the pen in the name, and one in the date, are one person; anything more is two.
    if is_similar and _is_slip(a.date_of_birth, b.date_of_birth):
        return None
    return "different_given_name_and_birth"


def _are_similar(a: str, b: str) -> bool:
    return damerau_levenshtein_distance(a, b) <= 1 or jaro_winkler_similarity(a, b) >= _SIMILAR


def _is_as_like_a_twin(record: Record, other: Record) -> bool:
    """Whether the other's name is as like that of a twin of the record as it is like the record's own."""
    own, name = record.given_key or "", other.given_key or ""
    closest = max((jaro_winkler_similarity(name, twin) for twin in record.twins), default=0.0)
    return closest >= jaro_winkler_similarity(name, own) - _NO_CLOSER


def _is_slip(a: date, b: date) -> bool:
    """Whether two dates may be one: day and month swapped, one digit wrong, or 1 January, which stands for some day of its year."""
    if (a.month, a.day, a.year) == (b.day, b.month, b.year):
        return True
    if a.year == b.year and (1, 1) in {(a.month, a.day), (b.month, b.day)}:
        return True
    return sum(ours != theirs for ours, theirs in zip(a.isoformat(), b.isoformat(), strict=True)) == 1

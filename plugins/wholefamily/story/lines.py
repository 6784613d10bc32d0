"""Laying out for a terminal."""

import textwrap
from uuid import UUID

from wholefamily.story.read import Household
from wholefamily.story.rows import Evidence

WIDTH = 110


class Labels:
    """Short names of a household's members, the same in every month: adults first, as they came."""

    def __init__(self, household: Household) -> None:
        persons = dict.fromkeys(member.person_id for member in household.members)
        self._numbers = {person_id: number for number, person_id in enumerate(persons, start=1)}

    def __getitem__(self, person_id: UUID) -> str:
        number = self._numbers.get(person_id)
        return f"member {number}" if number else f"person {person_id}"


def entry(head: str, text: str, indent: int = 0, width: int = 0) -> list[str]:
    """``head`` and ``text`` beside it, which goes on under itself; ``width`` is that of the column of heads."""
    margin = " " * indent + head.ljust(width) + ("  " if head or width else "")
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=margin,
        subsequent_indent=" " * len(margin),
        break_long_words=False,
        break_on_hyphens=False,
    ) or [margin.rstrip()]


def fact(row: Evidence, labels: Labels) -> str:
    """A line of evidence in words: what, when, whose, and who says so; without the line of the file."""
    return f"{row.limb_code} of {row.event_date}, {labels[row.person_id]}, by {row.source_partner} ({row.source_feed})"

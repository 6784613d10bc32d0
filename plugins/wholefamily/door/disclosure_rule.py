"""Rows that may not be disclosed to the programme are never stored (exchange.md section 5, readings.md 7, domain.md section 1.2).

The police did not agree to share victims, witnesses and complainants, nor disposals that are not on the PNC. The rule is
applied to each row in memory, before anything else looks at it. It errs on the side of leaving out: a role must be one of
four to the letter, and a disposal is informal however it is spelt, and whatever stands around it.
"""

import unicodedata
from collections.abc import Sequence, Set
from functools import lru_cache
from typing import Literal

from wholefamily.feeds import DISCLOSURE, Feed, SenderKind

Reason = Literal["role", "informal_disposal", "no_kept_row"]

_ROLES = frozenset(DISCLOSURE.disclosable_roles)
_FORMAL_LENGTH = 1 << 10  # characters; what is longer is no disposal, and not worth remembering


class DisclosureRule:
    """The rule for a feed's rows, whose values stand in the order of ``columns``.

    ``referred`` are the persons to whom a kept row of the police refers; it is needed for their ``people`` only.
    """

    def __init__(self, feed: Feed, kind: SenderKind, columns: Sequence[str], referred: Set[str]) -> None:
        lists = [feed.columns[name].codes for name in columns]
        self._role = lists.index("role") if "role" in lists else None
        self._disposal = lists.index("disposal") if "disposal" in lists else None
        is_people = kind == "police" and feed.feed == "people"
        self._person = columns.index("person_ref") if is_people else None
        self._referred = referred
        self.refers: int | None = columns.index("person_ref") if kind == "police" and feed.references_people else None
        """Where the police's row names the person to whom it refers, whom a kept row keeps."""

    @property
    def applies(self) -> bool:
        """Whether any row of the feed can be withheld."""
        return self._role is not None or self._disposal is not None or self._person is not None

    def withheld(self, row: Sequence[str]) -> Reason | None:
        """Why a row may not be stored, or None. An empty or unknown role is not a role that may be disclosed."""
        if self._role is not None and row[self._role] not in _ROLES:
            return "role"
        if self._disposal is not None and is_informal(row[self._disposal]):
            return "informal_disposal"
        if self._person is not None and row[self._person] not in self._referred:
            return "no_kept_row"
        return None


def is_informal(disposal: str) -> bool:
    """Whether a disposal is informal, in whatever case, width, accents, spaces, signs or company it is written."""
    return len(disposal) > _FORMAL_LENGTH or _is_informal(disposal)


@lru_cache(maxsize=1 << 10)
def _is_informal(disposal: str) -> bool:
    letters = _letters(disposal)
    return any(informal in letters for informal in _INFORMAL)


def _letters(text: str) -> str:
    # Decomposed, so that an accent stands apart from its letter and is left out with all that is neither letter nor digit.
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", text).casefold()))


_INFORMAL = tuple(_letters(disposal) for disposal in DISCLOSURE.informal_disposals)

__all__ = ["DisclosureRule", "Reason", "is_informal"]

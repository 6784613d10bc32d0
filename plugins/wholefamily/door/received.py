"""What came of a file at the door."""

from array import array
from collections import Counter
from dataclasses import dataclass, field

LINES_TOLD = 100  # line numbers of a reason in a receipt


@dataclass(frozen=True)
class Reason:
    """Why a file, or some of its rows, were not taken. Never a value."""

    rule: str
    column: str | None = None
    count: int = 1
    lines: tuple[int, ...] = ()


@dataclass
class Received:
    """What came of a file. ``n_rows`` is None where the rows could not be counted.

    ``withheld`` are counts by the disclosure rule's reasons, ``ragged`` the lines of rows without the right number of fields.
    """

    feed: str
    sha256: str | None = None
    n_rows: int | None = None
    reasons: list[Reason] = field(default_factory=list)
    withheld: Counter[str] = field(default_factory=Counter)
    ragged: "array[int]" = field(default_factory=lambda: array("i"))

    @property
    def is_refused(self) -> bool:
        """Whether the file as such is refused: ``reasons`` say why."""
        return bool(self.reasons)


__all__ = ["LINES_TOLD", "Reason", "Received"]

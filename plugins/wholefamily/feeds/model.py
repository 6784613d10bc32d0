"""The feeds of exchange.md sections 3 and 4, read from ``definitions/*.yml`` into frozen models."""

from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

from wholefamily.errors import WholefamilyError

SenderKind = Literal["authority", "police"]
_HERE = Path(__file__).parent

CODES: dict[str, dict[str, str]] = yaml.load((_HERE / "codes.yml").read_text(encoding="utf-8"), yaml.CSafeLoader)
"""Code lists: name -> code -> label."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DisclosureRule(_Frozen):
    """Which rows may be stored at all: exchange.md section 5."""

    disclosable_roles: tuple[str, ...]
    informal_disposals: tuple[str, ...]


class Thresholds(_Frozen):
    """Where a whole file stops being usual; percentages of its rows, or of those of the last accepted file of the feed."""

    quarantined_percent: int
    enough_rows: int
    least_percent: int
    most_percent: int
    drift_points: int


THRESHOLDS = Thresholds(**yaml.load((_HERE / "thresholds.yml").read_text(encoding="utf-8"), yaml.CSafeLoader))

DISCLOSURE = DisclosureRule(**yaml.load((_HERE / "disclosure.yml").read_text(encoding="utf-8"), yaml.CSafeLoader))


class Column(_Frozen):
    """A column of a feed. ``personal``: direct (names or identifies), reference (a sender's id), attribute."""

    type: Literal["text", "date", "timestamp", "code", "identifier", "integer", "decimal", "academic_year"]
    description: str
    mandatory: bool = False
    personal: Literal["direct", "reference", "attribute"] = "attribute"
    sent_by: tuple[SenderKind, ...] = ("authority", "police")
    codes: str | dict[SenderKind, str] | None = None
    open: bool = False
    scheme: Literal["upn", "nhs_number", "nino", "pnc_id", "uprn"] | None = None
    may_be_future: bool = False

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.type == "code") != (self.codes is not None):
            raise ValueError("`codes` names the code list of a column of type code, and of no other")
        if (self.type == "identifier") != (self.scheme is not None):
            raise ValueError("`scheme` names the scheme of a column of type identifier, and of no other")
        unknown = {name for name in self._code_lists() if name not in CODES}
        if unknown:
            raise ValueError(f"no such code list in codes.yml: {', '.join(sorted(unknown))}")
        return self

    def _code_lists(self) -> tuple[str, ...]:
        if isinstance(self.codes, dict):
            return tuple(self.codes.values())
        return (self.codes,) if self.codes else ()

    def allowed_codes(self, kind: SenderKind) -> tuple[str, ...] | None:
        """The codes that a sender of ``kind`` may use, or None where any value is allowed."""
        if self.codes is None or self.open:
            return None
        name = self.codes[kind] if isinstance(self.codes, dict) else self.codes
        return tuple(CODES[name])


class SenderWarning(_Frozen):
    """What a sender is told of rows that are loaded all the same.

    ``where`` is SQL that is true of such a row of ``judged``. In it, ``{people}`` and ``{programme}`` stand for the sender's file
    of that feed: this drop's, or else the one that stands.
    """

    rule: str
    column: str
    says: str
    where: str


class Feed(_Frozen):
    """A feed: what one file of a drop holds. Columns are in the order of exchange.md."""

    feed: str
    title: str
    sent_by: tuple[SenderKind, ...]
    theme: str
    gateway: str
    retention_months: int
    key: tuple[str, ...]
    columns: dict[str, Column]
    spells: tuple[tuple[str, str], ...] = ()
    references_people: bool = False
    daily: bool = False
    warnings: tuple[SenderWarning, ...] = ()

    @model_validator(mode="after")
    def _known_columns(self) -> Self:
        named = set(self.key).union(*self.spells, {warning.column for warning in self.warnings})
        if unknown := named - set(self.columns):
            raise ValueError(f"no such column: {', '.join(sorted(unknown))}")
        return self

    def columns_from(self, kind: SenderKind) -> dict[str, Column]:
        """The columns that a sender of ``kind`` may send."""
        return {name: column for name, column in self.columns.items() if kind in column.sent_by}

    def mandatory_from(self, kind: SenderKind) -> tuple[str, ...]:
        """The columns that a sender of ``kind`` must send and fill."""
        return tuple(name for name, column in self.columns_from(kind).items() if column.mandatory)


def _read() -> dict[str, Feed]:
    feeds = (
        Feed(**yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)) for path in sorted((_HERE / "definitions").glob("*.yml"))
    )
    return {feed.feed: feed for feed in feeds}


FEEDS: dict[str, Feed] = _read()
"""Every feed by its name."""


def feed(name: str) -> Feed:
    """The feed ``name``. Raises WholefamilyError for a name that exchange.md does not know."""
    try:
        return FEEDS[name]
    except KeyError:
        raise WholefamilyError(f"unknown feed {name!r}; known are {', '.join(FEEDS)}") from None

"""A drop's manifest: its shape, and every reason for which a drop is refused unread (exchange.md sections 2 and 5)."""

import json
import re
from typing import Any, Literal, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from wholefamily.feeds import FEEDS
from wholefamily.partners import Agreement, Partner
from wholefamily.periods import as_at, is_day

MAX_BYTES = 1 << 20
_MARKINGS = {"OFFICIAL", "OFFICIAL-SENSITIVE", "PROTECT", "RESTRICTED"}
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}")


class Refusal(NamedTuple):
    """Why a drop is refused. The text is ours: it never repeats what the sender wrote."""

    rule: str
    text: str


class _Frozen(BaseModel):
    # What else a sender writes there does not matter to us.
    model_config = ConfigDict(frozen=True, extra="ignore")


class File(_Frozen):
    """A file of a drop. ``rows`` counts data rows of the decoded CSV, ``sha256`` is of the file as transferred."""

    feed: str
    path: str
    rows: int = Field(ge=0, le=2_000_000_000)
    sha256: str = Field(pattern=r"^[0-9a-fA-F]{64}$")


class Manifest(_Frozen):
    """``manifest.json`` of a monthly drop."""

    schema_version: int
    sender: str
    period: str
    revision: int
    produced_at: AwareDatetime
    marking: str
    agreement: str
    gateway: str
    dialect: str | None = None
    files: tuple[File, ...] = Field(max_length=100)


class DailyManifest(Manifest):
    """``manifest.json`` of a daily drop: a ``date`` in place of the period, and no revision (readings.md 1)."""

    period: str = Field(validation_alias="date")
    revision: Literal[1] = 1


def read(content: bytes, *, daily: bool = False) -> tuple[Manifest | None, list[Refusal]]:
    """The manifest of a monthly or a daily drop, or None and why it cannot be read."""
    if len(content) > MAX_BYTES:
        return None, [Refusal("manifest_unreadable", f"manifest.json is larger than {MAX_BYTES} bytes")]
    try:
        raw = from_json(content, allow_inf_nan=False)  # first, as it bounds the nesting
        json.loads(content, object_pairs_hook=_said_once)
    except ValueError:
        return None, [Refusal("manifest_unreadable", "manifest.json is not JSON in UTF-8, or names a field twice")]
    if not isinstance(raw, dict):
        return None, [Refusal("manifest_unreadable", "manifest.json is not a JSON object")]
    version = raw.get("schema_version")
    if "schema_version" in raw and (type(version) is not int or version != 1):
        return None, [Refusal("unknown_schema_version", "schema_version 1 is the only one that we know")]
    try:
        return (DailyManifest if daily else Manifest).model_validate_json(content, strict=True), []
    except ValidationError as error:
        problems = error.errors(include_input=False, include_context=False, include_url=False)
        return None, [Refusal("manifest_unreadable", f"{'.'.join(map(str, e['loc']))}: {e['msg']}") for e in problems[:20]]


def _said_once(pairs: list[tuple[str, Any]]) -> None:
    # Of two values of a field, another reader may take the other.
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError


def refusals(manifest: Manifest, partner: Partner, period: str, revision: int) -> list[Refusal]:
    """Every reason for which the drop in ``outbound/<period>/r<revision>`` is refused unread; none: it may be read."""
    found = [
        *_about_the_drop(manifest, partner, period, revision),
        *_about_the_agreement(manifest, partner, period),
        *_about_the_files(manifest),
    ]
    if partner.dialect_named(manifest.dialect) is None:
        found.append(Refusal("unknown_dialect", f"dialect is none of: {', '.join(['canonical', *partner.dialects])}"))
    return found


def next_chance(period: str, revision: int) -> str:
    """What a sender can do whose drop was not taken: a month can be sent again, a day cannot (readings.md 1)."""
    return "send it with the next day's drop" if is_day(period) else f"send revision {revision + 1}"


def agreement_of(manifest: Manifest, partner: Partner) -> Agreement | None:
    """The agreement that the manifest names, if the partner has it."""
    return next((agreement for agreement in partner.agreements if agreement.code == manifest.agreement), None)


def _about_the_drop(manifest: Manifest, partner: Partner, period: str, revision: int) -> list[Refusal]:
    found = []
    if manifest.sender != partner.code:
        found.append(Refusal("wrong_sender", f"sender is not {partner.code}"))
    if manifest.period != period:
        found.append(Refusal("wrong_period", f"{'date' if is_day(period) else 'period'} is not {period}, in whose folder the drop stands"))
    if manifest.revision != revision:
        found.append(Refusal("wrong_period", f"revision is not {revision}, in whose folder the drop stands"))
    if manifest.marking not in _MARKINGS:
        found.append(Refusal("marking_too_high", f"marking is none of: {', '.join(sorted(_MARKINGS))}"))
    return found


def _about_the_agreement(manifest: Manifest, partner: Partner, period: str) -> list[Refusal]:
    agreement = agreement_of(manifest, partner)
    if agreement is None or not agreement.in_force(as_at(period)):
        return [Refusal("agreement_not_in_force", f"the agreement is not in force with {partner.code} on {as_at(period)}")]
    if manifest.gateway not in agreement.gateways:
        return [Refusal("gateway_not_in_force", f"gateway is none of: {', '.join(agreement.gateways)}")]
    return []


def _about_the_files(manifest: Manifest) -> list[Refusal]:
    found = [] if manifest.files else [Refusal("manifest_unreadable", "files: no file is named")]
    feeds = [file.feed for file in manifest.files]
    for number, file in enumerate(manifest.files, start=1):
        if file.feed not in FEEDS:
            found.append(Refusal("unknown_feed", f"file {number} of the manifest is of a feed that is not in the exchange"))
        elif file.feed in feeds[: number - 1]:
            found.append(Refusal("feed_named_twice", f"{file.feed} is named more than once"))
        if not _PLAIN_NAME.fullmatch(file.path):
            found.append(Refusal("path_leaves_folder", f"the path of file {number} is not a plain name in the drop's own folder"))
    return found


__all__ = ["MAX_BYTES", "DailyManifest", "File", "Manifest", "Refusal", "agreement_of", "next_chance", "read", "refusals"]

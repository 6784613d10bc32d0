"""What a recipe is: a drop as it is sent, and what becomes of it, written by hand."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.hostile.rows import table

ABSENT = object()
"""In place of a value of the manifest: the field is left out."""


@dataclass(frozen=True)
class Drop:
    """A drop. By default a good one of three persons, from Sandwell, for October 2026 (``as_at`` 2026-10-31)."""

    files: Mapping[str, str | bytes] = field(default_factory=lambda: {"people.csv": table("people", n=3)})
    """By path; what a file's name begins with is its feed. Text is written in UTF-8."""
    sender: str = "sandwell"
    period: str = "2026-10"
    revision: int = 1
    manifest: Mapping[str, object] = field(default_factory=dict)
    """Fields of the manifest that are not as they should be."""
    entries: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Likewise of the entry of a file, by its path."""
    more_entries: Sequence[object] = ()
    """Entries of the manifest for which there is no file."""
    rows: Mapping[str, int] = field(default_factory=dict)
    """Data rows of files whose lines are not their rows."""
    write: Callable[[str], str | bytes] = str
    """The manifest's text as it is, to what is written."""
    spoil: Callable[[Path], object] = lambda _: None
    """Done to the drop's folder when all is written."""
    folder: str = ""
    """Where it is put, if not in ``<period>/r<revision>``."""

    def put(self, outbound: Path) -> None:
        """Write the drop; its manifest last."""
        folder = outbound / (self.folder or f"{self.period}/r{self.revision}")
        folder.mkdir(parents=True, exist_ok=True)
        entries: list[object] = []
        for path, content in self.files.items():
            written = content.encode() if isinstance(content, str) else content
            (folder / path).write_bytes(written)
            entry = {"feed": path.split(".")[0], "path": path, "rows": self._n_rows(path, content)}
            entry["sha256"] = hashlib.sha256(written).hexdigest()
            entries.append(_changed(entry, self.entries.get(path, {})))
        text = json.dumps(_changed(self._manifest([*entries, *self.more_entries]), self.manifest), indent=2)
        last = self.write(text)
        (folder / "manifest.json").write_bytes(last.encode() if isinstance(last, str) else last)
        self.spoil(folder)

    def _n_rows(self, path: str, content: str | bytes) -> int:
        if path in self.rows:
            return self.rows[path]
        return content.count("\n" if isinstance(content, str) else b"\n") - 1  # type: ignore[arg-type]

    def _manifest(self, entries: list[object]) -> dict[str, object]:
        return {
            "schema_version": 1,
            "sender": self.sender,
            "period": self.period,
            "revision": self.revision,
            "produced_at": "2026-11-02T03:10:00Z",
            "marking": "OFFICIAL-SENSITIVE",
            "agreement": "WM-TF-ISA",
            "gateway": "CDA1998-S115",
            "dialect": "canonical",
            "files": entries,
        }


def _changed(fields: dict[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in {**fields, **changes}.items() if value is not ABSENT}


def why(rule: str, column: str | None = None, lines: Sequence[int] = (), count: int | None = None) -> dict[str, Any]:
    """A reason of a file in a receipt; ``count`` where it is not the number of its lines."""
    return {"rule": rule, "column": column, "count": max(len(lines), 1) if count is None else count, "lines": list(lines)}


def file(
    feed: str,
    received: int,
    loaded: int,
    *reasons: Mapping[str, Any],
    status: str = "accepted",
    quarantined: int = 0,
    withheld: int = 0,
    blanked: int = 0,
) -> dict[str, Any]:
    """A file in a receipt: a taken one, unless ``status`` says otherwise."""
    return {
        "feed": feed,
        "status": status,
        "rows_received": received,
        "rows_loaded": loaded,
        "rows_quarantined": quarantined,
        "rows_not_for_disclosure": withheld,
        "identifiers_blanked": blanked,
        "reasons": list(reasons),
    }


def refused_file(feed: str, *reasons: str | Mapping[str, Any], received: int = 0, withheld: int = 0) -> dict[str, Any]:
    """A file in a receipt that was not taken, by a rule's name or with all that is told of it."""
    told = [why(reason) if isinstance(reason, str) else reason for reason in reasons]
    return file(feed, received, 0, *told, status="refused", withheld=withheld)


@dataclass(frozen=True)
class Fate:
    """What the receipt says of a drop; ``status`` None: the drop is not there, and nothing is told."""

    status: str | None
    rules: Sequence[str] = ()
    """Those of the receipt's own ``reasons``."""
    files: Sequence[Mapping[str, Any]] = ()


def refused(*rules: str, files: Sequence[Mapping[str, Any]] = ()) -> Fate:
    """The drop is refused whole."""
    return Fate("refused", rules, files)


def taken(*files: Mapping[str, Any]) -> Fate:
    """All of the drop's files are taken."""
    return Fate("accepted", (), files)


def partly(*files: Mapping[str, Any]) -> Fate:
    """Some of the drop's files are refused."""
    return Fate("partly_accepted", (), files)


def no_file_taken(*files: Mapping[str, Any]) -> Fate:
    """Every file of the drop is refused, each for reasons of its own."""
    return Fate("refused", (), files)


def held(*files: Mapping[str, Any]) -> Fate:
    """A person decides on some of the drop's files."""
    return Fate("held", (), files)


UNSEEN = Fate(None)


def needs_judging(fate: Fate) -> bool:
    """Whether a rule on rows has a part in what becomes of a drop, beside the number of its fields."""
    found = {reason["rule"] for each in fate.files for reason in each["reasons"] if each["status"] != "refused"}
    return bool(found - {"volume_changed", "wrong_number_of_fields"})


@dataclass(frozen=True)
class Recipe:
    """A drop by name, and its fate."""

    name: str
    drop: Drop
    fate: Fate
    before: Sequence[Drop] = ()
    """Drops that came before it."""
    are_judged_before: bool = False
    """Whether the rows of those are judged, too."""
    partner: Mapping[str, object] = field(default_factory=dict)
    """Fields of the partner's file that are other than in this repository."""
    stored: Mapping[str, Mapping[int, str | None]] = field(default_factory=dict)
    """``feed.column`` -> line -> the value that stands in ``raw`` afterwards."""
    is_judged: bool = True
    """False where the fate is settled before any row is judged, which takes most of the time."""

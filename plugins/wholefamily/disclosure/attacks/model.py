"""What an attack is given, and what it says of itself."""

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, NamedTuple

import polars as pl

from wholefamily.errors import WholefamilyError

MANIFEST = "manifest.json"

Result = Literal["withstood", "succeeded", "not run"]


class Outcome(NamedTuple):
    """How one attack ended. ``found`` says where it succeeded or why it was not run: files, columns and counts, never a value of a person."""

    attack: str
    result: Result
    figure: float | None
    """What ``disclosure_control.json`` tells of the attack: the table of docs/disclosure.md says what of."""
    found: str = ""
    unseen: str = ""
    """What it could not look through, though nothing else hindered it: told to whoever approves."""


@dataclass(frozen=True)
class ReleaseFolder:
    """The files of a release as they leave (or would), by name."""

    name: str
    files: Mapping[str, bytes]

    @classmethod
    def read(cls, folder: Path) -> "ReleaseFolder":
        """The folder of a release, as it was sent. Raises WholefamilyError when it holds no files."""
        files = {path.name: path.read_bytes() for path in sorted(folder.glob("*")) if path.is_file()} if folder.is_dir() else {}
        if not files:
            raise WholefamilyError(f"{folder} is not the folder of a release: there is no file in it")
        return cls(folder.name, files)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest; empty before the release has left."""
        content: dict[str, Any] = json.loads(self.files.get(MANIFEST, b"{}"))
        return content

    @cached_property
    def tables(self) -> dict[str, pl.DataFrame]:
        """The CSV files by name without ``.csv``, every value as text.

        Raises WholefamilyError when one of them is no CSV with a heading.
        """
        return {name.removesuffix(".csv"): _table(name, content) for name, content in self.files.items() if name.endswith(".csv")}


def _table(name: str, content: bytes) -> pl.DataFrame:
    try:
        return pl.read_csv(io.BytesIO(content), infer_schema=False, empty_string_is_null=False)
    except (pl.exceptions.PolarsError, UnicodeDecodeError):
        raise WholefamilyError(f"{name} is not a CSV file with a heading and as many values in each row") from None


@dataclass(frozen=True)
class KnownPerson:
    """One of 1,000 people, or families, of whom everything is known: the identifiers and ids that a dictionary would be made of."""

    identifiers: tuple[str, ...]


@dataclass(frozen=True)
class Holding:
    """What a motivated intruder holds of a part of all people and families: exact quasi-identifiers; the keys are the truth he is judged by.

    ``persons`` has the columns of a person, ``family`` (a number, as in ``families``) and ``key``; ``families`` those of a family,
    ``family`` and ``key``. A key is empty where the release does not have the person or family.
    """

    persons: pl.DataFrame
    families: pl.DataFrame


@dataclass(frozen=True)
class Known:
    """What the warehouse, and nobody else, can tell about a release: what attacks are made with and judged by."""

    areas: frozenset[str]
    """GSS codes that may be told."""
    are_identifying: Callable[[Sequence[str]], int]
    """How many of some words are a name, a sender's reference, or another value that the registry holds of anyone."""
    people: Sequence[KnownPerson] = ()
    same_in: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Another release, or recipient -> key here -> key that the same person or family has (or would have) there."""
    n_elsewhere: int = 0
    """Families of the release that another recipient has in a record-level release of the same period."""
    holding: Holding | None = None
    key_material: Sequence[bytes] = ()
    """Every secret that pseudonyms and seals are made with."""
    canaries: Sequence[KnownPerson] = ()
    """The people whom the synthetic region has planted, with all that identifies them."""
    traces: Callable[[], Iterable[tuple[str, bytes]]] = tuple
    """What was written on the way, by name: logs, Data Docs, dbt's artefacts, XComs."""
    unseen: str = ""
    """Which traces cannot be looked through where this runs."""
    dumped: Callable[[], Iterable[tuple[str, bytes]]] = tuple
    """What the pipeline itself has written to the warehouse, as a dump would hold it."""
    repository: Callable[[], Iterable[tuple[str, bytes]]] = tuple
    """The files of the software, and of what images are built from."""


@dataclass(frozen=True)
class Scene:
    """A release under attack. Without ``known`` an attack that needs the truth is not run, which is no pass."""

    release: ReleaseFolder
    known: Known | None
    neighbours: tuple[ReleaseFolder, ...] = ()
    """Other releases of the same product."""


Attack = Callable[[Scene], Outcome]
NEEDS_TRUTH = "needs the warehouse that the release was built in, and the custodian's key of it"


def verdict(attack: str, figure: float | None, found: Sequence[str] | Iterator[str], *, is_whole: bool = True, unseen: str = "") -> Outcome:
    """The outcome of an attack that ``found`` something, or nothing; ``is_whole`` is False when it could not be run but in part."""
    findings = list(found)
    if findings:
        return Outcome(attack, "succeeded", figure, "; ".join(findings), unseen)
    return Outcome(attack, "withstood", figure, unseen=unseen) if is_whole else Outcome(attack, "not run", None, NEEDS_TRUTH)

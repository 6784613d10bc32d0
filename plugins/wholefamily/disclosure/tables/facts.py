"""What anybody knows of how the tables of a release hang together, beside that their margins add up.

A family that was ever attached counts once in ``families_by…`` as ``on_programme`` or ``closed``, meets each criterion of its
framework or does not, and, on a measured framework, has one result on each measure.
"""

from collections.abc import Iterator
from typing import NamedTuple

from wholefamily.disclosure.tables.table import At, Release

FAMILIES = "families_by_authority_framework_status.csv"
CRITERIA = "criteria_by_authority_framework_criterion.csv"
RESULTS = "results_by_authority_measure_result.csv"
FILES = (FAMILIES, CRITERIA, RESULTS)

ATTACHED = ("on_programme", "closed")
"""The statuses of families whose criteria and results are counted."""
MEASURED = ("tf_2012",)
"""The frameworks with measures of progress (warehouse.md)."""


class Fact(NamedTuple):
    """That one sum of inner cells equals another, or (``is_equal`` false) is not larger than it."""

    part: tuple[At, ...]
    whole: tuple[At, ...]
    is_equal: bool


def facts(release: Release) -> Iterator[Fact]:
    """What is known of the inner cells of a release; nothing where it lacks one of the files."""
    if FAMILIES not in release.tables:
        return
    yield from _criteria(release)
    yield from _results(release)


def _criteria(release: Release) -> Iterator[Fact]:
    if CRITERIA not in release.tables:
        return
    for cell in release.tables[CRITERIA].shape.inner:
        attached = _attached(release, cell[0], (cell[1],))
        if attached and not release.is_ruled_out((CRITERIA, cell)):
            yield Fact(((CRITERIA, cell),), attached, is_equal=False)


def _results(release: Release) -> Iterator[Fact]:
    if RESULTS not in release.tables:
        return
    authorities, measures, results = release.tables[RESULTS].shape.labels
    for authority in authorities:
        attached = _attached(release, authority, MEASURED)
        for measure in measures if attached else ():
            yield Fact(tuple((RESULTS, (authority, measure, result)) for result in results), attached, is_equal=True)


class Complement(NamedTuple):
    """The families that do not meet a criterion: those attached less those who meet it, as inner cells."""

    at: At
    attached: tuple[At, ...]
    met: tuple[At, ...]


def complements(release: Release) -> Iterator[Complement]:
    """What is left of the families attached beside each cell of the criteria, margins too."""
    if FAMILIES not in release.tables or CRITERIA not in release.tables:
        return
    for cell, parts in release.tables[CRITERIA].shape.parts.items():
        met = tuple((CRITERIA, part) for part in parts if not release.is_ruled_out((CRITERIA, part)))
        attached = tuple(at for _, (authority, framework, _) in met for at in _attached(release, authority, (framework,)))
        if attached:
            yield Complement((CRITERIA, cell), attached, met)


def _attached(release: Release, authority: str, frameworks: tuple[str, ...]) -> tuple[At, ...]:
    inner = release.tables[FAMILIES].shape.parts
    return tuple(
        (FAMILIES, (authority, framework, status))
        for framework in frameworks
        for status in ATTACHED
        if (authority, framework, status) in inner
    )

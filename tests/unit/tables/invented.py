"""Invented families, counted into small tables, and releases of them made as a quarter's run makes them."""

import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wholefamily.disclosure.tables.carry import carry_forward
from wholefamily.disclosure.tables.facts import CRITERIA, FAMILIES, RESULTS
from wholefamily.disclosure.tables.suppress import Given, protect
from wholefamily.disclosure.tables.table import CONTROL, At, Cell, Release, Shape
from wholefamily.products.published.release import control

AUTHORITIES = ("eastham", "northby", "westley")
FRAMEWORKS = ("tf_2012", "sf_2022")
STATUSES = ("eligible", "on_programme", "closed")
CRITERIA_OF = {"tf_2012": ("education", "work", "crime_asb"), "sf_2022": ("education", "housing")}
MEASURES = ("education", "asb")
RESULT_CODES = ("pass", "fail", "neutral")
FILES = (
    Shape(FAMILIES, ("authority", "framework", "status"), (AUTHORITIES, FRAMEWORKS, STATUSES)),
    Shape(
        CRITERIA,
        ("authority", "framework", "criterion"),
        (AUTHORITIES, FRAMEWORKS, ("education", "work", "crime_asb", "housing")),
        frozenset({"criterion"}),
    ),
    Shape(RESULTS, ("authority", "measure", "result"), (AUTHORITIES, MEASURES, RESULT_CODES)),
)


@dataclass(frozen=True)
class Family:
    authority: str
    framework: str
    status: str
    met: tuple[str, ...] = ()
    results: tuple[tuple[str, str], ...] = ()


def family(draw: random.Random) -> Family:
    """One family somewhere."""
    authority = draw.choices(AUTHORITIES, (5, 2, 1))[0]
    framework, status = draw.choices(FRAMEWORKS, (3, 1))[0], draw.choices(STATUSES, (2, 5, 2))[0]
    if status == "eligible":
        return Family(authority, framework, status)
    met = tuple(criterion for criterion in CRITERIA_OF[framework] if draw.random() < 0.6)
    results = tuple((measure, draw.choice(RESULT_CODES)) for measure in MEASURES) if framework == "tf_2012" else ()
    return Family(authority, framework, status, met, results)


def counted(families: Sequence[Family]) -> dict[str, dict[Cell, int]]:
    """The inner cells of the three files."""
    found: dict[str, Counter[Cell]] = {shape.file: Counter() for shape in FILES}
    for each in families:
        found[FAMILIES][(each.authority, each.framework, each.status)] += 1
        found[CRITERIA].update((each.authority, each.framework, criterion) for criterion in each.met)
        found[RESULTS].update((each.authority, measure, result) for measure, result in each.results)
    return {file: dict(cells) for file, cells in found.items()}


RULED_OUT = frozenset((CRITERIA, cell) for cell in FILES[1].inner if cell[2] not in CRITERIA_OF[cell[1]])


@dataclass
class Series:
    """Releases one after the other."""

    shapes: Sequence[Shape] = FILES
    ruled_out: frozenset[At] = RULED_OUT
    releases: list[Release] = field(default_factory=list)
    figures: dict[str, dict[str, dict[Cell, int]]] = field(default_factory=dict)

    def next(self, counts: Mapping[str, Mapping[Cell, int]]) -> Release:
        """The release that would come next; it is not added."""
        return self._next(counts)[0]

    def add(self, counts: Mapping[str, Mapping[Cell, int]]) -> Release:
        """The release that comes next."""
        release, figures = self._next(counts)
        self.releases.append(release)
        self.figures[release.name] = figures
        return release

    def files(self, release: Release) -> dict[str, bytes]:
        """A release as its folder holds it, without a page."""
        before = [each for each in self.releases if each.name < release.name]
        tables = {file: table.to_csv() for file, table in release.tables.items()}
        return {**tables, CONTROL: json.dumps(control(release, before)).encode()}

    def _next(self, counts: Mapping[str, Mapping[Cell, int]]) -> tuple[Release, dict[str, dict[Cell, int]]]:
        name = f"20{26 + len(self.releases) // 4}-Q{len(self.releases) % 4 + 1}"
        if self.releases:
            figures, carried = carry_forward(self.shapes, counts, self.figures[self.releases[-1].name])
        else:
            figures, carried = {shape.file: dict(counts[shape.file]) for shape in self.shapes}, frozenset()
        return protect(Given(name, self.shapes, figures, carried, self.ruled_out), self.releases, self.figures), figures

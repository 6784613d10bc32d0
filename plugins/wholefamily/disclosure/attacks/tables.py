"""Attacks on published tables, from the files of a release and of the earlier ones beside it, and nothing else.

They know nothing of how the tables were made. The number in an attack's name is that of the page on disclosure; ``found`` names
the cells at which it succeeds. ``python -m wholefamily attack`` and the gate before publication try them all.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from wholefamily.disclosure.attacks.model import Outcome
from wholefamily.disclosure.tables import audit
from wholefamily.disclosure.tables.knowledge import Knowledge
from wholefamily.disclosure.tables.table import LEAST, At, Release, read
from wholefamily.errors import WholefamilyError

Files = Mapping[str, bytes]
"""Of one release, by name."""

PAGE = "index.html"
NK_SHARE = 0.9
"""NK(2, 90): the two largest contributors may not make up more of a figure."""
P_SHARE = 0.1
"""p 10 %: the second may not come to know the first more closely."""


class Tables(NamedTuple):
    """A release under attack, with the releases before it, oldest first."""

    release: Release
    before: Sequence[Release]
    page: str
    """The page of the release; empty: it has none."""


def run(name: str, files: Files, earlier: Mapping[str, Files]) -> list[Outcome]:
    """Try every attack on a release, whatever becomes of the first; ``earlier`` are the releases beside it, by name.

    Raises WholefamilyError when a file is not what section 8 of the exchange says: then there is nothing that could be judged.
    """
    before = [read(other, earlier[other]) for other in sorted(earlier) if other < name and not other.startswith(".")]
    scene = Tables(read(name, files), before, files.get(PAGE, b"").decode("utf-8"))
    return [_tried(attack, scene) for attack in ATTACKS]


def _tried(attack: Callable[[Tables], Outcome], scene: Tables) -> Outcome:
    try:
        return attack(scene)
    except WholefamilyError as error:
        return Outcome(attack.__name__.replace("_", " "), "not run", None, str(error))


def hidden_cells_listed(scene: Tables) -> Outcome:
    """What ``disclosure_control.json`` lists as hidden is what is hidden."""
    listed = scene.release.listed_hidden
    found = set(scene.release.hidden) ^ set(listed or ())
    return _outcome("hidden cells listed", len(found), found, "listed as hidden and told, or hidden and not listed")


def small_cells(scene: Tables) -> Outcome:
    """Attack 5: a figure of 1 to 9, or a percentage of, or on, fewer than ten."""
    told = [(at, value) for at, value in _told(scene.release) if value]
    attack, least = "5 small cells", min((value for _, value in told), default=None)
    text = re.sub(r"<style>.*?</style>", "", scene.page, flags=re.DOTALL)
    shares = [(int(part), int(whole)) for part, whole in re.findall(r'data-part="(\d+)" data-whole="(\d+)"', text)]
    if len(re.findall(r"\d ?%", text)) > len(shares) or any(min(share) < LEAST for share in shares):
        return Outcome(
            attack, "succeeded", least, f"{PAGE} has a percentage of, or on, fewer than {LEAST}, or one that does not say of what"
        )
    return _outcome(attack, least, (at for at, value in told if value < LEAST), f"tells of fewer than {LEAST}")


def linear_programs(scene: Tables) -> Outcome:
    """Attack 6: a hidden cell, of this release or an earlier one, that all tables together hold to fewer than ten numbers."""
    releases = [*scene.before, scene.release]
    knowledge = Knowledge(releases)
    widths: list[tuple[int, At]] = []
    for leak in audit.hidden(knowledge, releases):
        low, high = knowledge.interval(leak.asked)
        widths += [] if high is None else [(high - low, leak.at)]
    least = min((width for width, _ in widths), default=None)
    found = (at for width, at in widths if width < LEAST)
    return _outcome("6 linear programs", least, found, "is hidden and can be worked out to fewer than ten numbers")


def overlapping_tables(scene: Tables) -> Outcome:
    """Attack 7: a total less what is told of its parts, or one table less another, leaves fewer than ten."""
    left: dict[At, int] = {}
    for file, table in scene.release.tables.items():
        for total, cells in table.shape.lines:
            whole, parts = table.values[total], [table.values[cell] for cell in cells]
            if whole is not None and None in parts:
                left[(file, total)] = whole - sum(value for value in parts if value is not None)
    releases = [*scene.before, scene.release]
    small = [leak.at for leak in audit.leaks(Knowledge(releases), releases) if leak.is_complement]
    found = [*(at for at, value in left.items() if value < LEAST), *small]
    return _outcome(
        "7 overlapping tables",
        min(left.values(), default=None),
        found,
        "less its cells, or the families attached less it, leaves fewer than ten",
    )


def successive_releases(scene: Tables) -> Outcome:
    """Attack 8: a figure that has moved by fewer than ten since the last release, or was carried forward and is another."""
    if not scene.before:
        return Outcome("8 successive releases", "withstood", None)
    last = scene.before[-1]
    before = dict(_told(last))
    moves = {at: abs(value - before[at]) for at, value in _told(scene.release) if value != before.get(at, value)}
    shown_before = {(file, cell): value for file, table in last.tables.items() for cell, value in table.values.items()}
    changed = {at for at in scene.release.carried if scene.release.value(at) != shown_before.get(at, scene.release.value(at))}
    found = {at for at, move in moves.items() if move < LEAST} | changed
    how = f"has moved by fewer than ten since {last.name}, or was carried forward and is told otherwise"
    return _outcome("8 successive releases", min(moves.values(), default=None), found, how)


def homogeneity(scene: Tables) -> Outcome:
    """Attack 10: a row or column all of whose families are in one category, that no rule fixes."""
    found = [total for total, _ in audit.telling_lines(scene.release)]
    return _outcome("10 homogeneity", len(found), found, "has all its families in one category")


def dominance(scene: Tables) -> Outcome:
    """Attack 11: a figure that two contributors dominate. In a count each family counts 1; of a magnitude it cannot be told."""
    told = [(at, value) for at, value in _told(scene.release) if value]
    share = max((min(2 / value, 1) for _, value in told), default=None)
    if scene.release.magnitudes:
        return Outcome(
            "11 dominance", "succeeded", share, f"{', '.join(scene.release.magnitudes)}: a magnitude, and nobody can see who makes it up"
        )
    return _outcome("11 dominance", share, (at for at, value in told if is_dominated([1.0] * value)), "is made up by two contributors")


def is_dominated(contributions: Iterable[float]) -> bool:
    """Whether NK(2, 90) or p 10 % forbids to tell the sum of contributions."""
    largest, second, *rest = (*sorted(contributions, reverse=True), 0.0, 0.0)
    return largest + second > NK_SHARE * (largest + second + sum(rest)) or sum(rest) < P_SHARE * largest


def contributor(scene: Tables) -> Outcome:
    """Attack 15: a family that knows it is the only one in its hidden cell finds the only one in another; or it is one of two in a figure."""
    told = [(at, value) for at, value in _told(scene.release) if value]
    found = [at for at, value in told if value == 2]
    found += [at for at, _ in audit.sole_others(Knowledge([*scene.before, scene.release]), scene.release)]
    least = min((value - 1 for _, value in told), default=None)
    return _outcome("15 contributor", least, found, "tells its only family of the only family elsewhere")


ATTACKS: Sequence[Callable[[Tables], Outcome]] = (
    hidden_cells_listed,
    small_cells,
    linear_programs,
    overlapping_tables,
    successive_releases,
    homogeneity,
    dominance,
    contributor,
)


def _told(release: Release) -> Iterator[tuple[At, int]]:
    return (((file, cell), value) for file, table in release.tables.items() for cell, value in table.values.items() if value is not None)


def _outcome(attack: str, figure: float | None, cells: Iterable[At], how: str) -> Outcome:
    named = [f"{file} {'/'.join(cell)}" for file, cell in dict.fromkeys(cells)]
    if not named:
        return Outcome(attack, "withstood", figure)
    more = f" and {len(named) - 5} more" if len(named) > 5 else ""
    return Outcome(attack, "succeeded", figure, f"{', '.join(named[:5])}{more} {how}")

"""The rules as they stand in ``frameworks/``, ``criteria/`` and ``results/``: a file a rule, in its own words, and its scenarios.

A scenario says when it holds, what differs from its file's ``given``, and what then comes of it. What is given is what partners send,
in the columns of exchange.md; of a feed,

* a mapping changes every row of ``given``: ``offences: {disposal_date: 2025-10-31}``;
* a list is the rows themselves: what one leaves out it has from the row of the same person in ``given``, else from the first;
* a value that is a list makes one row of each: ``start_date: [2026-02-03, 2026-05-12]``;
* ``person`` is one of ``people``; ``by`` is the partner who sends the row, where that is not the household's council or the police;
* ``not known`` is an empty value.

``people`` says who lives there and since when they are born; in full, one spell at an address each, by the columns of that feed.
``month`` is the month that is judged, ``months`` also those in which the same was sent before: a row is sent once none of its
dates lies ahead. ``first_sent`` is what stood in a drop that was corrected since, ``never_sent`` the feeds that never came,
``not_yet_sent`` those of which only last month's is there, and ``not_sent`` those that did not come in a month of before. The household that is judged is that of the first of its people who has
a home, unless ``household`` names another.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from wholefamily.feeds import FEEDS

HERE = Path(__file__).parent
CHAPTERS = ("frameworks", "criteria", "results")
CLAIMS = {"claims", "later_claims"}
"""Files of results that are no measure."""
NOT_KNOWN = "not known"
COUNCIL = "walsall"

Row = dict[str, Any]
Rows = dict[str, list[Row]]
_PLAIN = {"when", "then", "month", "months", "authority", "people", "household", "first_sent", "never_sent", "not_yet_sent", "not_sent"}


@dataclass(frozen=True)
class Scenario:
    """A scenario with all that it is given; ``said`` is what it says itself, as it stands in the file."""

    key: str
    when: str
    then: Any
    said: Mapping[str, Any]
    months: tuple[str, ...]
    authority: str
    people: Mapping[str, list[Row]]
    household: tuple[str, ...]
    """Of whom the first who has a home says which household is judged."""
    rows: Rows
    first_rows: Rows
    """What stood in the first drop of its month; the same where nothing was corrected."""
    never_sent: tuple[str, ...] = ()
    not_yet_sent: tuple[str, ...] = ()
    not_sent: Mapping[str, list[str]] = field(default_factory=dict)
    """By month."""

    @property
    def month(self) -> str:
        """The month that is judged."""
        return self.months[-1]


@dataclass(frozen=True)
class Spec:
    """A file: a rule, where it stands, what is given, and its scenarios."""

    chapter: str
    code: str
    rule: str
    read: str
    given: Mapping[str, Any]
    meets: Mapping[str, str] = field(default_factory=dict)
    """Of a limb: the criterion that it meets under each framework."""
    lists: tuple[str, ...] = ()
    """Seeds of the rules that are shown with it."""
    scenarios: tuple[Scenario, ...] = ()


def read() -> list[Spec]:
    """All files, chapter by chapter. Raises ValueError that names the scenario and what is wrong with it."""
    return [_read(path) for chapter in CHAPTERS for path in sorted((HERE / chapter).glob("[a-z]*.yml"))]


def _read(path: Path) -> Spec:
    file = yaml.safe_load(path.read_text(encoding="utf-8"))
    given, said = file["given"], file.get("scenarios") or []
    if template := file.get("same_as"):
        shared = yaml.safe_load((path.parent / f"_{template}.yml").read_text(encoding="utf-8"))
        given = shared.get("given", {}) | given
        said = [each | {"then": _by_whom(given) if each["then"] == "met" else each["then"]} for each in shared["scenarios"]] + said
    key = f"{path.parent.name}-{path.stem}"
    scenarios = tuple(_scenario(f"{key}-{number:02d}", given, each) for number, each in enumerate(said, 1))
    meets, lists = file.get("meets", {}), tuple(file.get("lists", ()))
    return Spec(path.parent.name, path.stem, " ".join(file["rule"].split()), file["read"], given, meets, lists, scenarios)


def _by_whom(given: Mapping[str, Any]) -> str:
    """What is said of the one person of whom anything is given."""
    (usual,) = (rows for feed, rows in given.items() if feed in FEEDS and feed != "people")
    return f"met by {usual['person']}"


def _scenario(key: str, given: Mapping[str, Any], said: Mapping[str, Any]) -> Scenario:
    whole = {**given, **said}
    feeds = [name for name in whole if name not in _PLAIN]
    if unknown := sorted({*feeds, *said.get("first_sent", {})} - FEEDS.keys()):
        raise ValueError(f"{key}: no feed and no word of the specs: {', '.join(unknown)}")
    # The month of a scenario takes the place of the months of its file, and the other way round.
    months = said.get("months") or ([said["month"]] if "month" in said else given.get("months") or [given["month"]])
    rows = {feed: _rows(given.get(feed, []), said.get(feed)) for feed in feeds}
    first = {feed: _rows(given.get(feed, []), changed) for feed, changed in said.get("first_sent", {}).items()}
    people = {name: _spells(who) for name, who in {**given["people"], **said.get("people", {})}.items()}
    if nobody := {row["person"] for row in [row for kind in (rows, first) for rows_of in kind.values() for row in rows_of]} - people.keys():
        raise ValueError(f"{key}: not of its people: {', '.join(sorted(nobody))}")
    return Scenario(
        key,
        said["when"],
        said["then"],
        said,
        tuple(months),
        whole.get("authority", COUNCIL),
        people,
        (said["household"],) if "household" in said else tuple(people),
        rows,
        rows | first,
        tuple(said.get("never_sent", ())),
        tuple(said.get("not_yet_sent", ())),
        said.get("not_sent", {}),
    )


def _spells(who: Any) -> list[Row]:
    """Somebody's spells at addresses; a mere date is when they were born."""
    spells = who if isinstance(who, list) else [who if isinstance(who, Mapping) else {"born": who}]
    return [{"born": spells[0].get("born")} | spell for spell in spells]


def _rows(usual: Row | list[Row], said: Row | Sequence[Row] | None) -> list[Row]:
    """The rows of a feed: those of ``given``, as the scenario changes them."""
    known: list[Row] = [usual] if isinstance(usual, dict) else usual
    if said is None:
        found = known
    elif isinstance(said, Mapping):
        found = [row | said for row in known] or [dict(said)]
    else:
        found = [_like(known, row) | row for row in said]
    return [row for whole in found for row in _each(whole)]


def _like(known: list[Row], row: Row) -> Row:
    same = [each for each in known if each["person"] == row.get("person")]
    return next(iter([*same, *known]), {})


def _each(row: Row) -> Iterator[Row]:
    values = [value if isinstance(value, list) else [value] for value in row.values()]
    yield from (dict(zip(row, chosen, strict=True)) for chosen in product(*values))

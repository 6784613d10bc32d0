"""k-anonymity of records: the level of every ladder that loses least, then hidden values, then records left out.

The same levels hold for all records of a file. Records that are still in a group of fewer than k are given hidden values
in as few columns as put them into a group of k, and are left out when nothing does. The loss of a record is the mean of
its columns' losses, and 1 when it is left out; the levels chosen are those with the least total, found by trying them in the
order of what they lose before anything is left out, until none that remains can be better.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from wholefamily.disclosure.ladders import Ladder, Level
from wholefamily.disclosure.policy import HIDDEN, K

Values = tuple[str, ...]
"""The quasi-identifiers of a record, in the order of the columns."""


@dataclass(frozen=True)
class Protected:
    """What became of records: ``shown`` in the order given, None for one left out."""

    levels: dict[str, Level]
    shown: list[Values | None]
    loss: float
    """Mean loss of a record, 0 to 1."""
    generalised: dict[str, int]
    """How many records are told less exactly, by column; hidden values apart."""
    n_combinations: int
    """Of levels of all ladders: the lattice that was searched."""
    n_tried: int
    """How many of them could have been the best, until it was known that no other can."""


@dataclass(frozen=True)
class _Outcome:
    cost: float
    shown: dict[Values, Values]


def protect(records: Sequence[Values], ladders: Mapping[str, Ladder], never_hidden: frozenset[str] = frozenset()) -> Protected:
    """Records of which every combination of values that is shown is shared by at least k.

    ``ladders`` has one ladder per column, in order. A column in ``never_hidden`` is not hidden in single records.
    """
    # In order of value, so that sums of floats, and with them ties, depend on nothing but the records.
    counts = dict(sorted(Counter(records).items()))
    columns = list(ladders)
    may_hide = [index for index, column in enumerate(columns) if column not in never_hidden]
    best: _Outcome | None = None
    levels: tuple[Level, ...] = tuple(ladder[0] for ladder in ladders.values())
    n_tried = 0
    nodes = _cheapest_first(counts, ladders)
    for bound, candidate in nodes:
        if best is not None and bound >= best.cost:
            break
        n_tried += 1
        outcome = _apply(counts, candidate, may_hide, best.cost if best else float("inf"))
        if outcome is not None:
            best, levels = outcome, candidate
    shown = best.shown if best else {}
    loss = best.cost / len(records) if best and records else 0.0
    generalised = {
        column: sum(counts[values] for values, told in shown.items() if told[index] not in {values[index], HIDDEN})
        for index, column in enumerate(columns)
    }
    told = [shown.get(record) for record in records]
    return Protected(dict(zip(columns, levels, strict=True)), told, loss, generalised, len(nodes), n_tried)


def _cheapest_first(counts: dict[Values, int], ladders: Mapping[str, Ladder]) -> list[tuple[float, tuple[Level, ...]]]:
    weighed = []
    for index, ladder in enumerate(ladders.values()):
        # Where there is one year only, the span of years says the same as the year.
        rungs = [level for rung, level in enumerate(ladder) if all(level.becomes != lower.becomes for lower in ladder[:rung])]
        weighed.append([(sum(level.loss[values[index]] * n for values, n in counts.items()), level) for level in rungs])
    nodes = [(sum(cost for cost, _ in node) / len(ladders), tuple(level for _, level in node)) for node in itertools.product(*weighed)]
    # The sort is stable, so equal losses keep the order of the ladders: the result depends on nothing but the records.
    return sorted(nodes, key=lambda node: node[0])


def _apply(counts: dict[Values, int], levels: tuple[Level, ...], may_hide: list[int], limit: float) -> _Outcome | None:
    """Generalise, hide, leave out; None as soon as it costs ``limit`` or more."""
    general = {values: tuple(level.becomes[value] for level, value in zip(levels, values, strict=True)) for values in counts}
    sizes: Counter[Values] = Counter()
    for values, n in counts.items():
        sizes[general[values]] += n
    loss = {values: sum(level.loss[value] for level, value in zip(levels, values, strict=True)) / len(levels) for values in counts}
    small = [values for values in counts if sizes[general[values]] < K]
    shown = {values: general[values] for values in counts if sizes[general[values]] >= K}
    cost = sum(loss[values] * counts[values] for values in shown)
    may_hide = [index for index in may_hide if levels[index].name != "hidden"]
    # Each of the small ones will lose at least one more value.
    least = min((1 - max(levels[index].loss.values(), default=0)) / len(levels) for index in may_hide) if may_hide else 0
    if cost + sum((loss[values] + least) * counts[values] for values in small) >= limit:
        return None
    for stars in _star_sets(may_hide):
        if not small:
            break
        for values, starred in _hide(small, counts, general, stars).items():
            shown[values] = starred
            extra = sum(1 - levels[index].loss[values[index]] for index in stars) / len(levels)
            cost += (loss[values] + extra) * counts[values]
        small = [values for values in small if values not in shown]
        if cost >= limit:
            return None
    cost += sum(counts[values] for values in small)
    return _Outcome(cost, shown) if cost < limit else None


def _star_sets(columns: list[int]) -> Iterator[tuple[int, ...]]:
    for size in range(1, len(columns) + 1):
        yield from itertools.combinations(columns, size)


def _hide(small: list[Values], counts: dict[Values, int], general: dict[Values, Values], stars: tuple[int, ...]) -> dict[Values, Values]:
    """Those of ``small`` that are in a group of k once the columns ``stars`` are hidden, and what is then shown of them."""
    groups: defaultdict[Values, list[Values]] = defaultdict(list)
    for values in small:
        groups[tuple(HIDDEN if index in stars else value for index, value in enumerate(general[values]))].append(values)
    return {values: hidden for hidden, members in groups.items() if sum(counts[member] for member in members) >= K for values in members}

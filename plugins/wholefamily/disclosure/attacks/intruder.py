"""Attack 14: a motivated intruder who holds names and all quasi-identifiers of a part of the people, and runs a linkage engine.

The engine is Fellegi and Sunter's, as Splink's is, with what the data dictionary teaches in place of trained comparisons: a value agrees
when what is told of it covers what is known. It reads beside each person the family that a key leads to, its members and the first quarter
of its progress. Records that are told alike weigh alike, so it weighs one of each kind; among equals it guesses.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from wholefamily.disclosure.attacks.columns import FAMILY, PERSON, covers
from wholefamily.disclosure.attacks.model import Holding, Outcome, ReleaseFolder, Scene, verdict
from wholefamily.disclosure.policy import K

SURE = 0.9
_DISAGREES = -20.0
"""What speaks against a pair in which a value disagrees: what this intruder knows, he knows rightly."""
_MEMBERS_FIT = math.log(10)
"""What speaks for a household whose members fit: about one in ten would by chance."""
_CHUNK = 500

Values = tuple[str, ...]
Weights = npt.NDArray[np.float32]


class _ToldFamily(NamedTuple):
    values: Values
    members: tuple[Values, ...]
    first_quarter: str


class _KnownFamily(NamedTuple):
    values: Values
    members: tuple[Values, ...]


class Guess(NamedTuple):
    """How well the intruder does: of ``n`` he knows of, how many he is sure and right of, and how many he is right of on average."""

    n: int
    n_sure: int
    n_right: float


def motivated_intruder(scene: Scene) -> Outcome:
    """Attack 14: passes when he is right of nobody at p >= 0.9, and of at most 1/k of all; the figure is the largest share he is right of."""
    attack = "14 motivated intruder"
    holding = scene.known.holding if scene.known else None
    if holding is None:
        return verdict(attack, None, (), is_whole=False)
    found, share = [], 0.0
    for what, guess in (("families", match_families(scene.release, holding)), ("persons", match_persons(scene.release, holding))):
        of = guess.n_right / guess.n if guess.n else 0.0
        share = max(share, of)
        if guess.n_sure:
            found.append(f"{guess.n_sure} of {guess.n} {what} are found with p >= {SURE}")
        # Sums of floats: a share of just 1/k may come out a hair above it.
        if of > 1 / K + 1e-9:
            found.append(f"{of:.1%} of {guess.n} {what} are found, more than 1 of {K}")
    return verdict(attack, round(share, 4), found)


def match_families(release: ReleaseFolder, holding: Holding) -> Guess:
    """The intruder's guess which row of ``families.csv`` each family is that he knows."""
    told, known = _told_families(release), _known_families(holding)
    kinds, profiles = _Numbered(told.values()), _Numbered(known.values())
    weights = _family_weights(profiles.items, kinds.items)
    sizes = np.bincount([kinds.number[kind] for kind in told.values()], minlength=len(kinds.items))
    of_key = {key: kinds.number[kind] for key, kind in told.items()}
    truth = [(profiles.number[known[number]], of_key.get(key, -1)) for number, key in holding.families.select("family", "key").iter_rows()]
    return _judge(lambda chosen: weights[chosen], sizes, truth)


def match_persons(release: ReleaseFolder, holding: Holding) -> Guess:
    """The intruder's guess which row of ``individuals.csv`` each person is that he knows."""
    told, known = _told_families(release), _known_families(holding)
    kinds, profiles = _Numbered([None, *told.values()]), _Numbered(known.values())
    family_weights = _family_weights(profiles.items, [kind for kind in kinds.items if kind is not None])
    # A record that leads to no family says nothing of it.
    family_weights = np.hstack([np.zeros((len(profiles.items), 1), np.float32), family_weights])
    rows = [
        (tuple(values), kinds.number[told.get(family)])
        for *values, family in release.tables["individuals"].select(*PERSON, "family_key").iter_rows()
    ]
    records = _Numbered(rows)
    people = holding.persons.select(*PERSON, "family", "key").rows()
    targets = _Numbered([(tuple(values), profiles.number[known[family]]) for *values, family, _ in people])
    own = _column_weights(PERSON, [values for values, _ in targets.items], [values for values, _ in records.items])
    family_of_target = np.array([profile for _, profile in targets.items], np.intp)
    family_of_record = np.array([kind for _, kind in records.items], np.intp)
    sizes = np.bincount([records.number[row] for row in rows], minlength=len(records.items))
    of_key = dict(zip(release.tables["individuals"]["person_key"], (records.number[row] for row in rows), strict=True))
    truth = [(targets.number[(tuple(values), profiles.number[known[family]])], of_key.get(key, -1)) for *values, family, key in people]

    def weigh(chosen: npt.NDArray[np.intp]) -> Weights:
        return own(chosen) + family_weights[np.ix_(family_of_target[chosen], family_of_record)]

    return _judge(weigh, sizes, truth)


T = TypeVar("T", bound=Hashable)


class _Numbered(Generic[T]):
    """Each different thing once, and its number."""

    def __init__(self, things: Iterable[T]) -> None:
        self.number: dict[T, int] = {}
        for thing in things:
            self.number.setdefault(thing, len(self.number))
        self.items = list(self.number)


def _told_families(release: ReleaseFolder) -> dict[str, _ToldFamily]:
    first = dict(release.tables["progress"].group_by("family_key").agg(pl.col("quarter").min()).iter_rows())
    members: defaultdict[str, list[Values]] = defaultdict(list)
    for *values, family in release.tables["individuals"].select(*PERSON, "family_key").iter_rows():
        members[family].append(tuple(values))
    return {
        key: _ToldFamily(tuple(values), tuple(sorted(members.get(key, ()))), str(first.get(key, "")))
        for *values, key in release.tables["families"].select(*FAMILY, "family_key").iter_rows()
    }


def _known_families(holding: Holding) -> dict[int, _KnownFamily]:
    members: defaultdict[int, list[Values]] = defaultdict(list)
    for *values, family in holding.persons.select(*PERSON, "family").iter_rows():
        members[family].append(tuple(values))
    return {
        number: _KnownFamily(tuple(values), tuple(sorted(members.get(number, ()))))
        for *values, number in holding.families.select(*FAMILY, "family").iter_rows()
    }


def _family_weights(known: Sequence[_KnownFamily], told: Sequence[_ToldFamily]) -> Weights:
    """How much speaks for each kind of family told being each family known: rows by ``known``, columns by ``told``."""
    weights = _column_weights(FAMILY, [family.values for family in known], [family.values for family in told])(np.arange(len(known)))
    attached = FAMILY.index("attached_quarter")
    fits = _Fitting()
    for row, family in enumerate(known):
        # Members are compared where the rest fits: elsewhere one disagreement more or less decides nothing.
        for column in np.flatnonzero(weights[row] >= 0).tolist():
            weights[row, column] += fits.members(family.members, told[column].members)
            # Progress before attachment would be somebody else's.
            first = told[column].first_quarter
            weights[row, column] += _DISAGREES if first and family.values[attached] > first else 0.0
    return weights


class _Fitting:
    """Whether members told can be the members known, each one of them."""

    def __init__(self) -> None:
        self._seen: dict[tuple[tuple[Values, ...], tuple[Values, ...]], float] = {}

    def members(self, known: tuple[Values, ...], told: tuple[Values, ...]) -> float:
        """The weight of a pair of households; nothing where no member is told."""
        if not told:
            return 0.0
        if (known, told) not in self._seen:
            fit = len(known) == len(told) and _can_be(known, told)
            self._seen[known, told] = _MEMBERS_FIT if fit else _DISAGREES
        return self._seen[known, told]


def _can_be(known: tuple[Values, ...], told: tuple[Values, ...]) -> bool:
    if not told:
        return True
    first, others = told[0], told[1:]
    for place, member in enumerate(known):
        if member in known[:place]:
            continue
        if all(covers(*pair) for pair in zip(PERSON, first, member, strict=True)) and _can_be(known[:place] + known[place + 1 :], others):
            return True
    return False


def _column_weights(columns: Sequence[str], known: Sequence[Values], told: Sequence[Values]) -> Callable[[npt.NDArray[np.intp]], Weights]:
    """Weights of rows of ``known`` against all of ``told``: for each column log(1/u), u the share of those known that the value told covers."""
    parts = []
    for index, column in enumerate(columns):
        exact, shown = _Numbered([values[index] for values in known]), _Numbered([values[index] for values in told])
        frequency = Counter(values[index] for values in known)
        agrees = np.array([[covers(column, to, value) for to in shown.items] for value in exact.items], bool).reshape(
            len(exact.items), len(shown.items)
        )
        covered = np.array([frequency[value] for value in exact.items], float) @ agrees / max(len(known), 1)
        weight = np.where(agrees, -np.log(np.maximum(covered, 1e-9)), _DISAGREES).astype(np.float32)
        rows = np.array([exact.number[values[index]] for values in known], np.intp)
        places = np.array([shown.number[values[index]] for values in told], np.intp)
        parts.append((weight, rows, places))

    def weigh(chosen: npt.NDArray[np.intp]) -> Weights:
        total = np.zeros((len(chosen), len(told)), np.float32)
        for weight, rows, places in parts:
            total += weight[np.ix_(rows[chosen], places)]
        return total

    return weigh


@dataclass
class _Best:
    """The kinds of record that weigh most for one profile, how many records they are, and the probability of each."""

    kinds: frozenset[int]
    n: int
    p: float


def _judge(weigh: Callable[[npt.NDArray[np.intp]], Weights], sizes: npt.NDArray[np.intp], truth: Sequence[tuple[int, int]]) -> Guess:
    """``truth``: profile and kind of the record that it truly is (-1: of none) of each that the intruder knows."""
    if not len(sizes) or not truth:
        return Guess(len(truth), 0, 0.0)
    wanted = np.unique([profile for profile, _ in truth])
    best: dict[int, _Best] = {}
    for start in range(0, len(wanted), _CHUNK):
        chosen = wanted[start : start + _CHUNK].astype(np.intp)
        best |= dict(zip(chosen.tolist(), _best(weigh(chosen), sizes), strict=True))
    n_sure, n_right = 0, 0.0
    for profile, kind in truth:
        guess = best[profile]
        if kind in guess.kinds:
            n_right += 1 / guess.n
            n_sure += guess.p >= SURE
    return Guess(len(truth), n_sure, n_right)


def _best(weights: Weights, sizes: npt.NDArray[np.intp]) -> Iterator[_Best]:
    top = weights.max(axis=1, keepdims=True)
    chance = np.exp((weights - top).astype(float))
    total = chance @ sizes
    for row, of_all in zip(weights, total, strict=True):
        kinds = np.flatnonzero(row >= row.max() - 1e-4)
        yield _Best(frozenset(kinds.tolist()), int(sizes[kinds].sum()), float(1 / of_all))

"""Attacks 3 and 4: two recipients, or two releases, put side by side."""

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl

from wholefamily.disclosure.attacks.model import Outcome, ReleaseFolder, Scene, verdict
from wholefamily.disclosure.policy import K

_ORDER = {"individuals": "person_key", "families": "family_key", "progress": "family_key"}


def shared_keys(scene: Scene) -> Outcome:
    """Attack 3: the same people in two releases, told by a shared key or by the order of rows; the figure is the largest rank correlation."""
    found = [*_out_of_order(scene.release), *_shared(scene)]
    largest = 0.0
    for name, there in (scene.known.same_in if scene.known else {}).items():
        for table in ("individuals", "families"):
            here = [key for key in scene.release.tables[table][_ORDER[table]] if key in there]
            if overlap := len(set(here) & {there[key] for key in here}):
                found.append(f"{overlap} keys of {table}.csv are the same in {name}")
            largest = max(largest, rank_correlation(here, there))
            if are_in_order(here, there):
                found.append(f"the rows of {table}.csv are in an order like that of {name}")
    return verdict("3 shared keys and order", round(largest, 4), found, is_whole=scene.known is not None)


def _out_of_order(release: ReleaseFolder) -> Iterator[str]:
    """Rows that do not ascend by key tell in which order they were made; a key that comes twice tells that it is one person."""
    for name, key in _ORDER.items():
        keys = release.tables[name][key]
        if keys.to_list() != sorted(keys) or (name != "progress" and keys.n_unique() != len(keys)):
            yield f"the rows of {name}.csv do not ascend by {key}, each once"


def _shared(scene: Scene) -> Iterator[str]:
    ours = _keys(scene.release)
    for other in scene.neighbours:
        if n := len(ours & _keys(other)):
            yield f"{n} keys stand in {other.name} too"


def _keys(release: ReleaseFolder) -> set[str]:
    return {key for name, column in _ORDER.items() if name in release.tables for key in release.tables[name][column]} - {""}


def are_in_order(here: list[str], there: Mapping[str, str]) -> bool:
    """Whether rows stand here in an order like that in which they stand there; where there is none, one time in a thousand all the same."""
    return len(here) > 1 and rank_correlation(here, there) >= max(0.02, 3.3 / len(here) ** 0.5)


def rank_correlation(here: list[str], there: Mapping[str, str]) -> float:
    """Absolute rank correlation (Spearman's, 0 to 1) of rows as they stand here with where the same stand there, by key."""
    if len(here) < 2:
        return 0.0
    ranks = np.argsort(np.argsort(np.array([there[key] for key in here])))
    return float(abs(np.corrcoef(np.arange(len(here)), ranks)[0, 1]))


def trajectories(scene: Scene) -> Outcome:
    """Attack 4: a family that two recipients have of one period: known by the ledger, or found by its history; the figure is how many."""
    found = []
    n = scene.known.n_elsewhere if scene.known else 0
    if n:
        found.append(f"{n} families are in another recipient's record-level release of the period")
    for other in scene.neighbours:
        if _is_anothers(scene.release, other):
            matched = _matched(scene.release, other)
            n = max(n, matched)
            # By chance alone two families have one history now and then.
            if matched * K > min(len(scene.release.tables["families"]), len(other.tables["families"])):
                found.append(f"{matched} families are found by their histories in {other.name}")
    return verdict("4 trajectories across recipients", n, found, is_whole=scene.known is not None)


def _is_anothers(release: ReleaseFolder, other: ReleaseFolder) -> bool:
    ours, theirs = release.manifest, other.manifest
    return bool(ours and theirs) and ours["period"] == theirs["period"] and ours["recipient"] != theirs["recipient"]


def _matched(one: ReleaseFolder, other: ReleaseFolder) -> int:
    return len(_histories(one).join(_histories(other), on="history"))


def _histories(release: ReleaseFolder) -> pl.DataFrame:
    """Histories that one family alone has."""
    of_family = (
        release.tables["progress"]
        .with_columns(row=pl.concat_str("quarter", "measure", "baseline", "current", "result", separator="|"))
        .group_by("family_key")
        .agg(history=pl.col("row").sort().str.join(";"))
    )
    return of_family.group_by("history").len().filter(pl.col("len") == 1)

"""The account of disclosure control: what was generalised, hidden and left out, what is kept, and how that was searched for."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wholefamily.disclosure import diversity
from wholefamily.disclosure.diversity import Row
from wholefamily.disclosure.kanonymity import Protected
from wholefamily.disclosure.policy import HIDDEN
from wholefamily.products.evaluation.columns import FAMILY_QUASI_IDENTIFIERS, PERSON_QUASI_IDENTIFIERS


def of(rows: Mapping[str, list[Row]], families: Protected, persons: Protected, n_measures_lost: int) -> dict[str, Any]:
    """What ``disclosure_control.json`` says before the attacks: ``rows`` as told, and how families and persons were protected."""
    n = len(families.shown) + len(persons.shown)
    lost = families.loss * len(families.shown) + persons.loss * len(persons.shown)
    return {
        "groups": {
            "families": _groups(rows["families"], FAMILY_QUASI_IDENTIFIERS),
            "persons": _groups(rows["individuals"], PERSON_QUASI_IDENTIFIERS),
        },
        "generalised": [
            *_generalised("families.csv", families),
            *_generalised("individuals.csv", persons),
        ],
        "suppressed": {
            "families": families.shown.count(None),
            "persons": persons.shown.count(None),
            "cells": _hidden_cells(rows),
        },
        "utility_lost": round(lost / n, 4) if n else 0.0,
        # What was lost beyond that, and how the search for the least loss went.
        "kept": {
            "families": _share(len(rows["families"]), len(families.shown)),
            "persons": _share(len(rows["individuals"]), len(persons.shown)),
            "progress_rows": _share(len(rows["progress"]), len(rows["progress"]) + n_measures_lost),
            "family_keys_of_persons": _share(sum(row["family_key"] != "" for row in rows["individuals"]), len(rows["individuals"])),
        },
        "search": {
            kind: {"combinations": protected.n_combinations, "tried": protected.n_tried}
            for kind, protected in (("families", families), ("persons", persons))
        },
    }


def _share(n: int, of: int) -> float:
    return round(n / of, 4) if of else 1.0


def _groups(rows: Sequence[Row], columns: Sequence[str]) -> dict[str, Any]:
    sizes = [len(members) for members in diversity.groups(rows, columns).values()]
    return {"columns": list(columns), "smallest": min(sizes, default=None), "groups": len(sizes)}


def _generalised(file: str, protected: Protected) -> Iterable[dict[str, Any]]:
    """Levels, not values: how many had one value before could be a small number."""
    for column, n in protected.generalised.items():
        if n:
            yield {"file": file, "column": column, "from": "exact", "to": protected.levels[column].name, "rows": n}


def _hidden_cells(rows: Mapping[str, list[Row]]) -> dict[str, int]:
    cells = Counter(column for found in rows.values() for row in found for column, value in row.items() if value == HIDDEN)
    return dict(sorted(cells.items()))

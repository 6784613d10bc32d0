"""Models of linkage: versioned data in ``models/<version>/``, made on purpose by ``train`` and read at every link.

``settings.json`` is Splink's own, with the trained m and u; ``frequencies.csv`` how common names are; ``about.json`` the thresholds
with their reasons, and what the model was trained on. Nothing of it comes from the data that is linked: a village links as a region
does, and a month linked after the others as all months at once.
"""

import csv
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from wholefamily.errors import WholefamilyError
from wholefamily.linkage import engine
from wholefamily.linkage.comparison import Parameters

MODELS = Path(__file__).parent / "models"
CURRENT = "2026-1"
"""The version that links. Another one links everything anew, and renumbers nobody."""

FREQUENT = 20
"""Times that a name must have been seen to be kept in a model: rarer ones would name people. They count as rare as the rarest kept."""


@dataclass(frozen=True)
class Threshold:
    """A probability from which something happens, and why there."""

    probability: float
    reason: str


ACCEPT = Threshold(
    0.92,
    "Names of usual frequency, sex and birthday reach it, also at another address; names that many bear, or names and an address without a "
    "birthday, do not. What is wrong above it is found where several records of one register fit, or by what keeps clusters apart.",
)
REVIEW = Threshold(0.3, "Two or three people of one register fit equally well, or one thing is missing: worth a person's time.")
FLOOR = Threshold(0.01, "Kept, because it competes with better pairs of the same register; below it a pair changes no other's outcome.")


@dataclass(frozen=True)
class Model:
    """What is needed to score: Splink's parameters, the term frequencies (column -> name -> share), the thresholds."""

    version: str
    prior: float
    parameters: Parameters
    frequencies: dict[str, dict[str, float]]
    accept: float = ACCEPT.probability
    review: float = REVIEW.probability
    floor: float = FLOOR.probability

    def rarest(self, column: str) -> float:
        """The share of the rarest name known: what is not known is at most as common."""
        return min(self.frequencies.get(column, {}).values(), default=1.0)

    def frequency_table(self, column: str) -> pa.Table:
        """The frequencies of a column as Splink takes them: ``<column>``, ``tf_<column>``."""
        known = self.frequencies.get(column, {})
        return pa.table({column: pa.array(known.keys(), pa.string()), f"tf_{column}": pa.array(known.values(), pa.float64())})


def save(model: Model, about: dict[str, Any], models: Path = MODELS) -> Path:
    """Write a version; raises WholefamilyError when it is there already: links name it, so it never changes."""
    folder = models / model.version
    if folder.exists():
        raise WholefamilyError(f"model {model.version} is there already: {folder}; a version never changes, take another name")
    folder.mkdir(parents=True)
    described = engine.settings(model.parameters, model.prior).create_settings_dict("duckdb")
    _write(folder / "settings.json", {**described, "linker_uid": f"wholefamily-{model.version}"})
    thresholds = {"accept": (model.accept, ACCEPT), "review": (model.review, REVIEW), "floor": (model.floor, FLOOR)}
    reasons = {name: {"probability": value, "reason": default.reason} for name, (value, default) in thresholds.items()}
    _write(folder / "about.json", {"version": model.version, "thresholds": reasons, **about})
    with (folder / "frequencies.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("column", "name", "frequency"))
        writer.writerows((column, name, f"{share:.6g}") for column, known in model.frequencies.items() for name, share in known.items())
    return folder


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n", encoding="utf-8")


@cache
def load(version: str = CURRENT, models: Path = MODELS) -> Model:
    """A version as it was saved. Raises WholefamilyError when there is none, or it was made for other comparisons."""
    folder = models / version
    if not (folder / "settings.json").is_file():
        raise WholefamilyError(f"there is no model {version} in {models}")
    described = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    parameters: Parameters = {
        comparison["output_column_name"]: {
            level["label_for_charts"]: (level["m_probability"], level["u_probability"])
            for level in comparison["comparison_levels"]
            if not level.get("is_null_level")
        }
        for comparison in described["comparisons"]
    }
    frequencies: dict[str, dict[str, float]] = {}
    with (folder / "frequencies.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            frequencies.setdefault(row["column"], {})[row["name"]] = float(row["frequency"])
    thresholds = {name: threshold["probability"] for name, threshold in about["thresholds"].items()}
    model = Model(version, described["probability_two_random_records_match"], parameters, frequencies, **thresholds)
    _must_fit(model, described)
    return model


def _must_fit(model: Model, described: dict[str, Any]) -> None:
    """A level that means something else now would be weighed by what it meant then."""
    try:
        now = engine.settings(model.parameters, model.prior).create_settings_dict("duckdb")["comparisons"]
    except KeyError as missing:
        raise WholefamilyError(f"model {model.version} knows no level {missing}: train a new version") from None
    if [_conditions(one) for one in now] != [_conditions(one) for one in described["comparisons"]]:
        raise WholefamilyError(f"model {model.version} was trained for other comparisons: train a new version")


def _conditions(comparison: dict[str, Any]) -> list[str]:
    return [level["sql_condition"] for level in comparison["comparison_levels"]]

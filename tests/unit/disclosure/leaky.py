"""A small evaluation release that withstands every attack, to be made leaky in one way after another."""

import csv
import io
from typing import Any

import polars as pl

from wholefamily.disclosure.attacks import Holding, Known, KnownPerson, Outcome, ReleaseFolder, Scene
from wholefamily.disclosure.attacks.columns import FAMILY, PERSON
from wholefamily.disclosure.attacks.model import Attack

Files = dict[str, list[dict[str, str]]]
OF_A_FAMILY = {
    "authority": "E08000025",
    "framework": "tf_2012",
    "attached_quarter": "2026-H1",
    "closed_quarter": "",
    "size_band": "1-3",
    "n_children_band": "0-3",
    "met_work": "Y",
    "met_health": "",
    "comparison": "N",
}
OF_A_PERSON = {"authority": "E11000005", "role": "ADULT", "age_band": "18+", "sex": "2", "ethnic_group": "*", "comparison": "N"}
MEASURE = {"quarter": "2026-Q2", "measure": "asb", "baseline": "10+", "current": "3", "result": "pass", "claimed": "Y", "evidenced": "Y"}
AREAS = frozenset({"E08000025", "E08000028", "E11000005"})
N = 24


def key(number: int) -> str:
    """A key that no hash gives; they ascend."""
    return f"{number:032x}"


def release() -> Files:
    """24 families, eight without a job, each of one adult."""
    families = [{"family_key": key(n), **OF_A_FAMILY, "met_work": "N" if n < 8 else "Y"} for n in range(N)]
    individuals = [{"person_key": key(100 + n), "family_key": key(n), **OF_A_PERSON} for n in range(N)]
    return {"individuals": individuals, "families": families, "progress": [{"family_key": key(n), **MEASURE} for n in range(N)]}


def as_csv(rows: list[dict[str, str]], columns: list[str]) -> bytes:
    """Rows as they are written."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def folder(files: Files, name: str = "2026-Q3", **others: bytes) -> ReleaseFolder:
    """The folder of a release; ``others`` are further files, with _ for the dot in their names."""
    columns = {file: list(rows[0]) for file, rows in release().items()}
    written = {f"{file}.csv": as_csv(rows, list(rows[0]) if rows else columns[file]) for file, rows in files.items()}
    written |= {"data_dictionary.csv": b"file,column\n", "disclosure_control.json": b'{"utility_lost": 0.123456}\n'}
    return ReleaseFolder(name, written | {name.replace("_json", ".json").replace("_parquet", ".parquet"): c for name, c in others.items()})


def known(**of: Any) -> Known:
    """What the warehouse knows: nobody by name, a few people by their identifiers, and what ``of`` replaces."""
    people = [KnownPerson((f"0f8fad5b-d9cb-469f-a165-{n:012d}", f"P-{n}", "9434765919", "A123456789012")) for n in range(10)]
    return Known(**{"areas": AREAS, "are_identifying": lambda _: 0, "people": people, "holding": holding()} | of)


def holding(**of_the_first: str) -> Holding:
    """An intruder who knows every family of the release, and the one person in each."""
    families = [{**OF_A_FAMILY, "attached_quarter": "2026-Q1", "n_children_band": "0-1", "family": n, "key": key(n)} for n in range(N)]
    persons = [{**OF_A_PERSON, "authority": "E08000025", "age_band": "35-44", "family": n, "key": key(100 + n)} for n in range(N)]
    persons = [{**person, "ethnic_group": "WHITE"} for person in persons]
    families[0] |= {column: value for column, value in of_the_first.items() if column in FAMILY}
    persons[0] |= {column: value for column, value in of_the_first.items() if column in PERSON}
    return Holding(pl.DataFrame(persons).select(*PERSON, "family", "key"), pl.DataFrame(families).select(*FAMILY, "family", "key"))


def tried(attack: Attack, files: Files, *neighbours: ReleaseFolder, others: dict[str, bytes] | None = None, **of: Any) -> Outcome:
    """How one attack on the files ends, with all that the warehouse knows."""
    return attack(Scene(folder(files, **(others or {})), known(**of), neighbours))

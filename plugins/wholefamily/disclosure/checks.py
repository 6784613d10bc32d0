"""The gate: attacks on the files as they would leave. It knows nothing of how they were made (disclosure.md).

Each check raises WholefamilyError that names itself and the columns, never a value of a person; together they give what
``disclosure_control.json`` says of attacks 1, 9, 10, 13 and 16.
"""

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from wholefamily.disclosure.policy import HIDDEN, MAX_SHARE, K, L
from wholefamily.errors import WholefamilyError

Rows = list[dict[str, str]]
Tables = Mapping[str, Rows]


class Attack(NamedTuple):
    """One attack that was tried and failed: ``figure`` is what it found, or the smallest group that it met."""

    attack: str
    result: str
    figure: float


@dataclass(frozen=True)
class Known:
    """What the gate looks for beyond patterns."""

    areas: frozenset[str]
    """GSS codes that may be told."""
    are_identifying: Callable[[Sequence[str]], int]
    """How many of some words are a name, a sender's reference, or another value that the registry holds of anyone."""


# Shapes of domain.md section 4.1, and dates finer than a quarter; a word's end keeps them from matching inside a key.
_FORBIDDEN = {
    "date": r"\d{4}-\d{2}-\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}",
    "postcode": r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}",
    "UPRN or NHS number": r"\d{6,12}|\d{3}[ -]\d{3}[ -]\d{4}",
    "UPN": r"[A-Z]\d{11}[0-9A-Z]",
    "NINO": r"[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]?",
    "PNC id": r"(\d{2}|\d{4})/\d{1,7}[A-Z]|\d{3,11}[A-Z]",
    "internal id": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
}
_PATTERNS = {name: re.compile(rf"\b({pattern})\b", re.IGNORECASE) for name, pattern in _FORBIDDEN.items()}

KEY = re.compile(r"[0-9a-f]{32}")
_QUARTER = r"20\d{2}-Q[1-4]"
_TIME = rf"{_QUARTER}|20\d{{2}}-H[12]|20\d{{2}}(-20\d{{2}})?|\*|"
_FIGURE = r"\d|10\+|\*|"
_FLAG = r"[YN*]|"
# Exchange.md section 7, column by column: nothing else may stand there.
_ALLOWED = {
    "person_key": KEY.pattern,
    "family_key": rf"({KEY.pattern})?",
    "authority": r"E\d{8}(\+E\d{8})*|\*",
    "comparison": r"[YN]",
    "role": r"ADULT|CHILD|NON_RESIDENT_PARENT|\*|",
    "age_band": r"0-4|5-10|0-10|11-15|16-17|11-17|0-17|18\+|18-24|25-34|18-34|35\+|35-44|45-54|35-54|55-64|55\+|65\+|\*|",
    "sex": r"[0129*]",
    "ethnic_group": r"WHITE|MIXED|ASIAN|BLACK|OTHER|\*|",
    "framework": r"tf_2012|tf_2015|sf_2022",
    "attached_quarter": _TIME,
    "closed_quarter": rf"open|closed|{_TIME}",
    "size_band": r"1-3|4-5|6\+|1-5|4\+|\*",
    "n_children_band": r"0-1|2-3|4\+|0-3|2\+|\*",
    "quarter": _QUARTER,
    "measure": r"education|asb|youth_offending|progress_to_work|continuous_employment",
    "baseline": _FIGURE,
    "current": _FIGURE,
    "result": r"pass|fail|neutral|not_evidenced",
    "claimed": r"[YN]",
    "evidenced": r"[YN]",
}
_FAMILY = ("authority", "framework", "attached_quarter", "closed_quarter", "size_band", "n_children_band", "comparison")
_PERSON = ("authority", "age_band", "sex", "ethnic_group", "role", "comparison")
_COLUMNS = {
    "individuals": {"person_key", "family_key", *_PERSON},
    "families": {"family_key", *_FAMILY},
    "progress": {"family_key", "quarter", "measure", "baseline", "current", "result", "claimed", "evidenced"},
}


def run(files: Mapping[str, bytes], known: Known) -> list[Attack]:
    """Attack the files of a release by name; the list of attacks, all of which failed.

    Raises WholefamilyError at the first that succeeds.
    """
    tables = {name: _parse(files[f"{name}.csv"]) for name in _COLUMNS}
    return [
        Attack("1 identifiers", "nothing found", identifiers(files, tables, known)),
        Attack("9 uniqueness", "smallest group", min(uniqueness(tables), default=0)),
        Attack("10 homogeneity", "largest share of Y", homogeneity(tables)),
        Attack("13 household composition", "fewest sharing one", composition(tables)),
        Attack("16 text, dates, geography", "values not allowed", granularity(tables, known)),
        Attack("order of rows", "rows out of order", order(tables)),
    ]


def _parse(content: bytes) -> Rows:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def identifiers(files: Mapping[str, bytes], tables: Tables, known: Known) -> int:
    """Attack 1: the shape of an identifier in any file, or a word of a record that names somebody."""
    for name, content in files.items():
        # The gate runs before there is a manifest, so no hash or size stands anywhere.
        text = content.decode("utf-8") if name.endswith(".csv") else re.sub(r"(?<=: )[\d.]+", "", content.decode("utf-8"))
        for kind, pattern in _PATTERNS.items():
            if pattern.search(text):
                raise WholefamilyError(f"disclosure gate: identifiers: something shaped like a {kind} stands in {name}; nothing leaves")
    # Colours are names too: what may stand in its column names nobody, unless it is a key.
    words = {value for _, column, value in _values(tables) if column.endswith("_key") or not re.fullmatch(_allowed(column), value)}
    if known.are_identifying(sorted(words)):
        raise WholefamilyError(
            "disclosure gate: identifiers: a name, a partner's reference or an internal id stands in a file; nothing leaves"
        )
    return 0


def uniqueness(tables: Tables) -> Iterable[int]:
    """Attack 9: fewer than k records with one combination of quasi-identifiers; gives the sizes of the groups."""
    sizes: list[int] = []
    for name, columns in (("families", _FAMILY), ("individuals", _PERSON)):
        found = Counter(tuple(row[column] for column in columns) for row in tables[name])
        _least(found.values(), f"uniqueness: {name}.csv has fewer than {K} records with one combination of {', '.join(columns)}")
        sizes += found.values()
    history: defaultdict[str, set[str]] = defaultdict(set)
    for row in tables["progress"]:
        history[row["family_key"]].add(row["quarter"])
    families = tables["families"]
    if unknown := len(history.keys() - {row["family_key"] for row in families}):
        raise WholefamilyError(f"disclosure gate: uniqueness: progress.csv has {unknown} families that are not in families.csv")
    told = Counter((*(row[column] for column in _FAMILY), *sorted(history.get(row["family_key"], ()))) for row in families)
    _least(told.values(), f"uniqueness: fewer than {K} families alike in {', '.join(_FAMILY)} have the same quarters of progress")
    return sizes


def homogeneity(tables: Tables) -> float:
    """Attack 10: a flag with fewer than l values in a group, or too large a share of ``Y``; gives the largest share."""
    largest = 0.0
    groups: defaultdict[tuple[str, ...], Rows] = defaultdict(list)
    for row in tables["families"]:
        groups[tuple(row[column] for column in _FAMILY)].append(row)
    for rows in groups.values():
        for flag in (column for column in rows[0] if column.startswith("met_")):
            values = Counter(row[flag] for row in rows)
            shown = {value: n for value, n in values.items() if value != HIDDEN}
            if shown.keys() == {""} or not shown:
                continue
            share = shown.get("Y", 0) / sum(shown.values())
            if "" in shown or len(shown) < L or share > MAX_SHARE:
                raise WholefamilyError(
                    f"disclosure gate: homogeneity: {flag} tells too much of a group of {', '.join(_FAMILY)}; nothing leaves"
                )
            largest = max(largest, share)
    return round(largest, 4)


def composition(tables: Tables) -> int:
    """Attack 13: a family known by its members, fewer than k of its area having the like; gives the smallest number alike."""
    area = {row["family_key"]: row["authority"] for row in tables["families"]}
    members: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
    for row in tables["individuals"]:
        if row["family_key"]:
            members[row["family_key"]].append(tuple(row[column] for column in _PERSON))
    if members.keys() - area.keys():
        raise WholefamilyError("disclosure gate: composition: individuals.csv has a family_key that is not in families.csv; nothing leaves")
    if members.keys() & {row["person_key"] for row in tables["individuals"]}:
        raise WholefamilyError("disclosure gate: composition: a family_key is also a person_key: they must be derived apart")
    alike = Counter((area[family], tuple(sorted(persons))) for family, persons in members.items())
    _least(alike.values(), f"composition: fewer than {K} families of an area share the {', '.join(_PERSON)} of their members")
    return min(alike.values(), default=0)


def granularity(tables: Tables, known: Known) -> int:
    """Attack 16: a column that is not in the interface, or a value finer than it allows."""
    for name, rows in tables.items():
        if rows and not all(_is_column(name, column) for column in rows[0]):
            raise WholefamilyError(f"disclosure gate: granularity: {name}.csv has a column that exchange.md does not name; nothing leaves")
    for name, column, value in sorted(_values(tables)):
        if not re.fullmatch(_allowed(column), value):
            raise WholefamilyError(
                f"disclosure gate: granularity: {name}.csv: {column} has a value that is not allowed there; nothing leaves"
            )
        if column == "authority" and not set(value.split("+")) <= known.areas | {HIDDEN}:
            raise WholefamilyError(
                f"disclosure gate: granularity: {name}.csv: authority names an area that is not a partner's; nothing leaves"
            )
    return 0


def _values(tables: Tables) -> set[tuple[str, str, str]]:
    return {(name, str(column), str(value)) for name, rows in tables.items() for row in rows for column, value in row.items()}


def _is_column(name: str, column: str) -> bool:
    return column in _COLUMNS[name] or (name == "families" and re.fullmatch(r"met_[a-z_]+", column) is not None)


def _allowed(column: str) -> str:
    return _FLAG if column.startswith("met_") else _ALLOWED.get(column, "")


def order(tables: Tables) -> int:
    """Rows that do not ascend by key tell in which order they were made; a key that comes twice tells that it is one person."""
    for name, key in (("individuals", "person_key"), ("families", "family_key")):
        keys = [row[key] for row in tables[name]]
        if keys != sorted(set(keys)):
            raise WholefamilyError(f"disclosure gate: order: the rows of {name}.csv do not ascend by {key}; nothing leaves")
    keys = [row["family_key"] for row in tables["progress"]]
    if keys != sorted(keys):
        raise WholefamilyError("disclosure gate: order: the rows of progress.csv do not ascend by family_key; nothing leaves")
    return 0


def _least(sizes: Iterable[int], otherwise: str) -> None:
    if min(sizes, default=K) < K:
        raise WholefamilyError(f"disclosure gate: {otherwise}; nothing leaves")

"""What may stand in an evaluation release, said a second time: the attacks know nothing of how its files were made (exchange.md section 7)."""

import re
from collections.abc import Callable

KEY = re.compile(r"[0-9a-f]{32}")
_QUARTER = r"20\d{2}-Q[1-4]"
_TIME = rf"{_QUARTER}|20\d{{2}}-H[12]|20\d{{2}}(-20\d{{2}})?|\*|"
_FIGURE = r"\d|10\+|\*|"
_FLAG = r"[YN*]|"
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
    # What progress is measured in, of all frameworks.
    "measure": r"education|asb|youth_offending|progress_to_work|continuous_employment|crime_asb|attendance|children_help|work_finance|"
    r"domestic_abuse|health|early_years|substance|relationships|safeguarding|crime|housing|finance",
    "baseline": _FIGURE,
    "current": _FIGURE,
    "result": r"pass|fail|neutral|not_evidenced",
    "claimed": r"[YN]",
    "evidenced": r"[YN]",
}
FAMILY = ("authority", "framework", "attached_quarter", "closed_quarter", "size_band", "n_children_band", "comparison")
PERSON = ("authority", "age_band", "sex", "ethnic_group", "role", "comparison")
_COLUMNS = {
    "individuals": {"person_key", "family_key", *PERSON},
    "families": {"family_key", *FAMILY},
    "progress": {"family_key", "quarter", "measure", "baseline", "current", "result", "claimed", "evidenced"},
}
TABLES = tuple(_COLUMNS)

_AUTHORITY = {"authority": r"[a-z_]+|ALL"}
_FRAMEWORK = {"framework": r"tf_2012|tf_2015|sf_2022|ALL"}
_CRITERION = (
    r"attendance|children_help|crime|crime_asb|domestic_abuse|early_years|education|finance|health|housing|local|relationships|"
    r"safeguarding|substance|work|work_finance"
)
_FAMILIES = {"value": r"\d+|c"}
OF_TABLES = {
    "families_by_authority_framework_status.csv": {**_AUTHORITY, **_FRAMEWORK, "status": r"eligible|on_programme|closed|ALL", **_FAMILIES},
    "criteria_by_authority_framework_criterion.csv": {**_AUTHORITY, **_FRAMEWORK, "criterion": _CRITERION, **_FAMILIES},
    "results_by_authority_measure_result.csv": {
        **_AUTHORITY,
        "measure": r"education|asb|youth_offending|progress_to_work|continuous_employment|ALL",
        "result": r"pass|fail|neutral|not_evidenced|ALL",
        **_FAMILIES,
    },
}
"""The published tables: their columns in order, and what may stand in each (exchange.md section 8)."""


def is_column(file: str, column: str) -> bool:
    """Whether the interface names the column of a file."""
    return column in _COLUMNS[file] or (file == "families" and re.fullmatch(r"met_[a-z_]+", column) is not None)


def may_stand(column: str, value: str) -> bool:
    """Whether the interface allows the value in the column."""
    return re.fullmatch(_FLAG if column.startswith("met_") else _ALLOWED.get(column, ""), value) is not None


def covers(column: str, told: str, exact: str) -> bool:
    """Whether what is ``told`` in a column can be of somebody of whom the column is exactly known: what the data dictionary teaches a reader."""
    if told in {"*", exact}:
        return True
    if not told or not exact:
        return column == "closed_quarter" and {told, exact} <= {"", "open"}
    wider = _WIDER.get(column)
    return wider is not None and may_stand(column, told) and wider(told, exact)


def _is_in(told: str, area: str) -> bool:
    return told == "E11000005" or area in told.split("+")


def _is_within(told: str, band: str) -> bool:
    return _low(told) <= _low(band) and _high(band) <= _high(told)


def _is_of(told: str, quarter: str) -> bool:
    if quarter == "open":
        return False
    if told == "closed":
        return True
    first, _, last = told.partition("-")
    if last.startswith("H"):
        return first == quarter[:4] and (last == "H1") == (quarter[-1] in "12")
    return not last.startswith("Q") and first <= quarter[:4] <= (last or first)


def _low(band: str) -> int:
    return int(band.removesuffix("+").split("-")[0])


def _high(band: str) -> float:
    return float("inf") if band.endswith("+") else int(band.split("-")[1])


_WIDER: dict[str, Callable[[str, str], bool]] = {
    "authority": _is_in,
    "age_band": _is_within,
    "size_band": _is_within,
    "n_children_band": _is_within,
    "attached_quarter": _is_of,
    "closed_quarter": _is_of,
}
"""The columns that may be told less exactly, and whether a value told has an exact one in it."""

"""The rules of a feed, derived from its definition (exchange.md section 5, readings.md 7-13 and 26).

A rule is a Great Expectations expectation: one of GX's own where there is one, else one of ``validation.expectations``. All but
``mandatory_value_empty`` judge filled values only. What to compare a file with is known when it is judged: ``parameter``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from wholefamily.feeds import DISCLOSURE, THRESHOLDS, Column, Feed, SenderKind

Severity = Literal["refuse", "hold", "quarantine", "blank", "warn"]
Kind = Literal[
    "expect_column_values_to_not_be_null",
    "expect_column_values_to_be_in_set",
    "expect_column_values_to_match_regex",
    "expect_column_values_to_meet_condition",
    "expect_query_to_find_no_lines",
    "expect_column_shares_to_stay",
]
_CONDITION: Kind = "expect_column_values_to_meet_condition"
_LINES: Kind = "expect_query_to_find_no_lines"

REFERENCES = ("people", "programme")
"""Feeds to whose rows rows of other feeds refer."""


SHARES_RULE = "warning_share_changed"


@dataclass(frozen=True)
class Rule:
    """A rule on a column, or on whole rows where ``column`` is empty. ``kwargs`` are those of the expectation ``kind``."""

    name: str
    column: str
    severity: Severity
    kind: Kind
    kwargs: dict[str, Any]
    says: str


def parameter(name: str) -> dict[str, str]:
    """An expectation's argument that is given when a file is judged."""
    return {"$PARAMETER": name}


def rules(feed: Feed, kind: SenderKind) -> list[Rule]:
    """The rules of a feed as a sender of ``kind`` sends it, in the order in which they are judged.

    A row's fate is the first quarantine rule that it breaks.
    """
    columns = feed.columns_from(kind)
    dated = {name: column for name, column in columns.items() if column.type in {"date", "timestamp"}}
    return [
        *(_mandatory(name) for name, column in columns.items() if column.mandatory),
        *(_not_a_date(name, column) for name, column in dated.items()),
        *_unknown_codes(columns, kind),
        *(_before_1900(name, column) for name, column in dated.items()),
        *(_in_the_future(name, column) for name, column in dated.items() if not column.may_be_future),
        *(_end_before_start(start, end) for start, end in feed.spells),
        _duplicate_key(feed),
        *([_reference_to_nobody()] if feed.references_people else []),
        *_not_numbers(columns),
        *(_not_an_academic_year(name) for name, column in columns.items() if column.type == "academic_year"),
        *(_fails_check(name, column) for name, column in columns.items() if column.type == "identifier"),
        *_warnings(feed),
        *_shares_unlike_before(columns, kind),
    ]


def hold_rules() -> list[Rule]:
    """The rules on the files of a drop, one row each: what makes a file wait for a person's decision.

    The same as ``door.decide.hold_rules``, of the same thresholds: that one decides where nothing was judged, too.
    """
    limits = THRESHOLDS
    many = f"rows_quarantined * 100 > rows_received * {limits.quarantined_percent}"
    unusual = (
        f"last_rows_received >= {limits.enough_rows} and rows_received * 100 not between "
        f"last_rows_received * {limits.least_percent} and last_rows_received * {limits.most_percent}"
    )
    usual = f"A file has {limits.least_percent} % to {limits.most_percent} % of the rows of the last accepted file of its feed"
    return [
        _files("too_many_quarantined", many, f"No more than {limits.quarantined_percent} % of a file's rows are quarantined."),
        _files("volume_changed", unusual, f"{usual}, if that had {limits.enough_rows} or more."),
    ]


def _files(name: str, where: str, says: str) -> Rule:
    return Rule(name, "", "hold", _LINES, {"lines": f"select feed from {{batch}} as file where {where}"}, says)  # noqa: S608 - as below


def _values(name: str, column: str, condition: str, says: str, severity: Severity = "quarantine", **more: Any) -> Rule:
    return Rule(name, column, severity, _CONDITION, {"column": column, "condition": condition, **more}, says)


def _mandatory(name: str) -> Rule:
    kind: Kind = "expect_column_values_to_not_be_null"
    return Rule("mandatory_value_empty", name, "quarantine", kind, {"column": name}, f"{name} is filled.")


def _is_day(name: str, column: Column) -> str:
    return f"quality.to_day({name}) is not null" if column.type == "timestamp" else f"quality.is_date({name})"


def _day(name: str, column: Column) -> str:
    """The day's text, which compares as days do, and at a fraction of the cost of a date."""
    return f'{f"left({name}, 10)" if column.type == "timestamp" else name} collate "C"'


def _not_a_date(name: str, column: Column) -> Rule:
    says = f"{name} is {'an instant' if column.type == 'timestamp' else 'a day'} of the calendar in ISO 8601."
    return _values("not_a_date", name, _is_day(name, column), says)


def _unknown_codes(columns: dict[str, Column], kind: SenderKind) -> Iterator[Rule]:
    for name, column in columns.items():
        if column.open or column.codes == "role":  # a part in an event is judged at the door, before a row is stored
            continue
        if known := _storable_codes(column, kind):
            kwargs = {"column": name, "value_set": known}
            says = f"{name} is a code that we know."
            yield Rule("unknown_code", name, "quarantine", "expect_column_values_to_be_in_set", kwargs, says)


def _storable_codes(column: Column, kind: SenderKind) -> list[str]:
    """The codes of a column's list but those whose rows are never stored; none where it has no list."""
    allowed = column.model_copy(update={"open": False}).allowed_codes(kind) or ()
    if column.codes == "role":
        return [code for code in allowed if code in DISCLOSURE.disclosable_roles]
    return [code for code in allowed if code not in DISCLOSURE.informal_disposals]


def _before_1900(name: str, column: Column) -> Rule:
    condition = f"{_day(name, column)} >= '1900-01-01' or not {_is_day(name, column)}"
    return _values("date_before_1900", name, condition, f"{name} is not before 1900.")


def _in_the_future(name: str, column: Column) -> Rule:
    condition = f"{_day(name, column)} <= '{{as_at}}' or not {_is_day(name, column)}"
    says = f"{name} is not after the last day of the period."
    return _values("date_in_the_future", name, condition, says, as_at=parameter("as_at"))


def _end_before_start(start: str, end: str) -> Rule:
    condition = f'{end} collate "C" >= {start} collate "C" or not quality.is_date({end}) or not quality.is_date({start})'
    return _values("end_before_start", end, condition, f"{end} is not before {start}.")


def _duplicate_key(feed: Feed) -> Rule:
    key = ", ".join(feed.key)
    filled = " and ".join(f"{name} is not null" for name in feed.key if feed.columns[name].mandatory)
    # Counting takes a hash table; only where it finds something are rows numbered, which takes a sort of them all.
    count = f"select sum(n - 1) from (select count(*) as n from {{batch}} where {filled} group by {key} having count(*) > 1) as repeated"  # noqa: S608 - made of names from our own definitions
    numbered = f"select _line, row_number() over (partition by {key} order by _line) as nth from {{batch}} where {filled}"  # noqa: S608 - likewise
    kwargs = {"lines": f"select _line from ({numbered}) as numbered where nth > 1", "count": count}  # noqa: S608 - likewise
    return Rule("duplicate_key", "", "quarantine", _LINES, kwargs, f"No earlier row of the file has the same {key}.")


def _lines(name: str, column: str, where: str, says: str, severity: Severity) -> Rule:
    kwargs: dict[str, Any] = {"lines": f"select _line from {{batch}} as judged where {where}"}  # noqa: S608 - of our own definitions
    kwargs |= {feed: parameter(feed) for feed in REFERENCES if f"{{{feed}}}" in where}
    return Rule(name, column, severity, _LINES, kwargs, says)


def _reference_to_nobody() -> Rule:
    where = "person_ref is not null and not exists (select 1 from {people} as known where known.person_ref = judged.person_ref)"
    says = "person_ref is a person whom the sender has told us of."
    return _lines("reference_to_nobody", "person_ref", where, says, "quarantine")


def _not_numbers(columns: dict[str, Column]) -> Iterator[Rule]:
    """Not negative, and small enough for the columns that they are cast to."""
    for name, column in columns.items():
        says = f"{name} is a number, zero or more, without a sign or unit."
        if column.type == "integer":
            yield _values("not_a_number", name, f"quality.is_whole_number({name})", says)
        elif column.type == "decimal":
            kwargs = {"column": name, "regex": "^[0-9]{1,9}([.][0-9]{1,9})?$"}
            yield Rule("not_a_number", name, "quarantine", "expect_column_values_to_match_regex", kwargs, says)


def _not_an_academic_year(name: str) -> Rule:
    says = f"{name} is two years that follow each other, 2025/26."
    return _values("not_an_academic_year", name, f"quality.is_academic_year({name})", says)


def _fails_check(name: str, column: Column) -> Rule:
    says = f"{name} has the form of its scheme, and the right check digit or letter where there is one."
    return _values("identifier_fails_check", name, f"quality.is_{column.scheme}({name})", says, "blank")


def _warnings(feed: Feed) -> Iterator[Rule]:
    for each in feed.warnings:
        if any(f"{{{name}}}" in each.where for name in REFERENCES):
            yield _lines(each.rule, each.column, each.where, each.says, "warn")
        else:
            yield _values(each.rule, each.column, f"({each.where}) is not true", each.says, "warn")


def _shares_unlike_before(columns: dict[str, Column], kind: SenderKind) -> Iterator[Rule]:
    points = THRESHOLDS.drift_points
    for name, column in columns.items():
        codes = _storable_codes(column, kind)
        if codes or not column.mandatory:
            kwargs = {"column": name, "codes": codes, "last_shares": parameter(f"{name}_shares"), "most_points": points}
            what = f"The part of the rows in which {name} is filled{', or has one of its codes,' if codes else ''}"
            says = f"{what} is within {points} points of that of the last accepted file."
            yield Rule(SHARES_RULE, name, "warn", "expect_column_shares_to_stay", kwargs, says)


__all__ = ["REFERENCES", "SHARES_RULE", "Rule", "Severity", "hold_rules", "parameter", "rules"]

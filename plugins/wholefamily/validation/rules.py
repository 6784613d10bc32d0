"""The row rules of a feed, derived from its definition (exchange.md section 5, readings.md 7-12).

A rule is a Great Expectations expectation: one of GX's own where there is one, else a query that selects the ``_line`` of
each row that breaks it, where ``{batch}`` stands for the landing table. All but ``mandatory_value_empty`` judge filled values only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from wholefamily.feeds import DISCLOSURE, Column, Feed, SenderKind

Severity = Literal["quarantine", "blank"]
Kind = Literal[
    "expect_column_values_to_not_be_null",
    "expect_column_values_to_be_in_set",
    "expect_column_values_to_match_regex",
    "unexpected_rows_expectation",
]

_NUMBERS = {"integer": "^[0-9]{1,9}$", "decimal": "^[0-9]{1,9}([.][0-9]{1,9})?$"}
"""Not negative, and small enough for the columns that they are cast to."""


@dataclass(frozen=True)
class Rule:
    """A rule on a column, or on a row where ``column`` is empty. ``kwargs`` are those of the expectation ``kind``."""

    name: str
    column: str
    severity: Severity
    kind: Kind
    kwargs: dict[str, Any]
    says: str


def rules(feed: Feed, kind: SenderKind) -> list[Rule]:
    """The rules of a feed as a sender of ``kind`` sends it, in the order in which they are judged.

    A row's fate is the first quarantine rule that it breaks.
    """
    columns = feed.columns_from(kind)
    return [
        *(_mandatory(name) for name, column in columns.items() if column.mandatory),
        *(_not_a_date(name, column) for name, column in columns.items() if _is_dated(column)),
        *_unknown_codes(columns, kind),
        *(_before_1900(name, column) for name, column in columns.items() if _is_dated(column)),
        *(_in_the_future(name, column) for name, column in columns.items() if _is_dated(column) and not column.may_be_future),
        *(_end_before_start(start, end) for start, end in feed.spells),
        _duplicate_key(feed),
        *([_reference_to_nobody()] if feed.references_people else []),
        *(_not_a_number(name, column) for name, column in columns.items() if column.type in _NUMBERS),
        *(_not_an_academic_year(name) for name, column in columns.items() if column.type == "academic_year"),
        *(_fails_check(name, column) for name, column in columns.items() if column.type == "identifier"),
    ]


def _is_dated(column: Column) -> bool:
    return column.type in {"date", "timestamp"}


def _day(name: str, column: Column) -> str:
    return f"quality.to_day({name})" if column.type == "timestamp" else f"quality.to_date({name})"


def _lines_where(name: str, column: str, condition: str, says: str, severity: Severity = "quarantine") -> Rule:
    query = f"select _line from {{batch}} where {condition}"  # noqa: S608 - made of names from our own definitions
    return Rule(name, column, severity, "unexpected_rows_expectation", {"unexpected_rows_query": query}, says)


def _mandatory(name: str) -> Rule:
    kind: Kind = "expect_column_values_to_not_be_null"
    return Rule("mandatory_value_empty", name, "quarantine", kind, {"column": name}, f"{name} is filled.")


def _not_a_date(name: str, column: Column) -> Rule:
    says = f"{name} is {'an instant' if column.type == 'timestamp' else 'a day'} of the calendar in ISO 8601."
    return _lines_where("not_a_date", name, f"{name} is not null and {_day(name, column)} is null", says)


def _unknown_codes(columns: dict[str, Column], kind: SenderKind) -> Iterator[Rule]:
    for name, column in columns.items():
        allowed = column.allowed_codes(kind)
        if allowed is None or column.codes == "role":  # a part in an event is judged at the door, before a row is stored
            continue
        known = [code for code in allowed if code not in DISCLOSURE.informal_disposals]
        kwargs = {"column": name, "value_set": known}
        yield Rule("unknown_code", name, "quarantine", "expect_column_values_to_be_in_set", kwargs, f"{name} is a code that we know.")


def _before_1900(name: str, column: Column) -> Rule:
    return _lines_where("date_before_1900", name, f"{_day(name, column)} < date '1900-01-01'", f"{name} is not before 1900.")


def _in_the_future(name: str, column: Column) -> Rule:
    condition = f"{_day(name, column)} > quality.as_at(_period)"
    return _lines_where("date_in_the_future", name, condition, f"{name} is not after the last day of the period.")


def _end_before_start(start: str, end: str) -> Rule:
    condition = f"quality.to_date({end}) < quality.to_date({start})"
    return _lines_where("end_before_start", end, condition, f"{end} is not before {start}.")


def _duplicate_key(feed: Feed) -> Rule:
    filled = " and ".join(f"{name} is not null" for name in feed.key if feed.columns[name].mandatory)
    numbered = f"row_number() over (partition by {', '.join(feed.key)} order by _line) as nth"
    query = f"select _line from (select _line, {numbered} from {{batch}} where {filled}) as numbered where nth > 1"  # noqa: S608 - likewise
    says = f"No earlier row of the file has the same {', '.join(feed.key)}."
    return Rule("duplicate_key", "", "quarantine", "unexpected_rows_expectation", {"unexpected_rows_query": query}, says)


def _reference_to_nobody() -> Rule:
    condition = (
        "person_ref is not null and not exists ("
        "select from quality.people_known_to((select max(_delivery_id) from {batch})) as known (ref) where known.ref = person_ref)"
    )
    return _lines_where("reference_to_nobody", "person_ref", condition, "person_ref is a person whom the sender has told us of.")


def _not_a_number(name: str, column: Column) -> Rule:
    kwargs = {"column": name, "regex": _NUMBERS[column.type]}
    says = f"{name} is a number, zero or more, without a sign or unit."
    return Rule("not_a_number", name, "quarantine", "expect_column_values_to_match_regex", kwargs, says)


def _not_an_academic_year(name: str) -> Rule:
    return _lines_where(
        "not_an_academic_year",
        name,
        f"{name} is not null and not quality.is_academic_year({name})",
        f"{name} is two years that follow each other, 2025/26.",
    )


def _fails_check(name: str, column: Column) -> Rule:
    says = f"{name} has the form of its scheme, and the right check digit or letter where there is one."
    return _lines_where(
        "identifier_fails_check", name, f"{name} is not null and not quality.is_{column.scheme}({name})", says, severity="blank"
    )


__all__ = ["Rule", "Severity", "rules"]
